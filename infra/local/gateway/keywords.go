package gateway

import (
	"encoding/json"
	"strings"
)

const modelRef = "#/components/schemas/"

// schemaShape is JSON Schema draft 4 as far as API Gateway imports it from an
// OpenAPI 3.0 document.
var schemaShape = newSchemaShape()

func newSchemaShape() *shape {
	s := &shape{
		fields: known("$ref", "type", "title", "description", "format", "enum", "required",
			"minimum", "maximum", "multipleOf", "minLength", "maxLength", "pattern",
			"minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
		refused: make(map[string]string),
		check:   checkSchema,
	}
	list := &shape{items: s}
	s.with("items", s).with("additionalProperties", s).with("not", s)
	s.with("properties", &shape{each: s})
	s.with("allOf", list).with("anyOf", list).with("oneOf", list)
	for _, keyword := range []string{
		"discriminator", "example", "nullable", "exclusiveMinimum", "exclusiveMaximum", "readOnly", "writeOnly",
		"default", "deprecated", "xml", "externalDocs",
	} {
		s.refused[keyword] = "API Gateway does not support this schema keyword"
	}
	return s
}

// checkSchema holds the rules about a keyword's value.
func checkSchema(f *findings, at pointer, value any) {
	schema, ok := value.(map[string]any)
	if !ok {
		return
	}
	if ref, ok := schema["$ref"].(string); ok {
		if !strings.HasPrefix(ref, modelRef) {
			f.add(at.child("$ref"), "a reference to %q: models are under %s", ref, modelRef)
		}
		if len(schema) > 1 {
			f.add(at, "keywords beside $ref are ignored")
		}
	}
	kind, single := schema["type"].(string)
	if _, ok := schema["type"]; ok && !single {
		f.add(at.child("type"), "OpenAPI 3.0 has one type per schema")
	}
	if format, _ := schema["format"].(string); kind == "number" && (format == "int32" || format == "int64") {
		f.add(at.child("format"), "API Gateway does not support %s on number", format)
	}
	if enum, ok := schema["enum"].([]any); ok {
		seen := make(map[string]bool, len(enum))
		for i, v := range enum {
			text, _ := json.Marshal(v)
			if seen[string(text)] {
				f.add(at.child("enum").index(i), "API Gateway refuses duplicate enum values")
			}
			seen[string(text)] = true
		}
	}
}

// refuseInlineAllOf looks at a media type of an operation, where API Gateway
// turns the schema into a model of its own.
func refuseInlineAllOf(f *findings, at pointer, value any) {
	media, _ := value.(map[string]any)
	schema, _ := media["schema"].(map[string]any)
	if _, ok := schema["allOf"]; ok {
		f.add(at.child("schema", "allOf"), "API Gateway does not support allOf inside an operation: make it a model")
	}
}
