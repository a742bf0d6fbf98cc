package merge

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// schema copies a schema of OpenAPI 3.0. Members of later versions are shared with
// the source; the lint refuses them.
func (c copier) schema(s *openapi3.SchemaRef) *openapi3.SchemaRef {
	if s == nil || s.Ref == "" && s.Value == nil {
		return nil
	}
	if s.Ref != "" {
		return &openapi3.SchemaRef{Ref: c.checkRef(s.Ref), Extensions: public(s.Extensions)}
	}
	to := *s.Value
	to.Origin = nil
	to.Extensions = public(to.Extensions)
	to.OneOf = copySlice(to.OneOf, c.schema)
	to.AnyOf = copySlice(to.AnyOf, c.schema)
	to.AllOf = copySlice(to.AllOf, c.schema)
	to.Not = c.schema(to.Not)
	to.Discriminator = c.discriminator(to.Discriminator)
	to.Items = c.schema(to.Items)
	to.Properties = copyMap(to.Properties, c.schema)
	to.AdditionalProperties.Schema = c.schema(to.AdditionalProperties.Schema)
	return &openapi3.SchemaRef{Value: &to}
}

// discriminator copies a discriminator with the components' names in the result. A value
// of its mapping can also be a component's name without the path (OpenAPI 3.0.3,
// Discriminator Object).
func (c copier) discriminator(d *openapi3.Discriminator) *openapi3.Discriminator {
	if d == nil {
		return nil
	}
	to := &openapi3.Discriminator{PropertyName: d.PropertyName, Extensions: public(d.Extensions)}
	to.Mapping = copyMap(d.Mapping, func(ref openapi3.MappingRef) openapi3.MappingRef {
		if !strings.HasPrefix(ref.Ref, componentRefs) {
			return openapi3.MappingRef{Ref: c.componentName("schemas", ref.Ref)}
		}
		return openapi3.MappingRef{Ref: c.checkRef(ref.Ref)}
	})
	return to
}
