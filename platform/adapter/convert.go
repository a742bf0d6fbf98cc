package adapter

import (
	"reflect"
	"strings"
	"time"

	"github.com/meridian-api/meridian/platform/internal/fieldlist"
	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/schema"
)

// setAll converts the texts of the parameters into the input struct. It appends
// an entry to wrong for each parameter that is invalid, or required and absent. A
// required list has at least one element (RFC 9110, section 5.6.1.2).
func setAll(wrong []problem.Field, in reflect.Value, params []rest.Parameter, texts [][]string) []problem.Field {
	for i := range params {
		p := &params[i]
		message := ""
		switch {
		case p.Required && len(texts[i]) == 0:
			message = "is required"
		case texts[i] != nil:
			message = set(in.FieldByIndex(p.Field.Index), texts[i], &p.Limits)
		}
		if message != "" {
			wrong = append(wrong, problem.Field{In: p.In, Name: p.Name, Message: message})
		}
	}
	return wrong
}

// set converts a parameter's texts to the type of field, stores the value and
// checks its constraints. It returns a message for the client, or "" if the
// value is valid. Of several texts for a field that is not a slice, the last counts.
func set(field reflect.Value, texts []string, limits *schema.Constraints) string {
	if field.Kind() == reflect.Slice {
		if message := limits.CheckItems(len(texts)); message != "" {
			return message
		}
		field.Set(reflect.MakeSlice(field.Type(), len(texts), len(texts)))
		for i, text := range texts {
			if message := convert(field.Index(i), text, limits); message != "" {
				return message
			}
		}
		return ""
	}
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.New(field.Type().Elem()))
		field = field.Elem()
	}
	return convert(field, texts[len(texts)-1], limits)
}

func convert(field reflect.Value, text string, limits *schema.Constraints) string {
	switch field.Kind() {
	case reflect.String:
		if message := limits.CheckString(text); message != "" {
			return message
		}
		field.SetString(schema.Canonical(limits.Format, text))
	case reflect.Bool:
		if text != "true" && text != "false" {
			return "must be true or false"
		}
		field.SetBool(text == "true")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, ok := schema.ParseInt(text, field.Type().Bits())
		if !ok {
			return "must be a whole number within range"
		}
		field.SetInt(n)
		return limits.CheckInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, ok := schema.ParseUint(text, field.Type().Bits())
		if !ok {
			return "must be a whole number of 0 or more, within range"
		}
		field.SetUint(n)
		return limits.CheckUint(n)
	case reflect.Float32, reflect.Float64:
		n, ok := schema.ParseFloat(text, field.Type().Bits())
		if !ok {
			return "must be a number within range"
		}
		field.SetFloat(n)
		return limits.CheckFloat(n)
	case reflect.Struct: // time.Time, the only struct that rest.Parameters accepts
		if !schema.CheckFormat("date-time", text) {
			return "must be a valid date-time"
		}
		t, err := time.Parse(time.RFC3339, schema.Canonical("date-time", text))
		if err != nil {
			return "must be a valid date-time"
		}
		field.Set(reflect.ValueOf(t))
	}
	return ""
}

// headerTexts returns the texts of a header from the values of its lines, which
// together are one value (RFC 9110, section 5.3). Only a slice is a list. Several
// lines of another header become one text, which its type or constraints usually
// refuse: the client has sent something ambiguous.
func headerTexts(p *rest.Parameter, lines []string) []string {
	value := strings.Join(lines, ", ")
	if p.Field.Type.Kind() != reflect.Slice {
		return []string{value}
	}
	texts := fieldlist.Elements(value)
	if p.Name == precondition.IfMatch || p.Name == precondition.IfNoneMatch {
		return texts // the quotes of an entity tag are a part of it
	}
	for i, text := range texts {
		texts[i] = fieldlist.Unquote(text)
	}
	return texts
}
