package generate

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/meridian-api/meridian/contract/internal/ending"
	"github.com/meridian-api/meridian/platform/schema"
)

var sampleTime = time.Date(2026, 3, 4, 19, 15, 17, 0, time.UTC)

// checkSample compares a struct's properties with those that encoding/json writes for
// a sample of it. encoding/json has rules that properties does not repeat, for example
// about names that it ignores and types that it treats in a way of their own.
func (g *generation) checkSample(t reflect.Type) {
	if marshals(t) {
		return // unsupported refuses it
	}
	sample := reflect.New(t).Elem()
	fill(sample, 0)
	doc, _ := g.source.Type(t.PkgPath(), t.Name())
	data, err := json.Marshal(sample.Interface())
	if err != nil {
		g.errs.add(doc.At, "type %s: encoding/json cannot encode a sample: %s", goType(t), err)
		return
	}
	written := map[string]json.RawMessage{}
	if err := json.Unmarshal(data, &written); err != nil {
		g.errs.add(doc.At, "type %s: encoding/json writes %s, which is not an object", goType(t), data)
		return
	}
	ignored := false // a name; the property then has the field's name
	for _, p := range properties(t) {
		f := g.field(p.Owner, p.StructField, doc.At)
		value, ok := written[p.JSON]
		switch kind := schemaKind(p.Type); {
		case !ok:
			ignored = true
			f.refuse("encoding/json does not write the name %q: use letters, digits and the punctuation in !#$%%&()*+-./:;<=>?@[]^_{|}~", p.JSON)
		case kind != "" && kind != jsonKind(value):
			f.refuse("encoding/json writes %s, which is not %s as in the schema", value, kind)
		}
		delete(written, p.JSON)
	}
	for name := range written {
		if ignored {
			break
		}
		g.errs.add(doc.At, "type %s: encoding/json writes a property %q, which the schema does not have", goType(t), name)
	}
}

// schemaKind returns the type of a Go type's schema, or "" for any type.
func schemaKind(t reflect.Type) string {
	switch t = elem(t); {
	case t == timeType:
		return "string"
	case t == rawType || t.Kind() == reflect.Interface || t.Kind() == reflect.Pointer:
		return ""
	case isNumber(t):
		return "number"
	}
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Slice:
		return "array"
	}
	return "object"
}

// jsonKind returns the type of a JSON text.
func jsonKind(text json.RawMessage) string {
	switch text[0] {
	case '"':
		return "string"
	case 't', 'f':
		return "boolean"
	case '[':
		return "array"
	case '{':
		return "object"
	case 'n':
		return "null"
	}
	return "number"
}

// The sample of a type that contains itself ends at maxSampleDepth: pointers, slices
// and maps there are nil, and unions have a variant that does not need the same union.
// Nothing is deeper than maxUnionDepth, in case a union has no such variant.
const (
	maxSampleDepth = 6
	maxUnionDepth  = 60
)

// fill sets a value and everything in it, so that encoding/json omits nothing.
func fill(v reflect.Value, depth int) {
	if depth > maxUnionDepth || !v.CanSet() {
		return
	}
	if u, ok := schema.UnionOf(v.Type()); ok {
		variant := u.Variants[0]
		if depth > maxSampleDepth {
			variant = ending.Variant(u)
		}
		value := reflect.New(variant.Type).Elem()
		fill(value, depth+1)
		v.Field(0).Set(value)
		return
	}
	switch {
	case v.Type() == rawType:
		v.Set(reflect.ValueOf(json.RawMessage("1")))
		return
	case v.Type() == timeType:
		v.Set(reflect.ValueOf(sampleTime))
		return
	}
	if k := v.Kind(); depth > maxSampleDepth && (k == reflect.Pointer || k == reflect.Slice || k == reflect.Map) {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("1")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Interface:
		if v.NumMethod() == 0 {
			v.Set(reflect.ValueOf(1))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), depth+1)
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		fill(value, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("a").Convert(v.Type().Key()), value)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), depth+1)
		}
	default:
		if v.CanInt() {
			v.SetInt(1)
		} else if v.CanUint() {
			v.SetUint(1)
		} else if v.CanFloat() {
			v.SetFloat(1)
		}
	}
}
