package partial_test

import (
	"strings"
	"testing"

	"github.com/meridian-api/meridian/infra/local/partial"
)

const document = `{
	"openapi": "3.0.3", "info": {"title": "t", "version": "1"},
	"paths": {
		"/pets": {"get": {"responses": {"200": {"$ref": "#/components/responses/Pets"}}}},
		"/twin": {"get": {"responses": {"200": {"$ref": "#/paths/~1pets/get/responses/200"}}}},
		"/lost": {"get": {"responses": {"200": {"$ref": "#/components/responses/Lost"}}}}
	},
	"components": {
		"responses": {"Pets": {
			"description": "pets", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/a~1b"}}}
		}},
		"schemas": {
			"a/b": {"type": "object", "properties": {
				"next": {"$ref": "#/components/schemas/a~1b"}, "kind": {"$ref": "#/components/schemas/part"}
			}},
			"part": {"type": "string", "enum": ["cat"]}
		}
	}
}`

func TestPath(t *testing.T) {
	loadable := strings.Replace(document, `"$ref": "#/components/responses/Lost"`, `"description": ""`, 1)
	tests := []struct {
		name, document, path string
		description          string // of the response 200; empty if the document does not have the path
		err                  string
	}{
		{name: "through components", document: document, path: "/pets", description: "pets"},
		{name: "a reference to an unknown component", document: document, path: "/lost", err: "Lost"},
		{name: "a reference to a path", document: loadable, path: "/twin", description: "pets"},
		{name: "unknown", document: document, path: "/other"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, err := partial.Parse([]byte(test.document))
			if err != nil {
				t.Fatal(err)
			}
			item, err := d.Path(test.path)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("the error is %v, want one with %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if test.description == "" {
				if item != nil {
					t.Errorf("an unknown path has an item: %v", item)
				}
				return
			}
			if got := item.Get.Responses.Status(200).Value.Description; got == nil || *got != test.description {
				t.Errorf("the description of 200 is %v, want %q", got, test.description)
			}
		})
	}
}

func TestSchemaFollowsReferences(t *testing.T) {
	c := partial.Components{"schemas": {
		"Pet":  []byte(`{"type": "object", "properties": {"kind": {"$ref": "#/components/schemas/part"}}}`),
		"part": []byte(`{"type": "string", "enum": ["cat"]}`), // the name that the package would use
	}}
	s, err := c.Schema([]byte(`{"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}`))
	if err != nil {
		t.Fatal(err)
	}
	pet := func(kind string) any { return []any{map[string]any{"kind": kind}} }
	if err := s.VisitJSON(pet("cat")); err != nil {
		t.Errorf("a valid value is refused: %v", err)
	}
	if s.VisitJSON(pet("dog")) == nil {
		t.Error("the enumeration of a referenced schema is not checked")
	}
}
