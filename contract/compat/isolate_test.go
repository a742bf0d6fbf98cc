package compat

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestIsolate draws two documents and checks the isolated changes: each consists
// of pieces of the two documents and makes one change, and together they make all
// changes except for documentation.
func TestIsolate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := drawDocument(t, "before"), drawDocument(t, "after")
		old, current := leaves(before, nil), leaves(after, nil)
		covered := map[string]bool{}
		for _, part := range isolate(before, after, nil) {
			if reflect.DeepEqual(part, before) {
				t.Fatalf("a part changes nothing: %v", part)
			}
			checkPart(t, before, after, part, covered)
		}
		for path := range union(old, current) {
			if old[path] != current[path] && !covered[path] && mustBeIsolated(path, before, after) {
				t.Fatalf("%s changes from %v to %v, but no part changes it:\nbefore %v\nafter  %v",
					path, old[path], current[path], before, after)
			}
		}
	})
}

func TestIsolateParameters(t *testing.T) {
	parameter := func(name, kind string) any {
		return map[string]any{"name": name, "in": "query", "schema": map[string]any{"type": kind}}
	}
	document := func(parameters ...any) any {
		return map[string]any{"paths": map[string]any{"/a": map[string]any{"parameters": parameters}}}
	}
	a, b, c, d := parameter("a", "string"), parameter("b", "string"), parameter("c", "string"), parameter("d", "string")
	changedA, changedC := parameter("a", "integer"), parameter("c", "integer")
	got := isolate(document(a, b, c), document(changedA, changedC, d), nil)
	want := []any{
		document(changedA, b, c),
		document(a, c),
		document(a, b, changedC),
		document(a, b, c, d),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
}

// checkPart checks one isolated change and marks the paths that it changes as covered.
func checkPart(t *rapid.T, before, after, part any, covered map[string]bool) {
	old, current, got := leaves(before, nil), leaves(after, nil), leaves(part, nil)
	var replaced []string
	for path := range union(old, union(current, got)) {
		if got[path] != old[path] && got[path] != current[path] {
			t.Fatalf("%s is %v in a part, %v before and %v after", path, got[path], old[path], current[path])
		}
		if got[path] == old[path] {
			continue
		}
		covered[path] = true
		if old[path] != nil && current[path] != nil {
			replaced = append(replaced, path)
		}
		model, property, ok := strings.Cut(path, "/properties/")
		if !ok || !strings.HasPrefix(path, "components/") || strings.Contains(property, "properties/") {
			continue
		}
		name, _, _ := strings.Cut(property, "/")
		required := model + "/required"
		if addedOrRemoved(before, after, model, name) && got[required] != current[required] {
			t.Fatalf("%s is added or removed without a change of the required properties: %v", path, part)
		}
	}
	if len(replaced) > 1 {
		t.Fatalf("a part replaces several values: %v", replaced)
	}
}

// addedOrRemoved reports whether a property of a model exists in only one of the
// documents although the model has properties in both.
func addedOrRemoved(before, after any, model, property string) bool {
	name := strings.TrimPrefix(model, "components/schemas/")
	properties := func(doc any) map[string]any {
		return child(child(child(child(doc, "components"), "schemas"), name), "properties")
	}
	old, current := properties(before), properties(after)
	_, existed := old[property]
	_, exists := current[property]
	return old != nil && current != nil && existed != exists
}

// mustBeIsolated reports whether a part must contain a change at path. It need
// not contain documentation or components that are added or removed.
func mustBeIsolated(path string, before, after any) bool {
	tokens := strings.Split(path, "/")
	if tokens[0] != "paths" && tokens[0] != "components" {
		return false
	}
	for i, name := range tokens {
		if isDocumentation(tokens[:i], name) {
			return false
		}
	}
	if tokens[0] == "components" && len(tokens) > 2 {
		_, existed := child(child(before, "components"), tokens[1])[tokens[2]]
		_, exists := child(child(after, "components"), tokens[1])[tokens[2]]
		return existed && exists
	}
	return true
}

type generators = map[string]*rapid.Generator[any]

// drawObject returns a generator of objects with most of the members.
func drawObject(members generators) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		m := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(members)) {
			if rapid.IntRange(0, 3).Draw(t, name) > 0 {
				m[name] = members[name].Draw(t, name)
			}
		}
		return m
	})
}

// drawDocument draws a document with the members that isolate distinguishes.
func drawDocument(t *rapid.T, label string) any {
	leaf := rapid.SampledFrom([]any{"x", "y", "z"})
	schema := drawObject(generators{"type": leaf, "format": leaf, "description": leaf})
	model := drawObject(generators{
		"type": leaf, "description": leaf, "required": leaf,
		"properties": drawObject(generators{"a": schema, "b": schema, "description": schema, "properties": schema}),
	})
	operation := drawObject(generators{
		"operationId": leaf, "summary": leaf, "x-scopes": leaf,
		"responses": drawObject(generators{"200": schema, "404": schema}),
	})
	paths := drawObject(generators{
		"/a": drawObject(generators{"get": operation, "put": operation}),
		"/b": drawObject(generators{"get": operation}),
	}).Draw(t, label+" paths")
	schemas := drawObject(generators{"A": model, "B": model}).Draw(t, label+" schemas")
	document := drawObject(generators{"info": leaf}).Draw(t, label).(map[string]any)
	document["paths"] = paths
	document["components"] = map[string]any{"schemas": schemas}
	return document
}

// leaves returns the values of a document by path. An object without members has
// no leaves.
func leaves(v any, path []string) map[string]any {
	all := map[string]any{}
	m, isObject := v.(map[string]any)
	if !isObject {
		all[strings.Join(path, "/")] = v
		return all
	}
	for name, member := range m {
		maps.Copy(all, leaves(member, join(path, name)))
	}
	return all
}
