package deployable

import (
	"bytes"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/apigateway"
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

// reference refers to a component's model, which makes it part of the document.
func (b *builder) reference(component string) object {
	name := b.modelName(component)
	if _, known := b.models[name]; !known {
		b.models[name] = nil
		b.waiting = append(b.waiting, component)
	}
	return object{"$ref": schemaPrefix + name}
}

// modelName is a component's name as API Gateway takes it: letters and digits.
func (b *builder) modelName(component string) string {
	name := apigateway.ModelName(component)
	if name == component {
		return name
	}
	if name == "" || b.component(name) != nil {
		b.problem("%s: API Gateway takes letters and digits in a model's name, and without the others it is %q, which is taken: rename it",
			pointer("components", "schemas", component), name)
	}
	return name
}

// makeModels writes the models that are referred to, and those that they refer
// to in turn. Components that nothing survived to refer to are left out. Models
// may lead back to each other: AWS takes them and validates to any depth
// (recorded: contract/lint/testdata/recorded/circular-models.txtar).
func (b *builder) makeModels() {
	for len(b.waiting) > 0 {
		component := b.waiting[0]
		b.waiting = b.waiting[1:]
		s := b.component(component)
		if s == nil {
			b.problem("%s: there is no such schema", pointer("components", "schemas", component))
			continue
		}
		b.models[b.modelName(component)] = b.schema(&openapi3.SchemaRef{Value: s}, pointer("components", "schemas", component))
	}
}

// inlineModel makes a model of a schema that an operation has inline.
func (b *builder) inlineModel(place, operationID string, s *openapi3.SchemaRef) string {
	name := apigateway.ModelName(operationID) + "Body"
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
	b.models[name] = b.schema(s, below(place, "schema"))
	return name
}
