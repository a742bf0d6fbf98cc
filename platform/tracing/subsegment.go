package tracing

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// subsegment is the document that is sent to the daemon.
// Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
type subsegment struct {
	name, id, traceID, parentID string
	start, end                  time.Time
	isError                     bool // an error of the caller: 4xx
	throttle                    bool // too many requests, such as 429; isError is set as well
	fault                       bool // an error of the service: 5xx
	cause                       *string
	status                      *int
	aws, annotations, metadata  fields
}

// respond records the status of an HTTP response.
func (d *subsegment) respond(status int) {
	d.status = &status
	d.isError, d.fault = d.isError || status/100 == 4, d.fault || status/100 == 5
	if status == 429 {
		d.throttle = true
	}
}

// fail records an error. It is a fault unless it is known to be the caller's.
func (d *subsegment) fail(err error) {
	d.fault = d.fault || !d.isError
	cause := err.Error()
	d.cause = &cause
}

// fields are the fields of an object, at most one of a name.
type fields []field

type field struct {
	name  string
	value any
}

// maxFields is the maximum number of fields of an object. Further ones are dropped.
const maxFields = 128

// set sets a field with a name. It replaces the value of an earlier one with the name.
func (f *fields) set(name string, value any) {
	for i := range *f {
		if (*f)[i].name == name {
			(*f)[i].value = value
			return
		}
	}
	if name != "" && len(*f) < maxFields {
		*f = append(*f, field{name, value})
	}
}

// annotation returns the value as X-Ray can index it.
func annotation(value any) any {
	switch value.(type) {
	case string, bool, int, int64, float64:
		return value
	}
	return fmt.Sprint(value)
}

// cleanName replaces the characters that X-Ray does not allow in a name: all except
// letters, numbers, space and _ . : / % & # = + - @. It cuts the name at X-Ray's limit.
func cleanName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || strings.ContainsRune(" _.:/%&#=+-@", r) {
			return r
		}
		return '_'
	}, name)
	return name[:min(len(name), 200)]
}

// cleanKey replaces the characters that X-Ray does not allow in the key of an
// annotation: all except ASCII letters, digits and underscores.
func cleanKey(key string) string {
	return strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return '_'
	}, key)
}
