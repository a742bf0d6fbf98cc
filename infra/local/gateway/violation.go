package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// violations returns $context.error.validationErrorString with the messages of AWS's
// validator, such as [object has missing required properties (["name"])].
func violations(err error) string {
	return "[" + strings.Join(flatten(err), ", ") + "]"
}

// flatten returns the messages of the violations within err, each once. kin-openapi
// wraps the violations of the members of allOf.
func flatten(err error) []string {
	if several, ok := err.(openapi3.MultiError); ok {
		var texts []string
		for _, err := range several {
			for _, text := range flatten(err) {
				if !slices.Contains(texts, text) {
					texts = append(texts, text)
				}
			}
		}
		return texts
	}
	var violation *openapi3.SchemaError
	if !errors.As(err, &violation) {
		return []string{err.Error()}
	}
	if violation.SchemaField == "allOf" {
		var several openapi3.MultiError
		if errors.As(violation.Origin, &several) {
			return flatten(several)
		}
	}
	return []string{message(violation)}
}

// message returns the text for a violation of a keyword that API Gateway supports.
// Unlike kin-openapi's Reason, it contains the value of the request, as on AWS.
func message(v *openapi3.SchemaError) string {
	s := v.Schema
	switch v.SchemaField {
	case "required":
		path := v.JSONPointer()
		return fmt.Sprintf("object has missing required properties ([%s])", quoteJSON(path[len(path)-1]))
	case "type", "nullable":
		if s.Type != nil {
			return fmt.Sprintf("instance type (%s) does not match any allowed primitive type (allowed: %s)", typeName(v.Value), compact(s.Type.Slice()))
		}
	case "enum":
		return fmt.Sprintf("instance value (%s) not found in enum (possible values: %s)", compact(v.Value), compact(s.Enum))
	case "properties":
		return fmt.Sprintf("object instance has properties which are not allowed by the schema: [%s]", unexpected(s, v.Value))
	case "minLength", "maxLength":
		text, _ := v.Value.(string)
		if v.SchemaField == "minLength" {
			return fmt.Sprintf("string %s is too short (length: %d, required minimum: %d)", quoteJSON(text), len([]rune(text)), s.MinLength)
		}
		return fmt.Sprintf("string %s is too long (length: %d, maximum allowed: %d)", quoteJSON(text), len([]rune(text)), *s.MaxLength)
	case "pattern":
		return fmt.Sprintf("ECMA 262 regex %s does not match input string %s", quoteJSON(s.Pattern), compact(v.Value))
	case "minimum":
		return fmt.Sprintf("numeric instance is lower than the required minimum (minimum: %s, found: %s)", number(*s.Min), compact(v.Value))
	case "maximum":
		return fmt.Sprintf("numeric instance is greater than the required maximum (maximum: %s, found: %s)", number(*s.Max), compact(v.Value))
	case "minItems", "maxItems":
		list, _ := v.Value.([]any)
		if v.SchemaField == "minItems" {
			return fmt.Sprintf("array is too short: must have at least %d elements but instance has %d elements", s.MinItems, len(list))
		}
		return fmt.Sprintf("array is too long: must have at most %d elements but instance has %d elements", *s.MaxItems, len(list))
	case "uniqueItems":
		return "array must not contain duplicate elements"
	case "anyOf":
		return fmt.Sprintf("instance failed to match at least one required schema among %d", len(s.AnyOf))
	case "oneOf":
		return fmt.Sprintf("instance failed to match exactly one schema among %d", len(s.OneOf))
	case "not":
		return "instance matched a schema which it should not have"
	}
	return v.Reason
}

// unexpected returns a list of all properties that additionalProperties excludes, as
// AWS reports them. kin-openapi reports one.
func unexpected(s *openapi3.Schema, value any) string {
	object, _ := value.(map[string]any)
	var names []string
	for name := range object {
		if s.Properties[name] == nil {
			names = append(names, quoteJSON(name))
		}
	}
	slices.Sort(names)
	return strings.Join(names, ",")
}

func typeName(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	case float64:
		if value == float64(int64(value)) {
			return "integer"
		}
	}
	return "number"
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

func compact(value any) string {
	text, _ := json.Marshal(value) // the value was decoded from JSON
	return string(text)
}
