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
	Name        string         `json:"name"`
	ID          string         `json:"id"`
	TraceID     string         `json:"trace_id"`
	ParentID    string         `json:"parent_id"`
	Type        string         `json:"type"`
	StartTime   float64        `json:"start_time"`
	EndTime     float64        `json:"end_time"`
	Namespace   string         `json:"namespace,omitempty"`
	Error       bool           `json:"error,omitempty"`    // an error of the caller: 4xx
	Throttle    bool           `json:"throttle,omitempty"` // too many requests, such as 429; Error is set as well
	Fault       bool           `json:"fault,omitempty"`    // an error of the service: 5xx
	Cause       *cause         `json:"cause,omitempty"`
	AWS         map[string]any `json:"aws,omitempty"`
	HTTP        *httpPart      `json:"http,omitempty"`
	Annotations map[string]any `json:"annotations,omitempty"`
	Metadata    map[string]any `json:"metadata,omitempty"`
}

type cause struct {
	Exceptions []exception `json:"exceptions"`
}

type exception struct {
	ID      string `json:"id"`
	Message string `json:"message"`
}

type httpPart struct {
	Response httpResponse `json:"response"`
}

type httpResponse struct {
	Status int64 `json:"status"`
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
		Name: trim(cleanName(s.name), 200), ID: s.context.SpanID().String(), TraceID: formatRoot(s.context.TraceID()),
		ParentID: s.parent.SpanID().String(), Type: "subsegment",
		StartTime: seconds(s.start), EndTime: seconds(s.end),
	}
	for _, a := range s.attributes {
		d.set(string(a.Key), a.Value)
	}
	if s.status == codes.Error {
		d.Fault = d.Fault || !d.Error
		d.Cause = &cause{[]exception{{ID: d.ID, Message: s.description}}}
	}
	return d
}

func (d *subsegment) set(key string, v attribute.Value) {
	aws := func(name string) {
		d.Namespace = "aws"
		put(&d.AWS, name, v.AsInterface())
	}
	switch key {
	case keyOperation:
		aws("operation")
	case keyRegion:
		aws("region")
	case keyTable:
		aws("table_name")
	case keyRequestID:
		aws("request_id")
	case keyRetries:
		aws("retries")
	case keyStatus:
		d.HTTP = &httpPart{httpResponse{v.AsInt64()}}
		d.Error, d.Fault = d.Error || v.AsInt64()/100 == 4, d.Fault || v.AsInt64()/100 == 5
	case keyThrottle:
		d.Throttle, d.Error = true, true
	case keyFault:
		d.Fault = true
	default:
		if name, ok := strings.CutPrefix(key, annotation); ok && name != "" {
			put(&d.Annotations, cleanKey(name), v.AsInterface())
		} else {
			put(&d.Metadata, key, v.AsInterface())
		}
	}
}

func put(m *map[string]any, name string, v any) {
	if *m == nil {
		*m = map[string]any{}
	}
	(*m)[name] = v
}

// seconds returns t in the format of X-Ray: seconds since 1970 with fractions.
func seconds(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }

func trim(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}
