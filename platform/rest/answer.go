package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/platform/internal/jsonwrite"
	"github.com/meridian-api/meridian/platform/problem"
)

// Headers that every Lambda sends, so that a browser's script may call the API
// and see them. Tokens travel in Authorization, never in cookies, which makes
// the wildcard safe.
const (
	AllowOrigin   = "*"
	ExposeHeaders = "ETag, Location, Retry-After, X-Region, x-amzn-RequestId"
)

// answer is a Lambda's answer to API Gateway.
type answer struct {
	status int
	header []string // names and values in turn
	body   []byte
}

func (a *answer) set(name, value string) { a.header = append(a.header, name, value) }

// encode writes the answer as the proxy integration takes it.
func (a *answer) encode() []byte {
	out := make([]byte, 0, 256+len(a.body)*9/8)
	out = append(out, `{"statusCode":`...)
	out = strconv.AppendInt(out, int64(a.status), 10)
	out = append(out, `,"headers":{`...)
	for i := 0; i < len(a.header); i += 2 {
		if i > 0 {
			out = append(out, ',')
		}
		out = jsonwrite.String(out, a.header[i])
		out = append(out, ':')
		out = jsonwrite.String(out, a.header[i+1])
	}
	out = append(out, `},"body":`...)
	out = jsonwrite.String(out, a.body)
	return append(out, '}')
}

// outputBinding is an operation's output, compiled for the encoder.
type outputBinding struct {
	header []Parameter
	body   []int
	etag   int // position in header, or -1
}

func bindOutput(t reflect.Type) (*outputBinding, error) {
	list, err := Parameters(t)
	if err != nil {
		return nil, err
	}
	b := &outputBinding{header: list, etag: -1}
	for i, p := range list {
		if p.In != "header" {
			return nil, fmt.Errorf("%s.%s: an output has headers and a Body, no %s parameters", t, p.Field.Name, p.In)
		}
		if p.Name == "Etag" {
			b.etag = i
		}
	}
	if f, ok := BodyField(t); ok {
		b.body = f.Index
	}
	return b, nil
}

// answer encodes a handler's output.
func (b *outputBinding) answer(status int, out reflect.Value, r *request) (*answer, error) {
	a := &answer{status: status}
	for i, p := range b.header {
		text := headerText(out.FieldByIndex(p.Field.Index))
		if text == "" {
			continue
		}
		a.set(p.Name, text)
		if i == b.etag && (r.method == http.MethodGet || r.method == http.MethodHead) && matches(r.ifNoneMatch, text) {
			a.status = http.StatusNotModified
			return a, nil
		}
	}
	if b.body == nil {
		return a, nil
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out.FieldByIndex(b.body).Interface()); err != nil {
		return nil, fmt.Errorf("encode the answer: %w", err)
	}
	a.set("Content-Type", "application/json")
	a.body = bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
	return a, nil
}

func headerText(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	if v.Kind() == reflect.String {
		return v.String()
	}
	return fmt.Sprint(v.Interface())
}

// ETag is the entity tag of a resource's version: a strong one, in quotes (RFC 9110, section 8.8.3).
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// matches evaluates If-None-Match (RFC 9110, section 13.1.2) by weak comparison.
func matches(field, etag string) bool {
	if strings.TrimSpace(field) == "*" {
		return true
	}
	for tag := range strings.SplitSeq(field, ",") {
		if strings.TrimPrefix(strings.TrimSpace(tag), "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}

// problemAnswer encodes a failure.
func problemAnswer(p *problem.Error, requestID string) *answer {
	body, err := json.Marshal(p.Document(requestID))
	if err != nil { // strings and numbers only: it cannot fail
		panic(err)
	}
	a := &answer{status: p.Kind.Status, body: body}
	a.set("Content-Type", problem.MediaType)
	switch {
	case p.RetryAfter > 0:
		a.set("Retry-After", strconv.Itoa(p.RetryAfter))
	case p.Kind == problem.Unavailable: // the kind promises it
		a.set("Retry-After", "1")
	}
	return a
}
