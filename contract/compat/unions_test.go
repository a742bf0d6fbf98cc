package compat

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
)

// unionSample is the union of a document: its variants by the values of the discriminator.
type unionSample struct {
	property string
	variants map[string]string
	open     bool
}

// using returns a document with a union in a request, a response, or both, which also
// contains itself.
func using(t *testing.T, u unionSample, request, response bool) document {
	t.Helper()
	type object = map[string]any
	schemas, mapping, members := object{}, object{}, []any{}
	for _, value := range sortedKeys(u.variants) {
		name := u.variants[value]
		ref := object{"$ref": "#/components/schemas/" + name}
		mapping[value], members = ref["$ref"], append(members, ref)
		schemas[name] = object{
			"type": "object", "required": []string{u.property},
			"properties": object{
				u.property: object{"type": "string", "enum": []string{value}},
				"parts":    object{"type": "array", "items": object{"$ref": "#/components/schemas/U"}},
			},
		}
	}
	schemas["U"] = object{
		"oneOf": members, "discriminator": object{"propertyName": u.property, "mapping": mapping}, "x-open-union": u.open,
	}
	content := func(used bool) object {
		schema := object{"type": "object"}
		if used {
			schema["properties"] = object{"u": object{"allOf": []any{object{"$ref": "#/components/schemas/U"}},
				"description": "d"}}
		}
		return object{"application/json": object{"schema": schema}}
	}
	data, err := json.Marshal(object{
		"openapi": "3.0.3", "info": object{"title": "t", "version": "1"},
		"paths": object{"/a": object{"post": object{
			"operationId": "a", "requestBody": object{"content": content(request)},
			"responses": object{"200": object{"description": "d", "content": content(response)}},
		}}},
		"components": object{"schemas": schemas},
	})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := read(source{file: "openapi.json"}, data)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestUnions(t *testing.T) {
	two := map[string]string{"card": "Card", "transfer": "Transfer"}
	three := map[string]string{"card": "Card", "transfer": "Transfer", "cash": "Cash"}
	for _, test := range []struct {
		name              string
		before, after     unionSample
		request, response Level
		id                string // of a change in both, or empty
	}{
		{
			name: "same", before: unionSample{"kind", two, false}, after: unionSample{"kind", two, false},
			request: None, response: None,
		},
		{
			name: "another variant", before: unionSample{"kind", two, false}, after: unionSample{"kind", three, false},
			request: Compatible, response: Breaking,
		},
		{
			name: "a variant less", before: unionSample{"kind", three, false}, after: unionSample{"kind", two, false},
			request: Breaking, response: Compatible,
		},
		{
			name: "another variant of an open union", before: unionSample{"kind", two, true}, after: unionSample{"kind", three,
				true},
			request: Compatible, response: Compatible, id: openUnionExtended,
		},
		{
			name: "a variant less of an open union", before: unionSample{"kind", three, true}, after: unionSample{"kind", two,
				true},
			request: Breaking, response: Compatible,
		},
		{
			name: "another variant of a union that becomes open", before: unionSample{"kind", two,
				false}, after: unionSample{"kind", three, true},
			request: Compatible, response: Breaking,
		},
		{
			name: "a union that becomes open", before: unionSample{"kind", two, false}, after: unionSample{"kind", two, true},
			request: Compatible, response: Breaking, id: unionOpened,
		},
		{
			name:   "a union that is no longer open",
			before: unionSample{"kind", two, true}, after: unionSample{"kind", two, false},
			request: Compatible, response: Compatible, id: unionClosed,
		},
		{
			name: "another discriminator", before: unionSample{"kind", two, true}, after: unionSample{"type", two, true},
			request: Breaking, response: Breaking,
		},
		{
			name:    "another name of a variant",
			before:  unionSample{"kind", two, true},
			after:   unionSample{"kind", map[string]string{"creditCard": "Card", "transfer": "Transfer"}, true},
			request: Breaking, response: Breaking,
		},
	} {
		for _, direction := range []struct {
			name              string
			request, response bool
			want              Level
		}{{"request", true, false, test.request}, {"response", false, true, test.response}} {
			t.Run(fmt.Sprintf("%s/%s", test.name, direction.name), func(t *testing.T) {
				before := using(t, test.before, direction.request, direction.response)
				changes, err := compare(before, using(t, test.after, direction.request, direction.response))
				if err != nil {
					t.Fatal(err)
				}
				got := None
				if len(changes) > 0 {
					got = changes[0].Level
				}
				if got != direction.want {
					t.Errorf("%s, want %s: %+v", got, direction.want, changes)
				}
				if test.id != "" && !slices.ContainsFunc(changes, func(c Change) bool { return c.ID == test.id }) {
					t.Errorf("no change %s: %+v", test.id, changes)
				}
			})
		}
	}
}
