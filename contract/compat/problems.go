package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/platform/problem"
)

// The rules for problem types. A type is a value in the examples of a response,
// which oasdiff does not compare.
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
			oldResponse := oldResponses[status]
			if oldResponse == nil {
				continue // oasdiff judges whole responses
			}
			c, changed := compareProblems(problemTypes(oldResponse), problemTypes(current.Responses.Value(status)))
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

// problemTypes returns the sorted types of the problem examples of a response.
func problemTypes(r *openapi3.ResponseRef) []string {
	if r == nil || r.Value == nil || r.Value.Content[problem.MediaType] == nil {
		return nil
	}
	var types []string
	for _, example := range r.Value.Content[problem.MediaType].Examples {
		if example == nil || example.Value == nil {
			continue
		}
		value, _ := example.Value.Value.(map[string]any)
		if t, ok := value["type"].(string); ok {
			types = append(types, t)
		}
	}
	slices.Sort(types)
	return slices.Compact(types)
}

func quoted(names []string) string { return "`" + strings.Join(names, "`, `") + "`" }
