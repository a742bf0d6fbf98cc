package gateway

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/infra/local/frontend"
)

// The content codings that API Gateway supports beside identity. Source: "Payload
// compression for REST APIs in API Gateway",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html
var codings = map[string]coding{
	"gzip": {
		reader: func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) },
		writer: func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	},
	// The zlib format of RFC 1950, as RFC 9110, section 8.4.1.2, defines this coding.
	"deflate": {
		reader: zlib.NewReader,
		writer: func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
	},
}

type coding struct {
	reader func(io.Reader) (io.ReadCloser, error)
	writer func(io.Writer) io.WriteCloser
}

// requestCoding returns the coding of the request's body, or nil. A coding that API
// Gateway does not support is a failure before the request is routed: AWS says that it
// can occur before the API is identified.
func (x *exchange) requestCoding() (*coding, *failure) {
	name := strings.ToLower(strings.TrimSpace(x.r.Header.Get("Content-Encoding")))
	if name == "" || name == "identity" {
		return nil, nil
	}
	c, ok := codings[name]
	if !ok {
		return nil, &failure{builtin: unsupportedMedia, cause: fmt.Errorf("unsupported Content-Encoding %q", name)}
	}
	return &c, nil
}

// inflate decodes the body before it is validated, whatever the API's own setting for
// responses says.
func (x *exchange) inflate() *failure {
	c, f := x.requestCoding()
	if f != nil || c == nil || len(x.body) == 0 {
		return f
	}
	reader, err := c.reader(bytes.NewReader(x.body))
	if err != nil {
		return &failure{builtin: unsupportedMedia, cause: fmt.Errorf("inflate the body: %w", err)}
	}
	body, err := io.ReadAll(io.LimitReader(reader, frontend.MaxBody+1))
	if err != nil {
		return &failure{builtin: unsupportedMedia, cause: fmt.Errorf("inflate the body: %w", err)}
	}
	if len(body) > frontend.MaxBody {
		return &failure{refusal: frontend.BodyTooLarge, cause: errors.New("the inflated body is too large")}
	}
	x.body, x.inflated = body, true
	return nil
}

// compress encodes a function's response if the API's document has a minimum size, the
// client accepts a coding explicitly, and the function has not encoded it itself.
func (g *Gateway) compress(x *exchange, r *response) {
	if g.compressFrom < 0 || len(r.body) < g.compressFrom || len(r.body) == 0 || find(r.header, "Content-Encoding") != "" {
		return
	}
	name := preferredCoding(strings.Join(x.r.Header.Values("Accept-Encoding"), ","))
	c, ok := codings[name]
	if !ok {
		return
	}
	var b bytes.Buffer
	w := c.writer(&b)
	_, _ = w.Write(r.body) // a buffer accepts all bytes
	_ = w.Close()
	r.body = b.Bytes()
	r.header["Content-Encoding"] = []string{name}
}

// preferredCoding returns the coding of an Accept-Encoding with the highest weight, of
// several the first one; it is empty if the client accepts no coding. If API Gateway does not
// support the preferred coding, it does not compress. Source: "Enable payload
// compression for an API in API Gateway",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-enable-compression.html
func preferredCoding(accept string) string {
	best, weight := "", 0.0
	for entry := range strings.SplitSeq(accept, ",") {
		name, parameters, _ := strings.Cut(entry, ";")
		q := 1.0
		if _, value, ok := strings.Cut(parameters, "="); ok {
			var err error
			if q, err = strconv.ParseFloat(strings.TrimSpace(value), 64); err != nil {
				continue
			}
		}
		if q > weight {
			best, weight = strings.ToLower(strings.TrimSpace(name)), q
		}
	}
	return best
}

// set sets a header in the given spelling, and removes it in any other one.
func set(h http.Header, name, value string) {
	for key := range h {
		if len(key) == len(name) && strings.EqualFold(key, name) {
			delete(h, key)
		}
	}
	h[name] = []string{value}
}

// find returns the first value of a header that is spelled in any way.
func find(h http.Header, name string) string {
	if key := findKey(h, name); key != "" && len(h[key]) > 0 {
		return h[key][0]
	}
	return ""
}

// findKey returns the spelling of a header's name, or "" if the header is absent.
func findKey(h http.Header, name string) string {
	if _, ok := h[name]; ok {
		return name
	}
	for key := range h {
		if strings.EqualFold(key, name) {
			return key
		}
	}
	return ""
}
