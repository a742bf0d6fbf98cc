package merge

import "github.com/getkin/kin-openapi/openapi3"

// schema copies a schema of OpenAPI 3.0. Members that only later versions have
// are passed on as they are, for the lint to refuse.
func (c copier) schema(s *openapi3.SchemaRef) *openapi3.SchemaRef {
	if s == nil || s.Ref == "" && s.Value == nil {
		return nil
	}
	if s.Ref != "" {
		return &openapi3.SchemaRef{Ref: c.local(s.Ref), Extensions: public(s.Extensions)}
	}
	to := *s.Value
	to.Origin = nil
	to.Extensions = public(to.Extensions)
	to.OneOf = all(to.OneOf, c.schema)
	to.AnyOf = all(to.AnyOf, c.schema)
	to.AllOf = all(to.AllOf, c.schema)
	to.Not = c.schema(to.Not)
	to.Items = c.schema(to.Items)
	to.Properties = each(to.Properties, c.schema)
	to.AdditionalProperties.Schema = c.schema(to.AdditionalProperties.Schema)
	return &openapi3.SchemaRef{Value: &to}
}
