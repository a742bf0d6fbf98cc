// Package example returns example values of schemas, for the requests that tools send.
package example

import (
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// maxDepth bounds values of schemas that contain themselves.
const maxDepth = 8

// Of returns a value of a schema: its example if it has one.
func Of(ref *openapi3.SchemaRef) any { return sample(ref, 0) }

func sample(ref *openapi3.SchemaRef, depth int) any {
	if ref == nil || ref.Value == nil || depth > maxDepth {
		return nil
	}
	s := ref.Value
	switch {
	case s.Example != nil:
		return s.Example
	case len(s.Enum) > 0:
		return s.Enum[0]
	}
	for _, parts := range []openapi3.SchemaRefs{s.AllOf, s.OneOf, s.AnyOf} {
		if len(parts) > 0 {
			return sample(parts[0], depth+1)
		}
	}
	switch {
	case s.Type.Is(openapi3.TypeObject):
		return sampleObject(s, depth)
	case s.Type.Is(openapi3.TypeArray):
		return []any{sample(s.Items, depth+1)}
	case s.Type.Is(openapi3.TypeBoolean):
		return true
	case s.Type.Is(openapi3.TypeInteger), s.Type.Is(openapi3.TypeNumber):
		if s.Min != nil {
			return *s.Min
		}
		return 1
	}
	return sampleText[s.Format]
}

// sampleText is the text for each format; other texts are empty.
var sampleText = map[string]string{
	"": "text", "uuid": "00000000-0000-4000-8000-000000000000", "date-time": "2026-01-02T03:04:05Z", "date": "2026-01-02",
	"email": "someone@example.com", "uri": "https://example.com",
}

// sampleObject returns an object with its properties, as many as it may have.
func sampleObject(s *openapi3.Schema, depth int) any {
	object := map[string]any{}
	optional := slices.DeleteFunc(slices.Sorted(maps.Keys(s.Properties)), func(name string) bool {
		return slices.Contains(s.Required, name)
	})
	for _, name := range append(slices.Clone(s.Required), optional...) {
		if s.MaxProps == nil || len(object) < int(*s.MaxProps) {
			object[name] = sample(s.Properties[name], depth+1)
		}
	}
	if values := s.AdditionalProperties.Schema; len(s.Properties) == 0 && values != nil {
		object["name"] = sample(values, depth+1)
	}
	return object
}
