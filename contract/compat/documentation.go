package compat

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// The rules on what is for people only.
const (
	documentation = "documentation"
	rewritten     = "rewritten"
)

// words are the changes that only people notice. If nothing else has changed
// (alone), a specification that is merely written differently, such as with a
// schema moved to the components, is told as one change.
func words(before, after document, alone bool) []Change {
	w := wording{after: after}
	w.compare(before.tree, after.tree, nil)
	if alone && len(w.changes) == 0 && !reflect.DeepEqual(before.tree, after.tree) {
		return []Change{{ID: rewritten, Level: None, Text: "the specification is written differently, to the same effect", Place: after.file}}
	}
	return w.changes
}

// wording compares two trees of JSON member by member.
type wording struct {
	after   document
	changes []Change
}

func (w *wording) compare(before, after any, path []string) {
	switch a := after.(type) {
	case map[string]any:
		b, ok := before.(map[string]any)
		if !ok {
			return
		}
		for _, name := range sortedKeys(union(a, b)) {
			was, had := b[name]
			is, has := a[name]
			here := append(slices.Clone(path), name)
			switch {
			case !forPeople(path, name):
				w.compare(was, is, here)
			case !reflect.DeepEqual(was, is):
				w.add(here, had, has)
			}
		}
	case []any:
		b, ok := before.([]any)
		if !ok {
			return
		}
		for i, e := range a {
			if j := counterpart(b, i, e); j >= 0 {
				w.compare(b[j], e, append(slices.Clone(path), strconv.Itoa(i)))
			}
		}
	}
}

func (w *wording) add(path []string, had, has bool) {
	verb := "changed"
	if !had {
		verb = "added"
	} else if !has {
		verb = "removed"
	}
	c := Change{ID: documentation, Level: None, Text: fmt.Sprintf("`%s` %s", path[len(path)-1], verb), Place: pointer(w.after, path...)}
	if len(path) > 3 && path[0] == "paths" && path[2] != "parameters" && path[2] != "servers" {
		c.Operation = operation(strings.ToUpper(path[2]), path[1])
	}
	w.changes = append(w.changes, c)
}

// peoplesMembers are the members of OpenAPI objects that no program depends on.
var peoplesMembers = []string{"description", "summary", "title", "example", "examples", "externalDocs", "contact", "license", "termsOfService"}

// forPeople tells whether the member of the object at path is for people only.
// In maps of names, such as a schema's properties, any name means itself.
func forPeople(path []string, name string) bool {
	if mapOfNames(path) {
		return false
	}
	if name == scopesExtension {
		return len(path) == 2 && path[0] == "tags" // where it describes; on an operation it decides
	}
	return strings.HasPrefix(name, "x-") || slices.Contains(peoplesMembers, name)
}

// mapOfNames tells whether the object at path maps names of the contract's own.
func mapOfNames(path []string) bool {
	if len(path) == 0 {
		return false
	}
	if len(path) == 2 && path[0] == "components" {
		return true
	}
	switch path[len(path)-1] {
	case "paths":
		return len(path) == 1
	case "properties", "responses", "headers", "content", "links", "callbacks", "mapping", "variables", "scopes":
		// Unless it is itself a name, such as of a property called "properties".
		return !mapOfNames(path[:len(path)-1])
	}
	return false
}

// counterpart is the index in list of what element i of the other list was.
// Parameters and tags pair up by name, so that a new first one does not make all
// others look changed; what has no name pairs up by its place.
func counterpart(list []any, i int, element any) int {
	if name := nameOf(element); name != "" {
		return slices.IndexFunc(list, func(other any) bool { return nameOf(other) == name })
	}
	if i < len(list) {
		return i
	}
	return -1
}

func nameOf(v any) string {
	m, _ := v.(map[string]any)
	if ref, ok := m["$ref"].(string); ok {
		return ref
	}
	if name, ok := m["name"].(string); ok {
		return fmt.Sprint(m["in"], " ", name)
	}
	return ""
}

// pointer is a place in a document as a JSON Pointer (RFC 6901).
func pointer(d document, path ...string) string {
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	var b strings.Builder
	for _, p := range path {
		b.WriteString("/" + escape.Replace(p))
	}
	return d.source.String() + "#" + b.String()
}

func union(a, b map[string]any) map[string]any {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
