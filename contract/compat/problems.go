package compat

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/platform/problem"
)

// The rules for problem types.
const (
	problemAdded   = "problem-type-added"
	problemRemoved = "problem-type-removed"
	problemChanged = "problem-type-changed"
)

// problemChanges compares the problem types of the responses that both documents
// have. Clients distinguish failures by type (RFC 9457, section 3.1.1), so a type
// that replaces another one with the same status breaks them. An additional type
// is compatible: a client that does not know it falls back to the status.
func problemChanges(before, after document) []Change {
	var changes []Change
	eachCommonOperation(before, after, func(path, method string, old, current *openapi3.Operation) {
		oldResponses := old.Responses.Map()
		for _, status := range sortedKeys(current.Responses.Map()) {
			oldResponse, response := oldResponses[status], current.Responses.Value(status)
			if oldResponse == nil || oldResponse.Value == nil || response.Value == nil {
				continue // oasdiff judges whole responses
			}
			c, changed := compareProblems(before.types[oldResponse.Value], after.types[response.Value])
			if !changed {
				continue
			}
			c.Text = fmt.Sprintf("status %s: %s", status, c.Text)
			c.Operation = operation(method, path)
			c.Location = pointer(after, "paths", path, strings.ToLower(method), "responses", status)
			changes = append(changes, c)
		}
	})
	return changes
}

// compareProblems returns the change between the problem types of a response,
// without operation and location, and whether there is one.
func compareProblems(before, after []string) (Change, bool) {
	missing := func(types, from []string) []string {
		return slices.DeleteFunc(slices.Clone(types), func(t string) bool { return slices.Contains(from, t) })
	}
	removed, added := missing(before, after), missing(after, before)
	switch {
	case len(removed) > 0 && len(added) > 0:
		text := fmt.Sprintf("the problem type changed from %s to %s", quoted(removed), quoted(added))
		return Change{ID: problemChanged, Level: Breaking, Text: oneLine(text)}, true
	case len(removed) > 0:
		text := "no longer has the problem type " + quoted(removed)
		return Change{ID: problemRemoved, Level: Compatible, Text: oneLine(text)}, true
	case len(added) > 0:
		text := "also has the problem type " + quoted(added)
		return Change{ID: problemAdded, Level: Compatible, Text: oneLine(text)}, true
	}
	return Change{}, false
}

// problemTypes returns the sorted types of the problems of a response: the enum of the
// member type in the schema, or without one the types of the examples, as in documents
// of other generators.
func problemTypes(media *openapi3.MediaType) []string {
	types := enumOfType(media.Schema)
	if types == nil {
		for _, example := range media.Examples {
			if example == nil || example.Value == nil {
				continue
			}
			value, _ := example.Value.Value.(map[string]any)
			if t, ok := value["type"].(string); ok {
				types = append(types, t)
			}
		}
	}
	slices.Sort(types)
	return slices.Compact(types)
}

// problemMedia returns the problem document of a response, or nil.
func problemMedia(r *openapi3.ResponseRef) *openapi3.MediaType {
	if r == nil || r.Value == nil {
		return nil
	}
	return r.Value.Content[problem.MediaType]
}

// enumOfType returns the strings to which a schema, or a member of its allOf, limits
// the property type.
func enumOfType(ref *openapi3.SchemaRef) []string {
	if ref == nil || ref.Value == nil {
		return nil
	}
	if t := ref.Value.Properties["type"]; t != nil && t.Value != nil && len(t.Value.Enum) > 0 {
		var types []string
		for _, v := range t.Value.Enum {
			if text, ok := v.(string); ok {
				types = append(types, text)
			}
		}
		return types
	}
	for _, member := range ref.Value.AllOf {
		if types := enumOfType(member); types != nil {
			return types
		}
	}
	return nil
}

// takeTypes returns the types of every response's problems. It replaces the schema of
// each problem document that adds only an enum of types to another schema by that
// schema: problemChanges compares the types, and oasdiff would take an additional type
// for a change that breaks clients.
func takeTypes(doc *openapi3.T) map[*openapi3.Response][]string {
	types := map[*openapi3.Response][]string{}
	eachOperation(doc, func(_, _ string, o *openapi3.Operation) {
		for _, r := range o.Responses.Map() {
			media := problemMedia(r)
			if media == nil || types[r.Value] != nil {
				continue
			}
			types[r.Value] = problemTypes(media)
			if media.Schema == nil || media.Schema.Value == nil {
				continue
			}
			members := slices.DeleteFunc(slices.Clone(media.Schema.Value.AllOf), onlyNamesTypes)
			if len(members) == 1 && len(members) < len(media.Schema.Value.AllOf) {
				media.Schema = members[0]
			}
		}
	})
	return types
}

// onlyNamesTypes reports whether a schema has no other effect than an enum of the
// required property type.
func onlyNamesTypes(ref *openapi3.SchemaRef) bool {
	s := *ref.Value
	if !s.Type.Is(openapi3.TypeObject) || len(s.Properties) != 1 || enumOfType(ref) == nil {
		return false
	}
	t := *s.Properties["type"].Value
	t.Type, t.Enum, t.Origin = nil, nil, nil
	s.Type, s.Properties, s.Required, s.Origin = nil, nil, nil, nil
	return reflect.DeepEqual(s, openapi3.Schema{}) && reflect.DeepEqual(t, openapi3.Schema{})
}

func quoted(names []string) string { return "`" + strings.Join(names, "`, `") + "`" }
