package portal

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// schemasOf returns the names of the schemas of an operation: of the request body,
// of the response bodies on success, and all schemas that it uses directly or
// indirectly.
func schemasOf(o *openapi3.Operation) (requests, responses, all []string) {
	seen := schemaNames{}
	if o.RequestBody != nil && o.RequestBody.Value != nil {
		requests = seen.content(o.RequestBody.Value.Content)
	}
	for _, p := range o.Parameters {
		if p.Value != nil {
			seen.add(p.Value.Schema)
		}
	}
	statuses := o.Responses.Map()
	for _, status := range slices.Sorted(maps.Keys(statuses)) {
		if r := statuses[status]; r != nil && r.Value != nil {
			top := seen.content(r.Value.Content)
			if strings.HasPrefix(status, "2") {
				responses = append(responses, top...)
			}
		}
	}
	slices.Sort(responses)
	return requests, slices.Compact(responses), slices.Sorted(maps.Keys(seen))
}

// schemaNames are the names of the schemas visited so far. They also end the walk
// of recursive schemas.
type schemaNames map[string]bool

// content adds the schemas of all media types and returns the names of the bodies'
// schemas. For a list it is the name of the element's schema.
func (n schemaNames) content(c openapi3.Content) []string {
	var top []string
	for _, media := range slices.Sorted(maps.Keys(c)) {
		s := c[media].Schema
		n.add(s)
		if s == nil {
			continue
		}
		if s.Ref == "" && s.Value != nil && s.Value.Items != nil {
			s = s.Value.Items
		}
		if name := nameOf(s); name != "" && !slices.Contains(top, name) {
			top = append(top, name)
		}
	}
	return top
}

func (n schemaNames) add(s *openapi3.SchemaRef) {
	if s == nil || s.Value == nil {
		return
	}
	if name := nameOf(s); name != "" {
		if n[name] {
			return
		}
		n[name] = true
	}
	v := s.Value
	for _, list := range []openapi3.SchemaRefs{v.AllOf, v.AnyOf, v.OneOf} {
		for _, item := range list {
			n.add(item)
		}
	}
	for _, property := range v.Properties {
		n.add(property)
	}
	n.add(v.Items)
	n.add(v.Not)
	n.add(v.AdditionalProperties.Schema)
}

// nameOf returns the name of the referenced component, or "" for an inline schema.
func nameOf(s *openapi3.SchemaRef) string {
	name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/")
	if !ok {
		return ""
	}
	return name
}
