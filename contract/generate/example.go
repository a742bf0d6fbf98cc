package generate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/platform/schema"
)

// example converts the tag example to a JSON value of the field's type. The text
// itself is the value of strings and times, commas separate the elements of slices
// of simple values, and everything else is JSON.
func example(text string, t reflect.Type) (any, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == timeType || t.Kind() == reflect.String:
		return text, nil
	case t.Kind() == reflect.Slice && t != rawType && !strings.HasPrefix(text, "["):
		list := []any{}
		for part := range strings.SplitSeq(text, ",") {
			v, err := example(part, t.Elem())
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(reflect.New(t).Interface()); err != nil || dec.More() {
		return nil, fmt.Errorf("%q is not a %s", text, t)
	}
	return plain([]byte(text))
}

// plain decodes JSON into maps, slices and json.Number, which keeps all digits.
func plain(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	err := dec.Decode(&v)
	return v, err
}

// conforms checks a value against its schema, whose references must be resolved. It
// uses the formats of package schema, so that the adapter agrees.
func conforms(v any, s *openapi3.Schema) error {
	formats := map[string]openapi3.StringFormatValidator{}
	for _, name := range schema.Formats() {
		formats[name] = openapi3.NewCallbackValidator(func(text string) error {
			if !schema.CheckFormat(name, text) {
				return errors.New("is not a " + name)
			}
			return nil
		})
	}
	err := s.VisitJSON(v, openapi3.WithStringFormatValidators(formats))
	// The error of a member of allOf is the origin of the error of the allOf.
	for e, ok := errors.AsType[*openapi3.SchemaError](err); ok; e, ok = errors.AsType[*openapi3.SchemaError](e.Origin) {
		err = errors.New(e.Reason)
	}
	return err
}
