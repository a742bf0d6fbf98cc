// Package openapi31 converts documents of OpenAPI 3.0 to OpenAPI 3.1, whose schemas are
// JSON Schema (draft 2020-12). Newer generators and validators read 3.1 only. API Gateway
// does not import it, and kin-openapi does not convert it, so that the contexts'
// specifications and the deployable document stay 3.0.
//
// Both documents accept the same requests and responses. The tests of package foreign
// compare the verdicts of validators on random values.
package openapi31

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/canonical"
)

// Version is the version of OpenAPI of the converted document. Its schemas have the default
// dialect, which is not written: IBM's validator refuses jsonSchemaDialect.
const Version = "3.1.0"

// object is a JSON object.
type object = map[string]any

// Convert returns a canonical document of OpenAPI 3.0 as canonical JSON of OpenAPI 3.1.
func Convert(document []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(document))
	dec.UseNumber()
	var doc object
	if err := dec.Decode(&doc); err != nil {
		return nil, fmt.Errorf("convert to OpenAPI %s: %w", Version, err)
	}
	if version, _ := doc["openapi"].(string); !strings.HasPrefix(version, "3.0.") {
		return nil, fmt.Errorf("convert to OpenAPI %s: the document is OpenAPI %q, not 3.0", Version, version)
	}
	root.convert(doc)
	doc["openapi"] = Version
	return canonical.Decoded(doc)
}

// Schema converts a decoded Schema Object in place.
func Schema(schema object) { convertSchema(schema) }

// shape is a kind of object of OpenAPI: it has the shapes of the members in which schemas
// are. Other members are the same in both versions.
type shape map[string]nested

// nested converts a member.
type nested func(v any)

// convert converts the members of an object that is not a reference.
func (s shape) convert(v any) {
	o, ok := v.(object)
	if !ok || o["$ref"] != nil {
		return
	}
	for name, convert := range s {
		if member, ok := o[name]; ok {
			convert(member)
		}
	}
}

// every returns the conversion of all members of an object with free names. An extension
// among them is not converted: paths, responses and callbacks can have some.
func every(convert nested) nested {
	return func(v any) {
		members, _ := v.(object)
		for name, member := range members {
			if !strings.HasPrefix(name, "x-") {
				convert(member)
			}
		}
	}
}

// named returns the conversion of all members of a map that cannot have extensions.
func named(convert nested) nested {
	return func(v any) {
		members, _ := v.(object)
		for _, member := range members {
			convert(member)
		}
	}
}

// each returns the conversion of all elements of an array.
func each(convert nested) nested {
	return func(v any) {
		elements, _ := v.([]any)
		for _, element := range elements {
			convert(element)
		}
	}
}

// The objects of OpenAPI 3.0.3 that contain schemas.
var (
	root, components, pathItem, operation, parameter, requestBody, response, mediaType, encoding shape

	callback = every(func(v any) { pathItem.convert(v) })
)

func init() {
	schema := func(v any) {
		if s, ok := v.(object); ok {
			convertSchema(s)
		}
	}
	// A member of a map is a function, because some shapes contain themselves.
	of := func(s *shape) nested { return func(v any) { s.convert(v) } }
	content := named(of(&mediaType))
	encoding = shape{"headers": named(of(&parameter))}
	mediaType = shape{"schema": schema, "encoding": named(of(&encoding))}
	parameter = shape{"schema": schema, "content": content} // and header
	requestBody = shape{"content": content}
	response = shape{"headers": named(of(&parameter)), "content": content}
	operation = shape{
		"parameters": each(of(&parameter)), "requestBody": of(&requestBody), "responses": every(of(&response)),
		"callbacks": named(callback),
	}
	pathItem = shape{"parameters": each(of(&parameter))}
	for _, method := range []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"} {
		pathItem[method] = of(&operation)
	}
	components = shape{
		"schemas": named(schema), "responses": named(of(&response)), "parameters": named(of(&parameter)),
		"requestBodies": named(of(&requestBody)), "headers": named(of(&parameter)), "callbacks": named(callback),
	}
	root = shape{"paths": every(of(&pathItem)), "components": of(&components)}
}

// convertSchema converts a Schema Object and the schemas in it.
func convertSchema(s object) {
	if ref, ok := s["$ref"]; ok {
		clear(s) // 3.0 ignores the siblings of a reference, 3.1 applies them
		s["$ref"] = ref
		return
	}
	for _, name := range []string{"not", "items", "additionalProperties"} {
		if member, ok := s[name].(object); ok {
			convertSchema(member)
		}
	}
	for _, name := range []string{"allOf", "anyOf", "oneOf"} {
		members, _ := s[name].([]any)
		for _, member := range members {
			if m, ok := member.(object); ok {
				convertSchema(m)
			}
		}
	}
	properties, _ := s["properties"].(object)
	for _, property := range properties {
		if p, ok := property.(object); ok {
			convertSchema(p)
		}
	}
	convertNull(s)
	convertBound(s, "minimum", "exclusiveMinimum")
	convertBound(s, "maximum", "exclusiveMaximum")
	if example, ok := s["example"]; ok {
		delete(s, "example")
		s["examples"] = []any{example}
	}
	convertBytes(s)
	unwrap(s)
}

// convertNull replaces nullable, which adds null to the type beside it and has no effect
// without one (OpenAPI 3.0.3, Schema Object).
func convertNull(s object) {
	if s["nullable"] == true {
		if t, ok := s["type"].(string); ok {
			s["type"] = []any{t, "null"}
		}
	}
	delete(s, "nullable")
}

// convertBound replaces a flag that a bound is exclusive by an exclusive bound.
func convertBound(s object, bound, exclusive string) {
	limit, limited := s[bound]
	if flag, ok := s[exclusive].(bool); ok {
		delete(s, exclusive)
		if flag && limited {
			delete(s, bound)
			s[exclusive] = limit
		}
	}
}

// convertBytes replaces the formats of encoded and of raw bytes.
func convertBytes(s object) {
	switch s["format"] {
	case "byte":
		delete(s, "format")
		s["contentEncoding"] = "base64"
	case "binary":
		delete(s, "format")
		s["contentMediaType"] = "application/octet-stream"
	}
}

// unwrap replaces an allOf with one reference by the reference, which can have siblings
// in 3.1. Client generators then find the name of its type.
func unwrap(s object) {
	members, _ := s["allOf"].([]any)
	if len(members) != 1 {
		return
	}
	if ref, ok := members[0].(object); ok && slices.Equal(slices.Collect(maps.Keys(ref)), []string{"$ref"}) {
		delete(s, "allOf")
		s["$ref"] = ref["$ref"]
	}
}
