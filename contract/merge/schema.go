package merge

import "github.com/getkin/kin-openapi/openapi3"

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
	to.Items = c.schema(to.Items)
	to.Properties = copyMap(to.Properties, c.schema)
	to.AdditionalProperties.Schema = c.schema(to.AdditionalProperties.Schema)
	return &openapi3.SchemaRef{Value: &to}
}
