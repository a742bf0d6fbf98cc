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

// components are the fixture's types by the names that their schemas must have.
var components = map[string]reflect.Type{
	"Order":        reflect.TypeFor[api.Order](),
	"NewOrder":     reflect.TypeFor[api.NewOrder](),
	"Line":         reflect.TypeFor[api.Line](),
	"Address":      reflect.TypeFor[api.Address](),
	"OrderChange":  reflect.TypeFor[api.OrderChange](),
	"PageOrder":    reflect.TypeFor[api.Page[api.Order]](),
	"Category":     reflect.TypeFor[api.Category](),
	"Shelf":        reflect.TypeFor[api.Shelf](),
	"PairLineNote": reflect.TypeFor[api.Pair[api.Line, *api.Note]](),
	"Empty":        reflect.TypeFor[api.Empty](),
}

// TestAdapterAgrees holds the schemas against the adapter's checks: what a
// client may leave out, and what may be null.
func TestAdapterAgrees(t *testing.T) {
	doc, _, err := generate.Generate(api.Service(), fixture)
	if err != nil {
		t.Fatal(err)
	}
	for name, goType := range components {
		ref := doc.Components.Schemas[name]
		if ref == nil {
			t.Errorf("%s: no such component", name)
			continue
		}
		node, err := schema.Compile(goType)
		if err != nil {
			t.Fatal(err)
		}
		for property := range ref.Value.Properties {
			missing := node.Validate([]byte(`{}`))
			required := slices.Contains(ref.Value.Required, property)
			if adapter := hasFault(missing, "/"+property); required != adapter {
				t.Errorf("%s.%s: required is %v in the schema, %v in the adapter", name, property, required, adapter)
			}
			null := node.Validate(mustJSON(t, map[string]any{property: nil}))
			nullable := ref.Value.Properties[property].Value.VisitJSON(nil) == nil
			if adapter := !hasFault(null, "/"+property); nullable != adapter {
				t.Errorf("%s.%s: nullable is %v in the schema, %v in the adapter", name, property, nullable, adapter)
			}
		}
		if got, want := len(ref.Value.Properties), jsonFields(goType); got != want {
			t.Errorf("%s has %d properties, want %d", name, got, want)
		}
	}
}

func hasFault(errs []schema.Error, pointer string) bool {
	return slices.ContainsFunc(errs, func(e schema.Error) bool { return e.Pointer == pointer })
}

// jsonFields counts what encoding/json writes of a value without omissions.
func jsonFields(t reflect.Type) int {
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

// TestElementsOfPointers covers the nulls inside of slices and maps.
func TestElementsOfPointers(t *testing.T) {
	doc, _, err := generate.Generate(api.Service(), fixture)
	if err != nil {
		t.Fatal(err)
	}
	properties := doc.Components.Schemas["NewOrder"].Value.Properties
	for name, element := range map[string]*openapi3.SchemaRef{
		"gifts":    properties["gifts"].Value.Items,
		"depots":   properties["depots"].Value.AdditionalProperties.Schema,
		"vouchers": properties["vouchers"].Value.Items,
	} {
		if err := element.Value.VisitJSON(nil); err != nil {
			t.Errorf("%s: an element cannot be null: %s", name, err)
		}
	}
	if err := properties["lines"].Value.Items.Value.VisitJSON(nil); err == nil {
		t.Error("lines: an element can be null")
	}
}
