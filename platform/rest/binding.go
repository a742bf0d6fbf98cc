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
	// Name is the parameter's name; header names are in canonical form.
	Name     string
	Required bool
	Field    reflect.StructField
	// Limits are the constraints on the value, or on each of a slice's.
	Limits schema.Constraints
}

var (
	callerType = reflect.TypeFor[claims.Caller]()
	timeType   = reflect.TypeFor[time.Time]()
)

// Parameters lists the fields of t tagged path, query or header, in their
// order. Embedded structs count as their fields. It fails on a field that is
// tagged wrongly or that no tag explains.
func Parameters(t reflect.Type) ([]Parameter, error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%s: inputs and outputs are structs", t)
	}
	var list []Parameter
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous && f.Type.Kind() == reflect.Struct && f.Type != callerType {
			continue // its fields are visible on their own
		}
		p, ok, err := parameter(f)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s.%s: %w", t, f.Name, err)
		case ok:
			list = append(list, p)
		case f.Name != "Body" && f.Type != callerType:
			return nil, fmt.Errorf("%s.%s: needs a tag path, query or header, or the name Body", t, f.Name)
		}
	}
	return list, nil
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
			err = convertible(f.Type)
		}
		required := in == "path" || strings.EqualFold(f.Tag.Get("required"), "true")
		return Parameter{In: in, Name: name, Required: required, Field: f, Limits: limits}, true, err
	}
	return Parameter{}, false, nil
}

// convertible is nil when a parameter's text can become a value of type t.
func convertible(t reflect.Type) error {
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

// binding is an operation's input, compiled for the decoder. What an operation
// does not ask for is nil or empty, and is not read from the event.
type binding struct {
	path, query, header []Parameter
	caller              []int // index of the field of type claims.Caller
	body                []int // index of the field Body
	bodyNode            *schema.Node
	bodyRequired        bool
}

func bind(t reflect.Type) (*binding, error) {
	list, err := Parameters(t)
	if err != nil {
		return nil, err
	}
	b := &binding{}
	for _, p := range list {
		switch p.In {
		case "path":
			b.path = append(b.path, p)
		case "query":
			b.query = append(b.query, p)
		case "header":
			b.header = append(b.header, p)
		}
	}
	if f, ok := CallerField(t); ok {
		b.caller = f.Index
	}
	if f, ok := BodyField(t); ok {
		b.body = f.Index
		b.bodyRequired = f.Type.Kind() != reflect.Pointer
		if b.bodyNode, err = schema.Compile(f.Type); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// CallerField finds the field of type claims.Caller of an input.
func CallerField(t reflect.Type) (reflect.StructField, bool) {
	for i := range t.NumField() {
		if f := t.Field(i); f.Type == callerType {
			return f, true
		}
	}
	return reflect.StructField{}, false
}
