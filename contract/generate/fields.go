package generate

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/schema"
)

var (
	timeType   = reflect.TypeFor[time.Time]()
	rawType    = reflect.TypeFor[json.RawMessage]()
	callerType = reflect.TypeFor[claims.Caller]()
)

// property is a field of a struct that is encoded in JSON.
type property struct {
	reflect.StructField
	// Owner is the struct that declares the field, which may be an embedded one.
	Owner    reflect.Type
	JSON     string
	Optional bool
}

// properties returns the properties of a struct in order. The properties of embedded
// structs are where the structs are embedded, as in schema.Compile.
func properties(t reflect.Type) []property {
	var list []property
	for f := range t.Fields() {
		if isFlattened(f) {
			list = append(list, properties(f.Type)...)
			continue
		}
		if name, optional, ok := schema.JSONField(f); ok {
			list = append(list, property{f, t, name, optional})
		}
	}
	return list
}

func isFlattened(f reflect.StructField) bool {
	return f.Anonymous && isObject(f.Type) && f.Tag.Get("json") == ""
}

// layers returns a type and the types in it: what a pointer points to and the elements
// of slices, arrays and maps. It ends at another type, or before a type that it has
// already returned.
func layers(t reflect.Type) []reflect.Type {
	list := []reflect.Type{t}
	for t != rawType {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			if t = t.Elem(); !slices.Contains(list, t) {
				list = append(list, t)
				continue
			}
		}
		break
	}
	return list
}

// element returns the last of a type's layers.
func element(t reflect.Type) reflect.Type {
	list := layers(t)
	return list[len(list)-1]
}

// isObject reports whether a type is a struct that becomes an object.
func isObject(t reflect.Type) bool { return t.Kind() == reflect.Struct && t != timeType && !isUnion(t) }

// owner returns the struct that declares the field of t at index.
func owner(t reflect.Type, index []int) reflect.Type {
	if len(index) > 1 {
		return t.FieldByIndex(index[:len(index)-1]).Type
	}
	return t
}

// structs appends to seen every struct that a body of type t can contain, including t
// itself and embedded structs.
func structs(t reflect.Type, seen []reflect.Type) []reflect.Type {
	t = element(t)
	if u, ok := schema.UnionOf(t); ok {
		for _, v := range u.Variants {
			seen = structs(v.Type, seen)
		}
		return seen
	}
	if !isObject(t) || slices.Contains(seen, t) {
		return seen
	}
	seen = append(seen, t)
	for f := range t.Fields() {
		if f.IsExported() || isFlattened(f) {
			seen = structs(f.Type, seen)
		}
	}
	return seen
}

// marshals reports whether a type has its own methods for JSON.
func marshals(t reflect.Type) bool {
	if t == timeType || t == rawType || isUnion(t) || t.Kind() == reflect.Pointer {
		return false // the type that a pointer points to decides
	}
	for _, i := range []reflect.Type{
		reflect.TypeFor[json.Marshaler](), reflect.TypeFor[json.Unmarshaler](),
		reflect.TypeFor[encoding.TextMarshaler](), reflect.TypeFor[encoding.TextUnmarshaler](),
	} {
		if reflect.PointerTo(t).Implements(i) {
			return true
		}
	}
	return false
}

// needless returns the constraints among a field's tags that have no effect on its
// type, neither in the specification nor in the adapter.
func needless(t reflect.Type, tag reflect.StructTag) []string {
	useful := []string{}
	for _, layer := range layers(t) {
		switch {
		case layer == timeType:
		case layer.Kind() == reflect.Slice:
			useful = append(useful, "minItems", "maxItems")
		case layer.Kind() == reflect.Map:
			useful = append(useful, "minProperties", "maxProperties")
		case layer.Kind() == reflect.String:
			useful = append(useful, "minLength", "maxLength", "pattern", "format", "enum")
		case isNumber(layer):
			useful = append(useful, "minimum", "maximum")
		}
	}
	var list []string
	for _, name := range schema.Tags {
		if _, ok := tag.Lookup(name); ok && !slices.Contains(useful, name) {
			list = append(list, name)
		}
	}
	return list
}

// isNumber reports whether a type is an integer or a float.
func isNumber(t reflect.Type) bool {
	return t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64 && t.Kind() != reflect.Uintptr
}

// jsonOption reports whether a field's json tag has the option.
func jsonOption(f reflect.StructField, option string) bool {
	_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	return slices.Contains(strings.Split(options, ","), option)
}
