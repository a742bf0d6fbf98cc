package foreign

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/contract/internal/ending"
	"github.com/meridian-api/meridian/platform/schema"
)

// goValue draws a value of a field's type that satisfies the constraints of the tags,
// as a handler returns it. Slices, maps and pointers can be nil.
func goValue(t *rapid.T, f reflect.StructField) reflect.Value {
	v := reflect.New(f.Type).Elem()
	setField(t, v, f, 0)
	return v
}

// maxDepth is the depth at which optional parts are left out.
const maxDepth = 4

func setField(t *rapid.T, v reflect.Value, f reflect.StructField, depth int) {
	limits, err := schema.Of(f.Tag)
	if err != nil {
		t.Fatal(err)
	}
	_, optional, _ := schema.JSONField(f)
	if schema.NotNull(f.Tag) && (f.Tag.Get("json") == "" || !optional) {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	drawing{t, limits, f.Tag.Get("example")}.set(v, depth)
}

// drawing draws the values of one field.
type drawing struct {
	t       *rapid.T
	limits  schema.Constraints
	example string
}

var (
	timeType = reflect.TypeFor[time.Time]()
	rawType  = reflect.TypeFor[json.RawMessage]()
)

func (d drawing) set(v reflect.Value, depth int) {
	if u, ok := schema.UnionOf(v.Type()); ok {
		variants := u.Variants
		if depth > maxDepth {
			variants = []schema.VariantType{ending.Variant(u)}
		}
		value := reflect.New(rapid.SampledFrom(variants).Draw(d.t, "variant").Type).Elem()
		d.object(value, depth+1)
		v.Field(0).Set(value)
		return
	}
	switch v.Type() {
	case timeType:
		at := time.Unix(rapid.Int64Range(-1<<33, 1<<36).Draw(d.t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(d.t, "ns"))
		zone := time.FixedZone("", 60*rapid.IntRange(-23*60, 23*60).Draw(d.t, "zone"))
		v.Set(reflect.ValueOf(at.In(zone)))
		return
	case rawType:
		v.Set(reflect.ValueOf(rapid.SampledFrom([]json.RawMessage{nil, []byte("1"), []byte(`{"a":[null]}`)}).Draw(d.t, "raw")))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(d.text())
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(d.t, "boolean"))
	case reflect.Interface:
		if any := rapid.SampledFrom([]any{nil, 1, "x", []any{nil}}).Draw(d.t, "any"); any != nil {
			v.Set(reflect.ValueOf(any))
		}
	case reflect.Pointer:
		if depth <= maxDepth && rapid.Bool().Draw(d.t, "pointer") {
			v.Set(reflect.New(v.Type().Elem()))
			d.set(v.Elem(), depth+1)
		}
	case reflect.Slice:
		d.slice(v, depth)
	case reflect.Map:
		d.mapping(v, depth)
	case reflect.Struct:
		d.object(v, depth)
	default:
		d.number(v)
	}
}

// character draws a character that a text may have; see schema.Constraints.CheckString.
var character = rapid.Rune().Filter(func(r rune) bool { return r != 0 })

// text draws a string, which is the example if a pattern and a format leave few others.
func (d drawing) text() string {
	l := d.limits
	var drawn string
	switch {
	case l.Enum != nil:
		return rapid.SampledFrom(l.Enum).Draw(d.t, "enum")
	case l.Pattern != nil:
		drawn = rapid.StringMatching(l.Pattern.String()).Draw(d.t, "pattern")
	default:
		drawn = rapid.StringOfN(character, or(l.MinLength, 0), min(or(l.MaxLength, 20), 60), -1).Draw(d.t, "text")
	}
	for _, text := range append([]string{drawn, d.example, "ok"}, examples[l.Format]...) {
		if l.CheckString(text) == "" {
			return text
		}
	}
	d.t.Fatalf("no text satisfies %+v: give the field an example", l)
	return ""
}

// examples are valid strings by format.
var examples = map[string][]string{
	"uuid":      {"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"},
	"email":     {"ada@example.com"},
	"date":      {"2026-03-04"},
	"date-time": {"2026-03-04T19:15:17Z"},
	"uri":       {"https://example.com/a"},
	"bcp47":     {"en-CA"},
	"line":      {"Ada"},
}

func or(n *int, otherwise int) int {
	if n == nil {
		return otherwise
	}
	return *n
}

func (d drawing) slice(v reflect.Value, depth int) {
	least := or(d.limits.MinItems, 0)
	if least == 0 && (depth > maxDepth || rapid.Bool().Draw(d.t, "nil")) {
		return
	}
	n := rapid.IntRange(least, min(or(d.limits.MaxItems, least+2), least+2)).Draw(d.t, "length")
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	for i := range n {
		d.set(v.Index(i), depth+1)
	}
}

func (d drawing) mapping(v reflect.Value, depth int) {
	least := or(d.limits.MinProperties, 0)
	if least == 0 && (depth > maxDepth || rapid.Bool().Draw(d.t, "nil")) {
		return
	}
	n := rapid.IntRange(least, min(or(d.limits.MaxProperties, least+2), least+2)).Draw(d.t, "size")
	v.Set(reflect.MakeMap(v.Type()))
	for _, name := range []string{"a", "b/c", "", "d"}[:min(n, 4)] {
		value := reflect.New(v.Type().Elem()).Elem()
		d.set(value, depth+1)
		v.SetMapIndex(reflect.ValueOf(name).Convert(v.Type().Key()), value)
	}
}

// object sets the fields of a struct. If the struct limits the number of its
// properties, it leaves out optional ones, or sets as many as must not be nil.
func (d drawing) object(v reflect.Value, depth int) {
	var optional, required []reflect.StructField
	limits := schema.Constraints{}
	for f := range v.Type().Fields() {
		_, isOptional, ok := schema.JSONField(f)
		switch {
		case f.Name == "_":
			limits, _ = schema.Of(f.Tag)
		case f.Anonymous:
			d.object(v.FieldByIndex(f.Index), depth)
		case !ok:
		case isOptional:
			optional = append(optional, f)
		default:
			required = append(required, f)
		}
	}
	least := or(limits.MinProperties, 0) // including the required ones
	if least+or(limits.MaxProperties, 0) > 0 && len(optional) > 0 {
		optional = rapid.Permutation(optional).Draw(d.t, "order")
		if depth > maxDepth { // those that contain no struct, which may be of the same type, end
			slices.SortStableFunc(optional, func(f, g reflect.StructField) int { return nesting(f) - nesting(g) })
		}
		optional = optional[:min(len(optional), or(limits.MaxProperties, len(optional)+len(required))-len(required))]
	}
	for i, f := range slices.Concat(required, optional) {
		field := v.FieldByIndex(f.Index)
		mayLack := i >= max(least, len(required))
		if _, isUnion := schema.UnionOf(f.Type); isUnion && mayLack && rapid.Bool().Draw(d.t, "absent") {
			continue
		}
		if !mayLack && f.Type.Kind() == reflect.Pointer {
			field.Set(reflect.New(f.Type.Elem()))
			field = field.Elem()
		}
		setField(d.t, field, withType(f, field.Type()), depth+1)
	}
}

// nesting returns 1 for a pointer to a struct, and 0 for other fields.
func nesting(f reflect.StructField) int {
	if f.Type.Kind() == reflect.Pointer && f.Type.Elem().Kind() == reflect.Struct {
		return 1
	}
	return 0
}

// withType returns a field with another type: the type that its pointer points to.
func withType(f reflect.StructField, t reflect.Type) reflect.StructField {
	if f.Type != t {
		f.Type, f.Tag = t, f.Tag[:len(f.Tag)]
	}
	return f
}

func (d drawing) number(v reflect.Value) {
	l := d.limits
	switch {
	case v.CanInt():
		bits := v.Type().Bits()
		low, high := int64(-1)<<(bits-1), int64(math.MaxInt64)>>(64-bits)
		if l.Minimum != nil {
			low, _ = l.Minimum.Int64()
		}
		if l.Maximum != nil {
			high, _ = l.Maximum.Int64()
		}
		v.SetInt(rapid.Int64Range(low, high).Draw(d.t, "integer"))
	case v.CanUint():
		low, high := uint64(0), uint64(math.MaxUint64)>>(64-v.Type().Bits())
		if l.Minimum != nil {
			low, _ = l.Minimum.Uint64()
		}
		if l.Maximum != nil {
			high, _ = l.Maximum.Uint64()
		}
		v.SetUint(rapid.Uint64Range(low, high).Draw(d.t, "integer"))
	default:
		low, high := -math.MaxFloat64, math.MaxFloat64
		if v.Type().Bits() == 32 {
			low, high = -math.MaxFloat32, math.MaxFloat32
		}
		if l.Minimum != nil {
			low = l.Minimum.Float64()
		}
		if l.Maximum != nil {
			high = l.Maximum.Float64()
		}
		v.SetFloat(rapid.Float64Range(low, high).Draw(d.t, "number"))
	}
}
