package merge

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// everything has each kind of object that OpenAPI 3.0 knows, in place and by
// reference, each with an extension that is kept and a hint that is not.
const everything = `
openapi: 3.0.3
info: {title: T, version: 0.1.0}
paths:
  /things/{id}:
    summary: Things
    description: A thing.
    x-kept: item
    post:
      operationId: postThing
      summary: Posts
      description: Posts a thing.
      tags: [things]
      deprecated: true
      externalDocs: {url: "https://example.com/docs", description: More}
      servers: [{url: "https://operation.example.com"}]
      x-kept: operation
      x-go-type: In
      security: [{token: [a, b]}]
      parameters:
        - {$ref: "#/components/parameters/ID"}
        - name: filter
          in: query
          description: What to look for.
          style: form
          explode: false
          x-kept: parameter
          x-go-field: In.Filter
          schema: {type: array, items: {$ref: "#/components/schemas/Name"}, x-go-type: "[]Name"}
          examples: {one: {value: [a], x-kept: example}, other: {$ref: "#/components/examples/Names"}}
        - {name: deep, in: query, content: {application/json: {schema: {type: object}}}}
      requestBody:
        description: The thing.
        required: true
        x-kept: body
        x-go-type: Body
        content:
          multipart/form-data:
            x-kept: media
            x-go-type: Media
            schema: {$ref: "#/components/schemas/Thing"}
            encoding:
              name: {contentType: text/plain, x-kept: encoding, x-go-field: Name, headers: {X-A: {schema: {type: string}}}}
          application/json: {schema: {$ref: "#/components/schemas/Thing"}, example: {name: a}}
      responses:
        x-kept: responses
        "200":
          description: Done.
          x-kept: response
          x-go-type: Out
          headers: {ETag: {description: The version., x-kept: header, x-go-field: ETag, schema: {type: string}}, X-B: {$ref: "#/components/headers/B"}}
          content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
          links: {next: {operationId: postThing, x-kept: link}, other: {$ref: "#/components/links/Next"}}
        "404": {$ref: "#/components/responses/Missing"}
      callbacks:
        done:
          x-kept: callback
          "{$request.body#/url}":
            post: {operationId: done, x-go-type: Done, parameters: [{$ref: "#/components/parameters/ID"}], requestBody: {$ref: "#/components/requestBodies/Thing"}, responses: {"200": {description: OK}}}
        other: {$ref: "#/components/callbacks/Other"}
    put:
      operationId: putThing
      parameters: [{$ref: "#/components/parameters/ID"}]
      requestBody: {$ref: "#/components/requestBodies/Thing"}
      responses: {default: {description: Any.}}
      security: []
components:
  schemas:
    Name: {type: string, minLength: 1, maxLength: 9, pattern: "^a", x-kept: schema, x-go-type: Name}
    Thing:
      type: object
      required: [name]
      additionalProperties: {type: object, x-go-type: X, additionalProperties: false}
      properties:
        name: {$ref: "#/components/schemas/Name"}
        nothing: {not: {type: string, x-go-type: X}}
        one: {oneOf: [{type: string, x-go-type: X}, {$ref: "#/components/schemas/Name"}]}
        any: {anyOf: [{type: string, x-go-type: X}, {type: number}]}
        all: {allOf: [{type: object, x-go-type: X, x-kept: y}]}
        list: {type: array, items: {type: integer, format: int64, nullable: true, readOnly: true, default: 3, enum: [3, 4], x-go-type: X}}
        self: {$ref: "#/components/schemas/Thing"}
  parameters: {ID: {name: id, in: path, required: true, schema: {type: string}, x-go-field: ID}}
  headers: {B: {description: B., schema: {type: string}}}
  examples: {Names: {summary: S, value: [a]}}
  links: {Next: {operationId: putThing}}
  responses: {Missing: {description: Missing., content: {application/problem+json: {schema: {type: object}}}}}
  requestBodies: {Thing: {content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}}
  securitySchemes: {token: {type: http, scheme: bearer, x-kept: scheme}}
  callbacks:
    Other: {"{$url}": {get: {operationId: other, responses: {"200": {description: OK}}}}}
tags: [{name: things, description: Things., x-kept: tag}]
servers: [{url: "https://example.com"}]
`

// TestNothingIsLost merges one source that has everything: what comes out is what went in, but for the hints.
func TestNothingIsLost(t *testing.T) {
	source := load(t, "things", everything)
	if err := source.Doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := tree(t, source.Doc)
	doc, err := Merge([]Source{source})
	if err != nil {
		t.Fatal(err)
	}
	want := withoutHints(before).(map[string]any)
	got := tree(t, doc)
	delete(want, "info") // the merged document has its own
	delete(got.(map[string]any), "info")
	differences(t, "", got, want)
	if strings.Contains(write(t, doc), goHints) {
		t.Error("a hint is left")
	}
	if after := tree(t, source.Doc); !reflect.DeepEqual(after, before) {
		t.Error("the source was changed")
	}
}

func tree(t *testing.T, doc *openapi3.T) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(write(t, doc)), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func withoutHints(v any) any {
	switch v := v.(type) {
	case map[string]any:
		kept := map[string]any{}
		for name, value := range v {
			if !strings.HasPrefix(name, goHints) {
				kept[name] = withoutHints(value)
			}
		}
		return kept
	case []any:
		kept := make([]any, len(v))
		for i := range v {
			kept[i] = withoutHints(v[i])
		}
		return kept
	}
	return v
}

// differences tells each place where got and want differ.
func differences(t *testing.T, at string, got, want any) {
	t.Helper()
	g, ok := got.(map[string]any)
	w, ok2 := want.(map[string]any)
	if !ok || !ok2 {
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", at, got, want)
		}
		return
	}
	for name := range w {
		differences(t, at+"/"+name, g[name], w[name])
	}
	for name := range g {
		if _, ok := w[name]; !ok {
			t.Errorf("%s/%s: got %v, want nothing", at, name, g[name])
		}
	}
}
