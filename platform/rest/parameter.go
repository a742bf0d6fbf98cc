package rest

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/schema"
)

// Parameter is a field of an input or output struct that travels in the path,
// the query or a header.
type Parameter struct {
	// In is path, query or header.
	In string
	// Name is the parameter's name. Header names are in canonical form.
	Name     string
	Required bool
	Field    reflect.StructField
	// Limits are the constraints on the value, or on each element of a slice.
	Limits schema.Constraints
}

var (
	callerType = reflect.TypeFor[claims.Caller]()
	timeType   = reflect.TypeFor[time.Time]()
)

// Parameters returns the fields of t tagged path, query or header, in source
// order. The fields of embedded structs are included. It returns an error for a
// field with an invalid tag, and for a field that is neither a parameter, nor
// the Body, nor the caller.
func Parameters(t reflect.Type) ([]Parameter, error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%s: an input or output must be a struct", t)
	}
	var params []Parameter
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			continue // VisibleFields also returns the embedded struct's fields
		}
		p, ok, err := parameter(f)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s.%s: %w", t, f.Name, err)
		case ok:
			params = append(params, p)
		case f.Name != "Body" && f.Type != callerType:
			return nil, fmt.Errorf("%s.%s: needs a tag path, query or header, or the name Body", t, f.Name)
		}
	}
	return params, nil
}

func parameter(f reflect.StructField) (Parameter, bool, error) {
	for _, in := range []string{"path", "query", "header"} {
		name, ok := f.Tag.Lookup(in)
		if !ok {
			continue
		}
		if in == "header" {
			name = http.CanonicalHeaderKey(name)
		}
		limits, err := schema.Of(f.Tag)
		if err == nil {
			err = checkType(f.Type)
		}
		required := in == "path" || strings.EqualFold(f.Tag.Get("required"), "true")
		return Parameter{In: in, Name: name, Required: required, Field: f, Limits: limits}, true, err
	}
	return Parameter{}, false, nil
}

// checkType returns an error if a parameter's text cannot be converted to type t.
func checkType(t reflect.Type) error {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return nil
	}
	if t == timeType {
		return nil
	}
	return fmt.Errorf("a %s cannot be a parameter", t)
}

// CallerField returns the field of type claims.Caller of an input struct.
func CallerField(t reflect.Type) (reflect.StructField, bool) {
	for i := range t.NumField() {
		if f := t.Field(i); f.Type == callerType {
			return f, true
		}
	}
	return reflect.StructField{}, false
}
