package compat

import (
	"fmt"
	"strings"
	"testing"
)

// positions are schemas of a response that have an object with the member gone
// somewhere. %s is the object's members.
var positions = map[string]string{
	"the body":        `{"type": "object", "properties": {%s}}`,
	"a nullable body": `{"type": "object", "nullable": true, "properties": {%s}}`,
	"a nested object": `{"type": "object", "properties": {"o": {"type": "object", "properties": {%s}}}}`,
	"the items of a page": `{"type": "object", "properties": {` +
		`"items": {"type": "array", "items": {"properties": {%s}}}}}`,
	"the elements":         `{"type": "array", "items": {"type": "object", "properties": {%s}}}`,
	"the values of a map":  `{"type": "object", "additionalProperties": {"type": "object", "properties": {%s}}}`,
	"a member of an allOf": `{"allOf": [{"type": "object", "properties": {%s}}]}`,
	"one of two in allOf": `{"allOf": [{"type": "object", "properties": {%s}}, ` +
		`{"type": "object", "properties": {"b": {}}}]}`,
	"a variant":  `{"oneOf": [{"type": "object", "properties": {%s}}, {"type": "string"}]}`,
	"any of two": `{"anyOf": [{"type": "object", "properties": {%s}}, {"type": "string"}]}`,
}

func TestRemovedResponsePropertyBreaks(t *testing.T) {
	for name, position := range positions {
		for _, required := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s required=%v", name, required), func(t *testing.T) {
				before, after := `"kept": {"type": "string"}, "gone": {"type": "string"}`, `"kept": {"type": "string"}`
				schema := position
				if required {
					schema = strings.Replace(schema, `{%s}`, `{%s}, "required": ["gone"]`, 1)
				}
				released := responding(t, fmt.Sprintf(schema, before))
				current := responding(t, strings.Replace(fmt.Sprintf(schema, after), `, "required": ["gone"]`, "", 1))
				changes, err := compare(released, current)
				if err != nil {
					t.Fatal(err)
				}
				if len(changes) == 0 || changes[0].Level != Breaking {
					t.Errorf("got %+v, want a breaking change", changes)
				}
			})
		}
	}
}

// responding returns a document with a response whose schema is a component.
func responding(t *testing.T, schema string) document {
	t.Helper()
	doc, err := read(source{file: "openapi.json"}, fmt.Appendf(nil, `{"openapi": "3.0.3",
		"info": {"title": "t", "version": "1"},
		"paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {"description": "d",
			"content": {"application/json": {"schema": {"$ref": "#/components/schemas/S"}}}}}}}},
		"components": {"schemas": {"S": %s}}}`, schema))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
