package rest

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/schema"
)

// set converts a parameter's texts into the field and checks its constraints.
// It answers what is wrong, or "". The last text counts unless the field is a slice.
func (p *Parameter) set(into reflect.Value, texts []string) string {
	field := into.FieldByIndex(p.Field.Index)
	if field.Kind() == reflect.Slice {
		if wrong := p.Limits.CheckItems(len(texts)); wrong != "" {
			return wrong
		}
		field.Set(reflect.MakeSlice(field.Type(), len(texts), len(texts)))
		for i, text := range texts {
			if wrong := convert(field.Index(i), text, &p.Limits); wrong != "" {
				return wrong
			}
		}
		return ""
	}
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.New(field.Type().Elem()))
		field = field.Elem()
	}
	return convert(field, texts[len(texts)-1], &p.Limits)
}

func convert(field reflect.Value, text string, limits *schema.Constraints) string {
	switch field.Kind() {
	case reflect.String:
		if wrong := limits.CheckString(text); wrong != "" {
			return wrong
		}
		field.SetString(text)
	case reflect.Bool:
		if text != "true" && text != "false" {
			return "must be true or false"
		}
		field.SetBool(text == "true")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, field.Type().Bits())
		if err != nil || text[0] == '+' {
			return "must be a whole number within range"
		}
		field.SetInt(n)
		return limits.CheckNumber(float64(n))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, err := strconv.ParseUint(text, 10, field.Type().Bits())
		if err != nil {
			return "must be a whole number of 0 or more, within range"
		}
		field.SetUint(n)
		return limits.CheckNumber(float64(n))
	case reflect.Float32, reflect.Float64:
		n, err := strconv.ParseFloat(text, field.Type().Bits())
		if err != nil || strings.Trim(text, "0123456789+-.eE") != "" {
			return "must be a number within range"
		}
		field.SetFloat(n)
		return limits.CheckNumber(n)
	case reflect.Struct: // time.Time, the only struct that convertible lets pass
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return "must be a valid date-time"
		}
		field.Set(reflect.ValueOf(t))
	}
	return ""
}

func (p *Parameter) fault(message string) problem.Field {
	return problem.Field{In: p.In, Name: p.Name, Message: message}
}

// split gives a header's texts: a list's elements are separated by commas (RFC 9110, section 5.6.1).
func (p *Parameter) split(text string) []string {
	if p.Field.Type.Kind() != reflect.Slice {
		return []string{text}
	}
	texts := strings.Split(text, ",")
	for i := range texts {
		texts[i] = strings.TrimSpace(texts[i])
	}
	return texts
}
