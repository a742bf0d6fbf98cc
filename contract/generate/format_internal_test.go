package generate

import (
	"reflect"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/platform/schema"
)

// TestFormatIsDocumented checks that a schema has the pattern of a format, or its
// description has the rules, if the pattern of the tag takes its place.
func TestFormatIsDocumented(t *testing.T) {
	for _, test := range []struct {
		name, tag, pattern, description string
	}{
		{"format only", `format:"bcp47"`, schema.FormatPattern("bcp47"), "Language."},
		{"pattern only", `pattern:"^x"`, "^x", "Language."},
		{"both", `format:"bcp47" pattern:"^x"`, "^x", "Language. It must be a valid language tag (BCP 47), such as fr-CA."},
		{"a format of JSON Schema", `format:"uuid" pattern:"^x"`, "^x", "Language."},
	} {
		t.Run(test.name, func(t *testing.T) {
			limits, err := schema.Of(reflect.StructTag(test.tag))
			if err != nil {
				t.Fatal(err)
			}
			ref := newSchemas(nil, nil).schema(reflect.TypeFor[string](), limits)
			if ref.Value.Pattern != test.pattern {
				t.Errorf("pattern %q, want %q", ref.Value.Pattern, test.pattern)
			}
			if got := withFormat("Language.", limits); got != test.description {
				t.Errorf("description %q, want %q", got, test.description)
			}
		})
	}
	for _, format := range schema.Formats() {
		known := strings.Contains("date date-time email uri uuid", format) // which OpenAPI and JSON Schema define
		if !known && schema.FormatPattern(format) == "" {
			t.Errorf("the format %s is unknown to other validators, and has no pattern", format)
		}
	}
}
