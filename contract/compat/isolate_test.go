package compat

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestEachChangeAlone draws two documents and looks at the parts of their
// difference: each is made of pieces of the two, changes one thing, and
// together they have all that changed, but for what is for people. Properties
// that come or go take the list of the required ones along.
func TestEachChangeAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := drawDocument(t, "before"), drawDocument(t, "after")
		parts := alone(before, after, nil)
		was, is := leaves(before, nil), leaves(after, nil)
		covered := map[string]bool{}
		for _, part := range parts {
			if reflect.DeepEqual(part, before) {
				t.Fatalf("a part changes nothing: %v", part)
			}
			has := leaves(part, nil)
			var replaced []string
			for path := range union(was, union(is, has)) {
				if has[path] != was[path] && has[path] != is[path] {
					t.Fatalf("%s is %v in a part, %v before and %v after", path, has[path], was[path], is[path])
				}
				if has[path] == was[path] {
					continue
				}
				covered[path] = true
				if was[path] != nil && is[path] != nil {
					replaced = append(replaced, path)
				}
				if model, property, ok := strings.Cut(path, "/properties/"); ok && strings.HasPrefix(path, "components/") && !strings.Contains(property, "properties/") {
					name, _, _ := strings.Cut(property, "/")
					if comesOrGoes(before, after, model, name) && has[model+"/required"] != is[model+"/required"] {
						t.Fatalf("%s comes or goes without required: %v", path, part)
					}
				}
			}
			if len(replaced) > 1 {
				t.Fatalf("a part replaces %v", replaced)
			}
		}
		for path := range union(was, is) {
			if was[path] != is[path] && !covered[path] && judgedByThePart(path, before, after) {
				t.Fatalf("%s changes from %v to %v, and no part has it:\nbefore %v\nafter  %v", path, was[path], is[path], before, after)
			}
		}
	})
}

// comesOrGoes tells whether one of the documents alone has a property of a model that both have with properties.
func comesOrGoes(before, after any, model, property string) bool {
	name := strings.TrimPrefix(model, "components/schemas/")
	properties := func(doc any) map[string]any {
		return member(member(member(member(doc, "components"), "schemas"), name), "properties")
	}
	was, is := properties(before), properties(after)
	_, had := was[property]
	_, has := is[property]
	return was != nil && is != nil && had != has
}

// judgedByThePart tells whether a change at a path must be in a part: it is not
// for people, and no component that is new or gone, which is nothing by itself.
func judgedByThePart(path string, before, after any) bool {
	tokens := strings.Split(path, "/")
	if tokens[0] != "paths" && tokens[0] != "components" {
		return false
	}
	for i, name := range tokens {
		if forPeople(tokens[:i], name) {
			return false
		}
	}
	if tokens[0] == "components" && len(tokens) > 2 {
		_, had := member(member(before, "components"), tokens[1])[tokens[2]]
		_, has := member(member(after, "components"), tokens[1])[tokens[2]]
		return had && has
	}
	return true
}

// drawDocument draws a document of the members that matter to alone.
func drawDocument(t *rapid.T, label string) any {
	leaf := rapid.SampledFrom([]any{"x", "y", "z"})
	object := func(members map[string]*rapid.Generator[any]) *rapid.Generator[any] {
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
	always := func(g *rapid.Generator[any], members map[string]any) *rapid.Generator[any] {
		return rapid.Map(g, func(v any) any {
			m := v.(map[string]any)
			maps.Copy(m, members)
			return m
		})
	}
	schema := object(map[string]*rapid.Generator[any]{"type": leaf, "format": leaf, "description": leaf})
	model := object(map[string]*rapid.Generator[any]{
		"type": leaf, "description": leaf, "required": leaf,
		"properties": object(map[string]*rapid.Generator[any]{"a": schema, "b": schema, "description": schema, "properties": schema}),
	})
	operation := object(map[string]*rapid.Generator[any]{
		"operationId": leaf, "summary": leaf, "x-scopes": leaf,
		"responses": object(map[string]*rapid.Generator[any]{"200": schema, "404": schema}),
	})
	return always(object(map[string]*rapid.Generator[any]{"info": leaf}), map[string]any{
		"paths": object(map[string]*rapid.Generator[any]{
			"/a": object(map[string]*rapid.Generator[any]{"get": operation, "put": operation}), "/b": object(map[string]*rapid.Generator[any]{"get": operation}),
		}).Draw(t, label+" paths"),
		"components": map[string]any{
			"schemas": object(map[string]*rapid.Generator[any]{"A": model, "B": model}).Draw(t, label+" schemas"),
		},
	}).Draw(t, label)
}

// leaves are a document's values by their paths; an empty object is one, too.
func leaves(v any, path []string) map[string]any {
	all := map[string]any{}
	m, isMap := v.(map[string]any)
	if !isMap {
		all[strings.Join(path, "/")] = v
		return all
	}
	for name, child := range m {
		maps.Copy(all, leaves(child, append(slices.Clone(path), name)))
	}
	return all
}
