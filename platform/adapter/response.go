package adapter

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/meridian-api/meridian/platform/internal/jsonwrite"
	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/schema"
)

// response is a Lambda's response to API Gateway.
type response struct {
	status int
	header []string // alternating names and values
	body   []byte
}

func (r *response) set(name, value string) { r.header = append(r.header, name, value) }

// encode returns the response in the proxy integration's format.
func (r *response) encode() []byte {
	out := make([]byte, 0, 256+len(r.body)*9/8)
	out = append(out, `{"statusCode":`...)
	out = strconv.AppendInt(out, int64(r.status), 10)
	out = append(out, `,"headers":{`...)
	for i := 0; i < len(r.header); i += 2 {
		if i > 0 {
			out = append(out, ',')
		}
		out = jsonwrite.String(out, r.header[i])
		out = append(out, ':')
		out = jsonwrite.String(out, r.header[i+1])
	}
	out = append(out, `},"body":`...)
	out = jsonwrite.String(out, r.body)
	return append(out, '}')
}

// outputBinding is an operation's output type, compiled for encoding.
type outputBinding struct {
	header []rest.Parameter
	body   []int
	etag   int // index in header, or -1
	// schema compiles the body's schema. It is not needed in a cold start, but only
	// for a body with null.
	schema func() (*schema.Node, error)
}

func bindOutput(t reflect.Type) (*outputBinding, error) {
	params, err := rest.Parameters(t)
	if err != nil {
		return nil, err
	}
	b := &outputBinding{header: params, etag: -1}
	for i, p := range params {
		if p.In != "header" {
			return nil, fmt.Errorf("%s.%s: an output has header parameters and a Body, not a %s parameter", t, p.Field.Name, p.In)
		}
		if p.Name == "Etag" {
			b.etag = i
		}
	}
	if f, ok := rest.BodyField(t); ok {
		b.body = f.Index
		b.schema = sync.OnceValues(func() (*schema.Node, error) { return schema.CompileField(f) })
	}
	return b, nil
}

// response encodes a handler's output. A GET whose ETag matches the request's
// If-None-Match results in 304 without a body.
func (b *outputBinding) response(status int, out reflect.Value, req *request) (*response, error) {
	r := &response{status: status}
	for i, p := range b.header {
		text := headerText(out.FieldByIndex(p.Field.Index))
		if text == "" {
			continue
		}
		r.set(p.Name, text)
		reads := req.method == http.MethodGet || req.method == http.MethodHead
		if i == b.etag && reads && precondition.IfNoneMatchLists(req.ifNoneMatch, text) {
			r.status = http.StatusNotModified
			return r, nil
		}
	}
	if b.body == nil {
		return r, nil
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out.FieldByIndex(b.body).Interface()); err != nil {
		return nil, fmt.Errorf("encode the response body: %w", err)
	}
	r.set("Content-Type", "application/json")
	r.body = bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
	if bytes.Contains(r.body, []byte("null")) {
		n, err := b.schema()
		if err != nil {
			return nil, fmt.Errorf("compile the schema of the response body: %w", err)
		}
		r.body = n.Complete(r.body)
	}
	return r, nil
}

// exposed returns rest.ExposeHeaders and the names of the output's other headers, which a
// script in a browser could not read otherwise.
func exposed(header []rest.Parameter) string {
	list := rest.ExposeHeaders
	always := strings.Split(list, ", ")
	for _, p := range header {
		if !slices.ContainsFunc(always, func(name string) bool { return strings.EqualFold(name, p.Name) }) {
			list += ", " + p.Name
		}
	}
	return list
}

// headerText formats a header's value; nil and "" mean that the header is not sent.
func headerText(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	switch { // by kind: fmt would call the method String of the type, such as time.Duration
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	case v.CanFloat():
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool())
	}
	return v.String()
}

// problemResponse encodes a failure as a problem document.
func problemResponse(p *problem.Error, requestID string) *response {
	body, err := json.Marshal(p.Document(requestID))
	if err != nil { // impossible: a document has only strings and numbers
		panic(err)
	}
	r := &response{status: p.Kind.Status, body: body}
	r.set("Content-Type", problem.MediaType)
	switch {
	case p.RetryAfter > 0:
		r.set("Retry-After", strconv.Itoa(p.RetryAfter))
	case p.Kind == problem.Unavailable: // the kind's documentation promises the header
		r.set("Retry-After", "1")
	}
	return r
}
