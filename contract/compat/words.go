package compat

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
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
		// Elements pair up by what names them, so that a new first one does not
		// make all others look changed.
		for i, e := range a {
			j := slices.IndexFunc(b, func(other any) bool { return key(other) == key(e) })
			if j >= 0 {
				w.compare(b[j], e, append(slices.Clone(path), fmt.Sprint(i)))
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
	if len(path) > 3 && path[0] == "paths" {
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
	last := path[len(path)-1]
	switch last {
	case "properties":
		// A property may itself be called "properties": then it is a schema.
		return len(path) < 2 || !mapOfNames(path[:len(path)-1])
	case "paths":
		return len(path) == 1
	case "responses", "headers", "content", "links", "callbacks", "mapping", "variables", "scopes":
		return !mapOfNames(path[:len(path)-1])
	}
	return false
}

// key names an element of an array: tags by name, parameters by place and name,
// the rest by its whole text.
func key(v any) string {
	if m, ok := v.(map[string]any); ok {
		if name, ok := m["name"].(string); ok {
			return fmt.Sprint(m["in"], " ", name)
		}
		if ref, ok := m["$ref"].(string); ok {
			return ref
		}
		return ""
	}
	text, _ := json.Marshal(v) // decoded from JSON
	return string(text)
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
