package gateway

import (
	"encoding/json"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// models are the schemas of an operation's body by media type, in lower case.
type models map[string]*openapi3.Schema

// check validates a body. The type without a model is passed on unchecked, as
// AWS does: the function must refuse it.
func (m models) check(contentType string, body []byte) *failure {
	schema := m[mediaType(contentType)]
	if schema == nil {
		return nil
	}
	if len(body) == 0 {
		// AWS refuses an empty body where properties are required; where none
		// is, whether it counts as {} is unverified.
		body = []byte("{}")
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return &failure{builtin: badBody, validation: "[Invalid JSON]", cause: err}
	}
	if err := schema.VisitJSON(value, openapi3.FailFast()); err == nil {
		return nil
	}
	err := schema.VisitJSON(value, openapi3.MultiErrors(), openapi3.DisableSchemaErrorDetails())
	return &failure{builtin: badBody, validation: violations(err), cause: err}
}

// normalize gives all schemas of the document draft 4's meaning in kin-openapi,
// which follows OpenAPI 3.0: there null needs "nullable", and "format" is
// checked. Draft 4 knows no nullable, so null is valid unless a keyword says no.
func normalize(doc *openapi3.T) {
	seen := make(map[*openapi3.Schema]bool)
	if doc.Components != nil {
		for _, ref := range doc.Components.Schemas {
			normalizeSchema(ref, seen)
		}
	}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			if op.RequestBody == nil || op.RequestBody.Value == nil {
				continue
			}
			for _, media := range op.RequestBody.Value.Content {
				if media != nil {
					normalizeSchema(media.Schema, seen)
				}
			}
		}
	}
}

func normalizeSchema(ref *openapi3.SchemaRef, seen map[*openapi3.Schema]bool) {
	if ref == nil || ref.Value == nil || seen[ref.Value] {
		return
	}
	s := ref.Value
	seen[s] = true
	for _, child := range children(s) {
		normalizeSchema(child, seen)
	}
	s.Format = ""
	s.Nullable = s.Type == nil && (len(s.Enum) == 0 || slices.Contains(s.Enum, any(nil)))
	if len(s.AllOf) == 0 && len(s.AnyOf) == 0 && len(s.OneOf) == 0 && s.Not == nil {
		return
	}
	// kin-openapi stops at the first of nullable, a combinator and the other
	// keywords that settles null. In draft 4 all have a say: the other keywords
	// become one more element of allOf.
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
