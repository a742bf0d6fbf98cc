package portal

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

// TestContextDocuments checks that the documents of the contexts are valid, and have every
// operation once.
func TestContextDocuments(t *testing.T) {
	documents, err := catalogOf(t, sample).slices(sample)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]struct {
		title      string
		operations int
		schemas    []string
	}{
		"contexts/orders/openapi.json": {
			title: "Orders", operations: 7, schemas: []string{"Line", "NewOrder", "Order", "Problem"},
		},
		"contexts/parcels/openapi.json": {
			title: "Parcels", operations: 1, schemas: []string{"Line", "Order", "Parcel", "Problem"},
		},
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(documents))); diff != "" {
		t.Fatalf("files (-want +got):\n%s", diff)
	}
	for file, data := range documents {
		t.Run(file, func(t *testing.T) {
			doc, err := openapi3.NewLoader().LoadFromData(data)
			if err != nil {
				t.Fatal(err)
			}
			if err := doc.Validate(t.Context()); err != nil {
				t.Error(err)
			}
			n := 0
			for _, item := range doc.Paths.Map() {
				n += len(item.Operations())
			}
			if n != want[file].operations || doc.Info.Title != want[file].title {
				t.Errorf("%d operations of %s, want %d of %s", n, doc.Info.Title, want[file].operations, want[file].title)
			}
			if diff := cmp.Diff(want[file].schemas, slices.Sorted(maps.Keys(doc.Components.Schemas))); diff != "" {
				t.Errorf("schemas (-want +got):\n%s", diff)
			}
		})
	}
}

// TestContextDocumentsKeepNumbersAndSharedParameters edits a path that two contexts share.
func TestContextDocumentsKeepNumbersAndSharedParameters(t *testing.T) {
	document := edited(t, func(v object) {
		item := v["paths"].(object)["/orders/{orderId}"].(object)
		item["parameters"] = []any{object{"$ref": "#/components/parameters/a~1b"}}
		item["delete"].(object)["tags"] = []any{"A/B"}
		v["components"].(object)["parameters"] = object{"a/b": object{
			"name": "n", "in": "query", "schema": object{"type": "integer", "maximum": json.Number("9007199254740993")},
		}}
	})
	documents, err := catalogOf(t, document).slices(document)
	if err != nil {
		t.Fatal(err)
	}
	for file, method := range map[string]string{
		"contexts/orders/openapi.json": "put", "contexts/context.2/openapi.json": "delete",
	} {
		var doc struct {
			Paths      map[string]map[string]any
			Components struct {
				Parameters map[string]struct{ Schema struct{ Maximum json.Number } }
			}
		}
		if err := json.Unmarshal(documents[file], &doc); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		item := doc.Paths["/orders/{orderId}"]
		if item[method] == nil || item["parameters"] == nil {
			t.Errorf("%s: the path is %v, want %s and the shared parameters", file, item, method)
		}
		if got := doc.Components.Parameters["a/b"].Schema.Maximum; got != "9007199254740993" {
			t.Errorf("%s: the maximum is %q, want 9007199254740993", file, got)
		}
	}
}
