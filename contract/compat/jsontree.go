package compat

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// matchingIndex returns the index in list of the counterpart of element, which
// has index i in its own list, or -1. Parameters and tags match by name, so that
// inserting one does not make the following ones look changed. Elements without
// a name match by index.
func matchingIndex(list []any, i int, element any) int {
	if name := elementName(element); name != "" {
		return slices.IndexFunc(list, func(other any) bool { return elementName(other) == name })
	}
	if i < len(list) {
		return i
	}
	return -1
}

// elementName returns the reference or the name of an array element, or "".
func elementName(v any) string {
	m, _ := v.(map[string]any)
	if ref, ok := m["$ref"].(string); ok {
		return ref
	}
	if name, ok := m["name"].(string); ok {
		return fmt.Sprint(m["in"], " ", name)
	}
	return ""
}

// pointer returns the location of path in d, as a JSON Pointer (RFC 6901).
func pointer(d document, path ...string) string {
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	var b strings.Builder
	for _, p := range path {
		b.WriteString("/" + escape.Replace(p))
	}
	return d.source.String() + "#" + b.String()
}

// join returns a new slice with names appended to path.
func join(path []string, names ...string) []string { return slices.Concat(path, names) }

// child returns the object that v has as member name, or nil.
func child(v any, name string) map[string]any {
	m, _ := v.(map[string]any)
	object, _ := m[name].(map[string]any)
	return object
}

// with returns a copy of m in which the member name is v, or is missing if v is nil.
func with(m map[string]any, name string, v any) map[string]any {
	changed := maps.Clone(m)
	if changed[name] = v; v == nil {
		delete(changed, name)
	}
	return changed
}

// union returns a map with the keys of a and b. The values of b win.
func union(a, b map[string]any) map[string]any {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
