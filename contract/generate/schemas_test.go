package generate_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/generate"
	"github.com/meridian-api/meridian/contract/generate/fixture/api"
	"github.com/meridian-api/meridian/platform/schema"
)

// components contains types of the fixture by the names of their schemas.
var components = map[string]reflect.Type{
	"Order":             reflect.TypeFor[api.Order](),
	"OrderContent":      reflect.TypeFor[api.OrderContent](),
	"Line":              reflect.TypeFor[api.Line](),
	"Address":           reflect.TypeFor[api.Address](),
	"OrderChangeOrNull": reflect.TypeFor[api.OrderChange](),
	"PageOrder":         reflect.TypeFor[api.Page[api.Order]](),
	"Category":          reflect.TypeFor[api.Category](),
	"Shelf":             reflect.TypeFor[api.Shelf](),
	"PairLineNote":      reflect.TypeFor[api.Pair[api.Line, *api.Note]](),
	"Empty":             reflect.TypeFor[api.Empty](),
}

// TestSchemasAgreeWithAdapter compares which properties are required and nullable in
// the schemas and in the adapter's checks.
func TestSchemasAgreeWithAdapter(t *testing.T) {
	doc, _, err := generate.Generate(api.Service(), fixture)
	if err != nil {
		t.Fatal(err)
	}
	for name, goType := range components {
		t.Run(name, func(t *testing.T) {
			ref := doc.Components.Schemas[name]
			if ref == nil {
				t.Fatal("the specification has no such component")
			}
			checkProperties(t, ref.Value, goType)
		})
	}
}

func checkProperties(t *testing.T, s *openapi3.Schema, goType reflect.Type) {
	t.Helper()
	node, err := schema.Compile(goType)
	if err != nil {
		t.Fatal(err)
	}
	for property := range s.Properties {
		_, missing := node.Validate([]byte(`{}`))
		required := slices.Contains(s.Required, property)
		if adapter := hasFault(missing, "/"+property); required != adapter {
			t.Errorf("%s: required is %t in the schema, %t in the adapter", property, required, adapter)
		}
		_, null := node.Validate(mustJSON(t, map[string]any{property: nil}))
		nullable := s.Properties[property].Value.VisitJSON(nil) == nil
		if adapter := !hasFault(null, "/"+property); nullable != adapter {
			t.Errorf("%s: nullable is %t in the schema, %t in the adapter", property, nullable, adapter)
		}
	}
	if got, want := len(s.Properties), countJSONFields(goType); got != want {
		t.Errorf("%d properties, want %d", got, want)
	}
}

func hasFault(errs []schema.Error, pointer string) bool {
	return slices.ContainsFunc(errs, func(e schema.Error) bool { return e.Pointer == pointer })
}

// countJSONFields returns how many fields encoding/json writes if it omits no field.
func countJSONFields(t reflect.Type) int {
	n := 0
	for _, f := range reflect.VisibleFields(t) {
		if _, _, ok := schema.JSONField(f); ok && !f.Anonymous {
			n++
		}
	}
	return n
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Elements of slices and maps are nullable if they are pointers.
func TestElementsAreNullableIfPointers(t *testing.T) {
	doc, _, err := generate.Generate(api.Service(), fixture)
	if err != nil {
		t.Fatal(err)
	}
	properties := doc.Components.Schemas["OrderContent"].Value.Properties
	for name, element := range map[string]*openapi3.SchemaRef{
		"gifts":    properties["gifts"].Value.Items,
		"depots":   properties["depots"].Value.AdditionalProperties.Schema,
		"vouchers": properties["vouchers"].Value.Items,
	} {
		if err := element.Value.VisitJSON(nil); err != nil {
			t.Errorf("%s: the schema refuses null as element: %s", name, err)
		}
	}
	if err := properties["lines"].Value.Items.Value.VisitJSON(nil); err == nil {
		t.Error("lines: the schema accepts null as element")
	}
}
