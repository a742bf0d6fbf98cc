package document

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// useDraft4 changes a schema, and those in it, so that kin-openapi validates with them as
// JSON Schema draft 4 says. kin-openapi follows OpenAPI 3.0, where null needs "nullable" and
// "format" is checked. Draft 4 has no nullable: null is valid unless another keyword excludes
// it. seen has the schemas that are changed already.
func useDraft4(ref *openapi3.SchemaRef, seen map[*openapi3.Schema]bool) {
	if ref == nil || ref.Value == nil || seen[ref.Value] {
		return
	}
	s := ref.Value
	seen[s] = true
	for _, child := range children(s) {
		useDraft4(child, seen)
	}
	s.Format = ""
	s.Nullable = s.Type == nil && (len(s.Enum) == 0 || slices.Contains(s.Enum, any(nil)))
	if len(s.AllOf) == 0 && len(s.AnyOf) == 0 && len(s.OneOf) == 0 && s.Not == nil {
		return
	}
	// kin-openapi decides on null by the first of nullable, a combinator and the
	// other keywords. In draft 4 all of them count: the other keywords become one
	// more element of allOf.
	base := *s
	base.AllOf, base.AnyOf, base.OneOf, base.Not = nil, nil, nil, nil
	*s = openapi3.Schema{AllOf: s.AllOf, AnyOf: s.AnyOf, OneOf: s.OneOf, Not: s.Not}
	s.AllOf = append(slices.Clip(s.AllOf), openapi3.NewSchemaRef("", &base))
}

func children(s *openapi3.Schema) []*openapi3.SchemaRef {
	all := []*openapi3.SchemaRef{s.Items, s.Not, s.AdditionalProperties.Schema}
	for _, p := range s.Properties {
		all = append(all, p)
	}
	return slices.Concat(all, s.AllOf, s.AnyOf, s.OneOf)
}
