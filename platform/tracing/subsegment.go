package tracing

import (
	"strings"
	"time"
	"unicode"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
)

// Keys of the attributes that have a field in the subsegment. Other attributes whose
// keys begin with "annotation." become annotations, which X-Ray indexes for searches.
// All others become metadata.
const (
	keyOperation = "aws.operation"
	keyRegion    = "aws.region"
	keyTable     = "aws.table_name"
	keyRequestID = "aws.request_id"
	keyRetries   = "aws.retries"
	keyStatus    = "http.status"
	keyThrottle  = "throttle"
	keyFault     = "fault"
	annotation   = "annotation."
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
	status                      *int64
	aws, annotations, metadata  fields
}

// fields are the fields of an object, at most one of a name.
type fields []field

type field struct {
	name  string
	value attribute.Value
}

// set sets a field. It replaces the value of an earlier one with the name.
func (f *fields) set(name string, v attribute.Value) {
	for i := range *f {
		if (*f)[i].name == name {
			(*f)[i].value = v
			return
		}
	}
	*f = append(*f, field{name, v})
}

// cleanName replaces the characters that X-Ray does not allow in a name: all except
// letters, numbers, space and _ . : / % & # = + - @.
func cleanName(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || strings.ContainsRune(" _.:/%&#=+-@", r) {
			return r
		}
		return '_'
	}, name)
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

// subsegmentOf returns the document of a span that has ended.
func subsegmentOf(s *span) subsegment {
	d := subsegment{
		name: trim(cleanName(s.name), 200), id: s.context.SpanID().String(), traceID: formatRoot(s.context.TraceID()),
		parentID: s.parent.SpanID().String(), start: s.start, end: s.end,
	}
	for _, a := range s.attributes {
		d.set(string(a.Key), a.Value)
	}
	if s.status == codes.Error {
		d.fault = d.fault || !d.isError
		d.cause = &s.description
	}
	return d
}

func (d *subsegment) set(key string, v attribute.Value) {
	switch key {
	case keyOperation, keyRegion, keyTable, keyRequestID, keyRetries:
		d.aws.set(strings.TrimPrefix(key, "aws."), v)
	case keyStatus:
		status := v.AsInt64()
		d.status = &status
		d.isError, d.fault = d.isError || status/100 == 4, d.fault || status/100 == 5
	case keyThrottle:
		d.throttle, d.isError = true, true
	case keyFault:
		d.fault = true
	default:
		if name, ok := strings.CutPrefix(key, annotation); ok && name != "" {
			d.annotations.set(cleanKey(name), v)
		} else {
			d.metadata.set(key, v)
		}
	}
}

func trim(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}
