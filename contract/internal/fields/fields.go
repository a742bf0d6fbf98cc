// Package fields fills values and changes them field by field, for tests that must fail
// when a type has a new field that the tested code does not use.
package fields

import (
	"fmt"
	"reflect"
)

// Filled returns a value of type T in which no field is empty: maps and slices have one
// element with the key "key", strings are "value", numbers 1 and booleans true.
func Filled[T any]() T {
	var v T
	fill(reflect.ValueOf(&v).Elem())
	return v
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Map:
		element := reflect.New(v.Type().Elem()).Elem()
		fill(element)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("key").Convert(v.Type().Key()), element)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.String:
		v.SetString("value")
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Bool:
		v.SetBool(true)
	default:
		panic(fmt.Sprintf("fields: a %s cannot be filled", v.Type()))
	}
}

// Changed is a filled value in which one field has another value.
type Changed[T any] struct {
	// Path names the field, such as "Tables[].HashKey.Name".
	Path  string
	Value T
}

// Changes returns a Changed for each field that contains no other fields.
func Changes[T any]() []Changed[T] {
	var all []Changed[T]
	for n := 0; ; n++ {
		c := Changed[T]{Value: Filled[T]()}
		left := n
		if !change(reflect.ValueOf(&c.Value).Elem(), &left, "", &c.Path) {
			return all
		}
		all = append(all, c)
	}
}

// change changes the field after n others, stores its path, and reports whether there
// is one. It reduces n by the fields that it has passed.
func change(v reflect.Value, n *int, at string, path *string) bool {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if at != "" {
				name = at + "." + name
			}
			if change(v.Field(i), n, name, path) {
				return true
			}
		}
		return false
	case reflect.Map:
		element := reflect.New(v.Type().Elem()).Elem()
		key := v.MapKeys()[0]
		element.Set(v.MapIndex(key))
		found := change(element, n, at+"[]", path)
		v.SetMapIndex(key, element)
		return found
	case reflect.Slice:
		return change(v.Index(0), n, at+"[]", path)
	case reflect.Pointer:
		return change(v.Elem(), n, at, path)
	}
	if *n > 0 {
		*n--
		return false
	}
	*path = at
	switch v.Kind() {
	case reflect.String:
		v.SetString("another value")
	case reflect.Bool:
		v.SetBool(false)
	default:
		v.SetInt(2)
	}
	return true
}
