package deployable

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/canonical"
)

const schemaPrefix = "#/components/schemas/"

// componentName is the schema component that a reference names, or "".
func componentName(ref string) string {
	name, ok := strings.CutPrefix(ref, schemaPrefix)
	if !ok || strings.Contains(name, "/") {
		return ""
	}
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
}

// soleReference is the reference that a schema comes down to: its own, or that
// of an allOf with one member, which is how OpenAPI 3.0 puts a description
// beside a reference.
func soleReference(s *openapi3.SchemaRef) string {
	if s.Ref != "" || s.Value == nil {
		return s.Ref
	}
	v := s.Value
	if len(v.AllOf) == 1 && !v.Nullable && v.Type == nil && v.Properties == nil && v.Required == nil && v.Enum == nil {
		return soleReference(v.AllOf[0])
	}
	return ""
}

// component is a schema component, or nil.
func (b *builder) component(name string) *openapi3.Schema {
	if b.doc.Components == nil {
		return nil
	}
	if ref := b.doc.Components.Schemas[name]; ref != nil {
		return ref.Value
	}
	return nil
}

// link is a reference from one model to another.
type link struct {
	from, to string
	node     object
}

// reference refers to a component's model, which makes it part of the document.
func (b *builder) reference(component string) object {
	name := b.modelName(component)
	node := object{"$ref": schemaPrefix + name}
	if b.building != "" {
		b.links = append(b.links, link{from: b.building, to: name, node: node})
	}
	if _, known := b.models[name]; !known {
		b.models[name] = nil
		b.waiting = append(b.waiting, component)
	}
	return node
}

// modelName is a component's name as API Gateway takes it: letters and digits.
func (b *builder) modelName(component string) string {
	name := alphanumeric(component)
	if name == component {
		return name
	}
	if name == "" || b.component(name) != nil {
		b.problem("%s: API Gateway takes letters and digits in a model's name, and without the others it is %q, which is taken: rename it",
			pointer("components", "schemas", component), name)
	}
	return name
}

func alphanumeric(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, s)
}

// makeModels writes the models that are referred to, and those that they refer
// to in turn. Components that nothing survived to refer to are left out.
func (b *builder) makeModels() {
	for len(b.waiting) > 0 {
		component := b.waiting[0]
		b.waiting = b.waiting[1:]
		b.building = b.modelName(component)
		s := b.component(component)
		if s == nil {
			b.problem("%s: there is no such schema", pointer("components", "schemas", component))
			continue
		}
		b.models[b.building] = b.schema(&openapi3.SchemaRef{Value: s}, pointer("components", "schemas", component))
	}
	b.building = ""
	b.breakCycles()
}

// inlineModel makes a model of a schema that an operation has inline.
func (b *builder) inlineModel(place, operationID string, s *openapi3.SchemaRef) string {
	name := alphanumeric(operationID) + "Body"
	if name != "" {
		name = strings.ToUpper(name[:1]) + name[1:]
	}
	source, err := canonical.JSON(s)
	if err == nil && bytes.Equal(source, b.inline[name]) {
		return name // the same body in another media type
	}
	if _, taken := b.models[name]; taken || b.component(name) != nil {
		b.problem("%s: the schema is inline, and a model %s for it exists already: give the schema a name", place, name)
		return name
	}
	b.models[name], b.inline[name] = nil, source
	b.building = name
	b.models[name] = b.schema(s, below(place, "schema"))
	b.building = ""
	return name
}

// breakCycles opens the references that close a circle of models: API Gateway
// makes one model after the other, and each may refer only to those before it.
func (b *builder) breakCycles() {
	outgoing := map[string][]link{}
	for _, l := range b.links {
		outgoing[l.from] = append(outgoing[l.from], l)
	}
	const (
		underWay = 1
		done     = 2
	)
	state := map[string]int{}
	var visit func(name string)
	visit = func(name string) {
		state[name] = underWay
		for _, l := range outgoing[name] {
			switch state[l.to] {
			case 0:
				visit(l.to)
			case underWay:
				delete(l.node, "$ref")
				b.strip(pointer("components", "schemas", l.from), "$ref", "API Gateway makes one model after the other, and "+l.to+" leads back here")
			}
		}
		state[name] = done
	}
	for _, name := range slices.Sorted(maps.Keys(b.models)) {
		if state[name] == 0 {
			visit(name)
		}
	}
}
