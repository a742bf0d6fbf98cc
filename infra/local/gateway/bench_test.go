package gateway_test

import (
	"net/http"
	"strings"
	"testing"
)

// discard is a response writer that costs nothing.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }

// BenchmarkGateway measures requests on one goroutine, with token check, validation of
// parameters and body, the event and the function's response.
func BenchmarkGateway(b *testing.B) {
	const body = `{"name":"Ada","limit":3,"plan":"paid","tags":["a","b"],"parent":{"name":"Bob"}}`
	g := newGateway(b, nil, returning(`{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{}"}`))
	r := request("POST", "/accounts?dryRun=1", "", access(b, "ada"), "X-Tenant: t", "Idempotency-Key: k",
		"Content-Type: application/json", "User-Agent: bench", "Accept: */*")
	w := &discard{header: make(http.Header)}
	b.ReportAllocs()
	for b.Loop() {
		r.Body = readCloserOf(body)
		clear(w.header)
		g.ServeHTTP(w, r)
		if w.status != http.StatusOK {
			b.Fatal(w.status)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

type stringBody struct{ strings.Reader }

func (*stringBody) Close() error { return nil }

func readCloserOf(s string) *stringBody {
	var b stringBody
	b.Reset(s)
	return &b
}
