package adapter

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/schema"
)

// setAll converts the texts of the parameters into the input struct. It appends
// an entry to wrong for each parameter that is invalid, or required and absent.
func setAll(wrong []problem.Field, in reflect.Value, params []rest.Parameter, texts [][]string) []problem.Field {
	for i := range params {
		p := &params[i]
		message := ""
		switch {
		case texts[i] != nil:
			message = set(in.FieldByIndex(p.Field.Index), texts[i], &p.Limits)
		case p.Required:
			message = "is required"
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
	case reflect.Struct: // time.Time, the only struct that rest.Parameters accepts
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return "must be a valid date-time"
		}
		field.Set(reflect.ValueOf(t))
	}
	return ""
}

// splitHeader returns the texts of a header's value. The elements of a list are
// separated by commas (RFC 9110, section 5.6.1); only a slice is a list.
func splitHeader(p *rest.Parameter, text string) []string {
	if p.Field.Type.Kind() != reflect.Slice {
		return []string{text}
	}
	texts := strings.Split(text, ",")
	for i := range texts {
		texts[i] = strings.TrimSpace(texts[i])
	}
	return texts
}
