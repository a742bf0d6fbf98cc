package tracing

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/meridian-api/meridian/platform/internal/jsonwrite"
)

// appendJSON appends the document to out. encoding/json would prepare its encoder of
// the document's type during the first request.
func (d *subsegment) appendJSON(out []byte) []byte {
	out = appendString(out, `{"name":`, d.name)
	out = appendString(out, `,"id":`, d.id)
	out = appendString(out, `,"trace_id":`, d.traceID)
	out = appendString(out, `,"parent_id":`, d.parentID)
	out = append(out, `,"type":"subsegment"`...)
	out = appendTime(out, `,"start_time":`, d.start)
	out = appendTime(out, `,"end_time":`, d.end)
	if d.aws != nil {
		out = append(out, `,"namespace":"aws"`...)
	}
	out = appendFlag(out, `,"error":true`, d.isError)
	out = appendFlag(out, `,"throttle":true`, d.throttle)
	out = appendFlag(out, `,"fault":true`, d.fault)
	if d.cause != nil {
		out = appendString(out, `,"cause":{"exceptions":[{"id":`, d.id)
		out = append(appendString(out, `,"message":`, *d.cause), `}]}`...)
	}
	if d.status != nil {
		out = append(strconv.AppendInt(append(out, `,"http":{"response":{"status":`...), int64(*d.status), 10), `}}`...)
	}
	out = d.aws.appendJSON(out, `,"aws":`)
	out = d.annotations.appendJSON(out, `,"annotations":`)
	out = d.metadata.appendJSON(out, `,"metadata":`)
	return append(out, '}')
}

// appendJSON appends key and the fields as an object, or nothing if f is empty.
func (f fields) appendJSON(out []byte, key string) []byte {
	if len(f) == 0 {
		return out
	}
	out = append(out, key...)
	separator := byte('{')
	for _, f := range f {
		out = append(jsonwrite.String(append(out, separator), f.name), ':')
		out = appendValue(out, f.value)
		separator = ','
	}
	return append(out, '}')
}

// appendValue appends a value as JSON. It appends null for a value without a form in
// JSON, such as an infinite number.
func appendValue(out []byte, value any) []byte {
	switch v := value.(type) {
	case string:
		return jsonwrite.String(out, v)
	case int:
		return strconv.AppendInt(out, int64(v), 10)
	case bool:
		return strconv.AppendBool(out, v)
	}
	other, err := json.Marshal(value)
	if err != nil {
		return append(out, "null"...)
	}
	return append(out, other...)
}

func appendString(out []byte, key, value string) []byte {
	return jsonwrite.String(append(out, key...), value)
}

// appendTime appends a time as X-Ray has it: seconds since 1970 with fractions.
func appendTime(out []byte, key string, t time.Time) []byte {
	return strconv.AppendFloat(append(out, key...), float64(t.UnixMicro())/1e6, 'f', -1, 64)
}

func appendFlag(out []byte, text string, set bool) []byte {
	if set {
		out = append(out, text...)
	}
	return out
}
