package deployable

import (
	"bytes"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/canonical"
)

const schemaPrefix = "#/components/schemas/"

// componentName returns the name of the schema component that a reference refers
// to, or "".
func componentName(ref string) string {
	name, ok := strings.CutPrefix(ref, schemaPrefix)
	if !ok || strings.Contains(name, "/") {
		return ""
	}
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
}

// soleReference returns the reference that a schema is equivalent to: its own, or
// the reference in an allOf with one member. OpenAPI 3.0 needs such an allOf to put
// a description beside a reference. It returns "" for other schemas.
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

// component returns a schema component, or nil.
func (b *builder) component(name string) *openapi3.Schema {
	if b.doc.Components == nil {
		return nil
	}
	if ref := b.doc.Components.Schemas[name]; ref != nil {
		return ref.Value
	}
	return nil
}

// reference returns a reference to a component's model, and makes the model part of
// the document.
func (b *builder) reference(component string) object {
	name := b.modelName(component)
	if _, known := b.models[name]; !known {
		b.models[name] = nil
		b.waiting = append(b.waiting, component)
	}
	return object{"$ref": schemaPrefix + name}
}

// modelName returns a component's name in the form that API Gateway accepts.
func (b *builder) modelName(component string) string {
	name := apigateway.ModelName(component)
	if name == component {
		return name
	}
	if name == "" || b.component(name) != nil {
		b.problem("%s: API Gateway accepts letters and digits in a model's name, and %q is taken: rename the component",
			pointer("components", "schemas", component), name)
	}
	return name
}

// buildModels builds the models that have references to them, and the models that
// these refer to in turn. Other components are left out. Models may refer to each
// other in a circle: AWS accepts them and validates to any depth (recorded:
// contract/lint/testdata/recorded/circular-models.txtar).
func (b *builder) buildModels() {
	for len(b.waiting) > 0 {
		component := b.waiting[0]
		b.waiting = b.waiting[1:]
		s := b.component(component)
		if s == nil {
			b.problem("%s: the specification has no such schema", pointer("components", "schemas", component))
			continue
		}
		b.models[b.modelName(component)] = b.schema(&openapi3.SchemaRef{Value: s}, pointer("components", "schemas", component))
	}
}

// inlineModel builds a model for an inline schema of an operation, and returns its
// name.
func (b *builder) inlineModel(at, operationID string, s *openapi3.SchemaRef) string {
	name := apigateway.ModelName(operationID) + "Body"
	if name != "" {
		name = strings.ToUpper(name[:1]) + name[1:]
	}
	source, err := canonical.JSON(s)
	if err == nil && bytes.Equal(source, b.inline[name]) {
		return name // the same body in another media type
	}
	if _, taken := b.models[name]; taken || b.component(name) != nil {
		b.problem("%s: the schema is inline, and its model's name %s is taken: make the schema a component", at, name)
		return name
	}
	b.models[name], b.inline[name] = nil, source
	b.models[name] = b.schema(s, below(at, "schema"))
	return name
}
