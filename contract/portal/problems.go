package portal

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/platform/problem"
)

// problemJSON is the media type of problems (RFC 9457).
const problemJSON = "application/problem+json"

// problemType is a problem with the operations that return it.
type problemType struct {
	problem.Kind
	// Everywhere reports whether all operations of the document return it.
	Everywhere bool
	// Contexts are the operations by context, without those that have none.
	Contexts []problemContext
	// Operations is their number.
	Operations int
}

type problemContext struct {
	Title      string
	Operations []operation
}

// problemTypes returns the problems of the platform. The operations are the document's.
func (c *catalog) problemTypes() []problemType {
	var list []problemType
	for _, kind := range problem.Kinds() {
		p := problemType{Kind: kind}
		for _, b := range c.Contexts {
			var returning []operation
			for _, o := range b.Operations {
				if slices.Contains(o.Problems, kind.URI()) {
					returning = append(returning, o)
				}
			}
			if len(returning) > 0 {
				p.Contexts = append(p.Contexts, problemContext{b.Title, returning})
				p.Operations += len(returning)
			}
		}
		p.Everywhere = p.Operations > 0 && p.Operations == c.Operations
		list = append(list, p)
	}
	return list
}

// problemsOf returns the sorted URIs of the problems that an operation returns: the values
// that the schemas of its responses allow for type, and the types of their examples.
func problemsOf(o *openapi3.Operation) []string {
	found := map[string]bool{}
	for _, r := range o.Responses.Map() {
		if r == nil || r.Value == nil {
			continue
		}
		media := r.Value.Content[problemJSON]
		if media == nil {
			continue
		}
		typesOf(media.Schema, found, 0)
		addExampleType(media.Example, found)
		for _, e := range media.Examples {
			if e != nil && e.Value != nil {
				addExampleType(e.Value.Value, found)
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// maxDepth ends the walk of schemas that combine themselves. The generator combines two levels.
const maxDepth = 8

func typesOf(s *openapi3.SchemaRef, found map[string]bool, depth int) {
	if s == nil || s.Value == nil || depth > maxDepth {
		return
	}
	if t := s.Value.Properties["type"]; t != nil && t.Value != nil {
		for _, v := range t.Value.Enum {
			addType(v, found)
		}
	}
	for _, list := range []openapi3.SchemaRefs{s.Value.AllOf, s.Value.AnyOf, s.Value.OneOf} {
		for _, part := range list {
			typesOf(part, found, depth+1)
		}
	}
}

func addExampleType(example any, found map[string]bool) {
	if v, ok := example.(map[string]any); ok {
		addType(v["type"], found)
	}
}

func addType(v any, found map[string]bool) {
	if uri, ok := v.(string); ok && strings.Contains(uri, ":") {
		found[uri] = true
	}
}
