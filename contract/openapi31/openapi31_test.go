package openapi31

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

func TestSchema(t *testing.T) {
	for _, test := range []struct{ name, schema, want string }{
		{
			name:   "nullable adds null to the type",
			schema: `{"type": "string", "nullable": true, "enum": ["a", null]}`,
			want:   `{"type": ["string", "null"], "enum": ["a", null]}`,
		},
		{"nullable without a type has no effect", `{"nullable": true, "title": "t"}`, `{"title": "t"}`},
		{"not nullable", `{"type": "string", "nullable": false}`, `{"type": "string"}`},
		{
			name:   "exclusive bounds are numbers",
			schema: `{"minimum": 1, "exclusiveMinimum": true, "maximum": 1e3, "exclusiveMaximum": true}`,
			want:   `{"exclusiveMinimum": 1, "exclusiveMaximum": 1e3}`,
		},
		{"inclusive bounds stay", `{"minimum": 1, "exclusiveMinimum": false, "maximum": 2}`, `{"minimum": 1, "maximum": 2}`},
		{"an exclusive bound without a bound has no effect", `{"exclusiveMaximum": true}`, `{}`},
		{"all digits stay", `{"maximum": 18446744073709551615}`, `{"maximum": 18446744073709551615}`},
		{"an example becomes examples", `{"example": null}`, `{"examples": [null]}`},
		{"encoded bytes", `{"type": "string", "format": "byte"}`, `{"type": "string", "contentEncoding": "base64"}`},
		{
			name:   "raw bytes",
			schema: `{"type": "string", "format": "binary"}`,
			want:   `{"type": "string", "contentMediaType": "application/octet-stream"}`,
		},
		{
			name:   "siblings of a reference, which 3.0 ignores, are dropped",
			schema: `{"$ref": "#/components/schemas/A", "nullable": true, "minLength": 1}`,
			want:   `{"$ref": "#/components/schemas/A"}`,
		},
		{
			name:   "an allOf for siblings becomes a reference with siblings",
			schema: `{"description": "d", "type": "object", "nullable": true, "allOf": [{"$ref": "#/components/schemas/A"}]}`,
			want:   `{"description": "d", "type": ["object", "null"], "$ref": "#/components/schemas/A"}`,
		},
		{
			name:   "an allOf of two stays",
			schema: `{"allOf": [{"$ref": "#/a"}, {"nullable": true}]}`,
			want:   `{"allOf": [{"$ref": "#/a"}, {}]}`,
		},
		{
			name: "schemas in schemas",
			schema: `{"not": {"example": 1}, "items": {"example": 1}, "additionalProperties": {"example": 1},
				"anyOf": [{"example": 1}], "oneOf": [{"example": 1}],
				"properties": {"example": {"example": 1}, "nullable": {"type": "string", "nullable": true}}}`,
			want: `{"not": {"examples": [1]}, "items": {"examples": [1]}, "additionalProperties": {"examples": [1]},
				"anyOf": [{"examples": [1]}], "oneOf": [{"examples": [1]}],
				"properties": {"example": {"examples": [1]}, "nullable": {"type": ["string", "null"]}}}`,
		},
		{
			name: "values are no schemas",
			schema: `{"default": {"example": 1}, "enum": [{"nullable": true}], "additionalProperties": false,
				"x-a": {"example": 1}, "discriminator": {"propertyName": "kind"}}`,
			want: `{"default": {"example": 1}, "enum": [{"nullable": true}], "additionalProperties": false,
				"x-a": {"example": 1}, "discriminator": {"propertyName": "kind"}}`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			document := `{"openapi": "3.0.3", "components": {"schemas": {"x-A": ` + test.schema + `}}}`
			got, err := Convert([]byte(document))
			if err != nil {
				t.Fatal(err)
			}
			var schemas struct {
				Components struct{ Schemas map[string]json.RawMessage }
			}
			if err := json.Unmarshal(got, &schemas); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(decoded(t, test.want), decoded(t, string(schemas.Components.Schemas["x-A"]))); diff != "" {
				t.Errorf("schema (-want +got):\n%s", diff)
			}
		})
	}
}

// decoded decodes JSON with all digits of its numbers.
func decoded(t *testing.T, text string) any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// TestEverySchemaOfADocument converts a document with a schema at every place where
// OpenAPI 3.0.3 allows one, and the word example where it is no schema's.
func TestEverySchemaOfADocument(t *testing.T) {
	const document = `{"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {
		"x-example": {"get": {"responses": {"200": {"content": {"a": {"schema": {"example": "stays"}}}}}}},
		"/a": {
			"parameters": [{"schema": SCHEMA, "example": "stays"}],
			"post": {
				"parameters": [{"content": {"application/json": {"schema": SCHEMA, "example": "stays"}}}],
				"requestBody": {"content": {"a/b": {"schema": SCHEMA, "encoding": {"p": {"headers": {"H": {"schema": SCHEMA}}}}}}},
				"responses": {"200": {"headers": {"H": {"schema": SCHEMA}}, "content": {"a/b": {"schema": SCHEMA,
					"examples": {"e": {"value": {"example": "stays"}}}}}}},
				"callbacks": {"c": {"{$url}": {"get": {"parameters": [{"schema": SCHEMA}]}}}}
			}
		}},
		"components": {
			"schemas": {"S": SCHEMA}, "parameters": {"P": {"schema": SCHEMA}}, "headers": {"H": {"schema": SCHEMA}},
			"requestBodies": {"R": {"content": {"a/b": {"schema": SCHEMA}}}},
			"responses": {"R": {"content": {"a/b": {"schema": SCHEMA}}}},
			"callbacks": {"C": {"{$url}": {"put": {"requestBody": {"content": {"a/b": {"schema": SCHEMA}}}}}}},
			"examples": {"E": {"value": {"example": "stays"}}}
		}}`
	got, err := Convert([]byte(strings.ReplaceAll(document, "SCHEMA", `{"example": "goes"}`)))
	if err != nil {
		t.Fatal(err)
	}
	want := decoded(t, strings.Replace(strings.ReplaceAll(document, "SCHEMA", `{"examples": ["goes"]}`),
		`"openapi": "3.0.3"`, `"openapi": "3.1.0"`, 1))
	if diff := cmp.Diff(want, decoded(t, string(got))); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
}

func TestOtherVersionsAreRefused(t *testing.T) {
	for _, document := range []string{`{"openapi": "3.1.0"}`, `{"swagger": "2.0"}`, `{`, `[]`} {
		if got, err := Convert([]byte(document)); err == nil {
			t.Errorf("%s became %s", document, got)
		}
	}
}

// TestKinOpenAPI loads a converted document with the library that wrote the original.
func TestKinOpenAPI(t *testing.T) {
	const document = `{"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {},
		"components": {"schemas": {"S": {"type": "string", "nullable": true, "example": "e"}}}}`
	got, err := Convert([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(got)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	if types := doc.Components.Schemas["S"].Value.Type; !types.Includes("null") || !types.Includes("string") {
		t.Errorf("the types are %v", types)
	}
}
