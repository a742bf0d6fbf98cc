package compat

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/problem"
)

// The rules for changes that affect readers only.
const (
	documentation = "documentation"
	rewritten     = "rewritten"
)

// documentationChanges returns the changes in members that no program depends
// on. With noOther, which means that there are no other changes, it reports any
// remaining difference as one change: the specification is written differently
// but means the same, for example because a schema moved to the components.
//
// The diff libraries for JSON compare arrays by index or by longest common
// subsequence, so the comparison is written here: it matches parameters and tags
// by name, and it must skip what oasdiff judges.
func documentationChanges(before, after document, noOther bool) []Change {
	c := documentationComparer{after: after}
	c.compare(before.tree, after.tree, nil)
	if noOther && len(c.changes) == 0 && !reflect.DeepEqual(before.tree, after.tree) {
		return []Change{{
			ID: rewritten, Level: None, Location: after.file,
			Text: "the specification is written differently but means the same",
		}}
	}
	return c.changes
}

// documentationComparer compares two trees of JSON member by member.
type documentationComparer struct {
	after   document
	changes []Change
}

func (c *documentationComparer) compare(before, after any, path []string) {
	switch after := after.(type) {
	case map[string]any:
		if before, ok := before.(map[string]any); ok {
			c.compareObjects(before, after, path)
		}
	case []any:
		before, ok := before.([]any)
		if !ok {
			return
		}
		for i, element := range after {
			if j := matchingIndex(before, i, element); j >= 0 {
				c.compare(before[j], element, join(path, strconv.Itoa(i)))
			}
		}
	}
}

func (c *documentationComparer) compareObjects(before, after map[string]any, path []string) {
	for _, name := range sortedKeys(union(after, before)) {
		old, existed := before[name]
		current, exists := after[name]
		switch {
		case !isDocumentation(path, name):
			c.compare(old, current, join(path, name))
		case !reflect.DeepEqual(old, current):
			c.add(join(path, name), existed, exists)
		}
	}
}

func (c *documentationComparer) add(path []string, existed, exists bool) {
	verb := "changed"
	if !existed {
		verb = "added"
	} else if !exists {
		verb = "removed"
	}
	change := Change{
		ID: documentation, Level: None, Location: pointer(c.after, path...),
		Text: fmt.Sprintf("`%s` %s", path[len(path)-1], verb),
	}
	if len(path) > 3 && path[0] == "paths" && path[2] != "parameters" && path[2] != "servers" {
		change.Operation = operation(strings.ToUpper(path[2]), path[1])
	}
	c.changes = append(c.changes, change)
}

// documentationMembers are the members of OpenAPI objects that no program depends on.
var documentationMembers = []string{
	"description", "summary", "title", "example", "examples", "externalDocs", "contact", "license", "termsOfService",
}

// isDocumentation reports whether no program depends on the member name of the
// object at path. In a map of user-defined names, such as the properties of a
// schema, every name is significant.
func isDocumentation(path []string, name string) bool {
	if hasUserDefinedNames(path) {
		return false
	}
	if isProblemExamples(path, name) {
		return false // problemChanges compares their types
	}
	if name == "value" && len(path) > 1 && path[len(path)-2] == "examples" {
		return true
	}
	if name == manifest.ScopesExtension {
		// On a tag it describes the scopes; on an operation it grants access.
		return len(path) == 2 && path[0] == "tags"
	}
	return strings.HasPrefix(name, "x-") || slices.Contains(documentationMembers, name)
}

// isProblemExamples reports whether name is the member with the examples of a
// problem document.
func isProblemExamples(path []string, name string) bool {
	return name == "examples" && len(path) > 0 && path[len(path)-1] == problem.MediaType
}

// hasUserDefinedNames reports whether the keys of the object at path are chosen
// by the author of the document.
func hasUserDefinedNames(path []string) bool {
	if len(path) == 0 {
		return false
	}
	if len(path) == 2 && path[0] == "components" {
		return true
	}
	switch path[len(path)-1] {
	case "paths":
		return len(path) == 1
	case "properties", "responses", "headers", "content", "examples", "links", "callbacks", "mapping",
		"variables", "scopes":
		// Unless that is itself a user-defined name, such as a property called "properties".
		return !hasUserDefinedNames(path[:len(path)-1])
	}
	return false
}
