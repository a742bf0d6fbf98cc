package e2e

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/contract/pipeline"
)

// TestHostileRequests draws requests from the merged document and corrupts them. No
// response may be a server error, every error must be a problem document with the
// request's ID, and the document must declare every response.
func TestHostileRequests(t *testing.T) {
	merged, err := pipeline.Merge(".")
	if err != nil {
		t.Fatal(err)
	}
	valid := validExamples(merged.Doc)
	router, err := gorillamux.NewRouter(merged.Doc)
	if err != nil {
		t.Fatal(err)
	}
	names := propertyNames(merged.Doc)
	cloud := startCloud(t)
	statuses := map[int]int{}
	var first sync.Once // rapid repeats a failed case, which may pass because the store has changed
	outer := t
	rapid.Check(t, func(t *rapid.T) {
		for range 10 {
			r := corrupt(t, rapid.SampledFrom(valid).Draw(t, "operation"), names)
			a, err := send(t.Context(), cloud, r)
			if err == nil {
				statuses[a.status]++
				err = cmp.Or(checkErrorForm(r, a), checkDeclared(router, cloud.URL(), r, a))
			}
			if err != nil {
				first.Do(func() { outer.Errorf("%+v: %s\n%v", r, a, err) })
				t.Fatalf("%+v: %s\n%v", r, a, err)
			}
		}
	})
	for _, status := range []int{200, 400, 401, 403, 404, 415} {
		if statuses[status] == 0 {
			t.Errorf("no request had the status %d, so the requests do not test enough: %v", status, statuses)
		}
	}
}

// checkErrorForm checks that a response is not a server error, and that an error is a
// problem document of the request.
func checkErrorForm(r request, a response) error {
	if a.status >= 500 {
		return errors.New("the response is a server error")
	}
	if a.status < 400 || r.method == http.MethodHead || isFrontEnds(r, a) {
		return nil
	}
	var p struct {
		Type, Title, RequestID string
		Status                 int
	}
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		return err
	}
	if p.Status != a.status || p.Type == "" || p.Title == "" || p.RequestID != a.header.Get("X-Amzn-Requestid") ||
		a.header.Get("Content-Type") != "application/problem+json" {
		return errors.New("the response is not a problem document of the request")
	}
	return nil
}

// isFrontEnds reports whether a response is the plain text with which the front end of API
// Gateway refuses a query that it cannot read.
func isFrontEnds(r request, a response) bool {
	_, query, _ := strings.Cut(r.path, "?")
	_, err := url.QueryUnescape(query)
	malformed := err != nil || strings.ContainsAny(query, "{}")
	return malformed && a.status == http.StatusBadRequest && a.header.Get("Content-Type") == "text; charset=utf-8"
}

// checkDeclared checks that the document declares the response: its status, its headers
// and the schema of its body. It accepts responses to requests that match no operation,
// and responses of the edge, which on AWS is DNS.
func checkDeclared(router routers.Router, base string, r request, a response) error {
	req, err := http.NewRequest(r.method, base+r.path, nil)
	if err != nil {
		return err
	}
	route, parameters, err := router.FindRoute(req)
	fromEdge := a.header.Get("X-Amzn-Requestid") == ""
	errorType := a.header.Get("X-Amzn-Errortype")
	unknown := errorType == "MissingAuthenticationTokenException" || errorType == "IncompleteSignatureException"
	if err != nil || fromEdge || unknown {
		return nil
	}
	return openapi3filter.ValidateResponse(req.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: parameters, Route: route},
		Status:                 a.status, Header: a.header, Body: io.NopCloser(strings.NewReader(a.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
}

// validExamples returns a valid request for each operation. Its order is the same in
// every run, so that rapid can repeat a case.
func validExamples(doc *openapi3.T) []request {
	var list []request
	for _, path := range doc.Paths.InMatchingOrder() {
		byMethod := doc.Paths.Value(path).Operations()
		for _, method := range slices.Sorted(maps.Keys(byMethod)) {
			list = append(list, exampleRequest(method, path, byMethod[method]))
		}
	}
	return list
}

// propertyNames returns the names of all properties of the document's schemas.
func propertyNames(doc *openapi3.T) []string {
	names := map[string]bool{}
	for _, s := range doc.Components.Schemas {
		for name := range s.Value.Properties {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// corrupt changes random parts of a request.
func corrupt(t *rapid.T, r request, names []string) request {
	oneIn := func(n int, what string) bool { return rapid.IntRange(1, n).Draw(t, what) == 1 }
	header := func(name string, values ...string) {
		if oneIn(4, name) {
			r.header[name] = rapid.SampledFrom(values).Draw(t, "value")
		}
	}
	r.header = maps.Clone(r.header)
	r.user = rapid.SampledFrom([]string{"ada", "bob", "root", "root", r.user}).Draw(t, "user")
	if oneIn(6, "method") {
		methods := []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "ODD"}
		r.method = rapid.SampledFrom(methods).Draw(t, "other method")
	}
	if oneIn(4, "path") {
		segments := strings.Split(r.path, "/")
		i := rapid.IntRange(1, len(segments)-1).Draw(t, "segment")
		segments[i] = url.PathEscape(hostileText(t))
		r.path = strings.Join(segments, "/")
	}
	if oneIn(4, "query") {
		names := []string{"limit=", "status=", "cursor=", "limit=5&limit=", ";", "%zz="}
		r.path += "?" + rapid.SampledFrom(names).Draw(t, "name") + url.QueryEscape(hostileText(t))
	}
	header("If-Match", "*", `"1"`, "x", `W/"1"`, `"1", "2"`, "")
	header("If-None-Match", "*", `"1"`, "x", "")
	header("Idempotency-Key", "k", "é", strings.Repeat("k", 300), "")
	header("Authorization", "x", "Bearer x", "Bearer e30.e30.", "")
	header("X-Client-Location", "49.28,-123.12", "91,0", "x")
	header("X-Amzn-Trace-Id", "Root=x", ";;", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=x")
	if r.method == "GET" || r.method == "HEAD" || r.method == "TRACE" { // Go's client sends no TRACE with a body
		r.body = ""
		return r
	}
	if oneIn(2, "body") {
		body, err := json.Marshal(hostileValue(t, names, 0))
		if err != nil {
			t.Fatal(err)
		}
		r.body = string(body)
	}
	if oneIn(8, "cut") && r.body != "" {
		r.body = r.body[:rapid.IntRange(0, len(r.body)-1).Draw(t, "length")]
	}
	header("Content-Type", "application/json", "application/merge-patch+json", "application/json; charset=utf-16",
		"text/plain", "x")
	return r
}

// hostileText draws a text that parsers and stores often mishandle.
func hostileText(t *rapid.T) string {
	return rapid.OneOf(rapid.SampledFrom([]string{
		"", "me", "health", "..", ".", "null", "-1", "101", "1e400", "\x00", "é", "e\u0301", "\u202e", "a\nb", "%00",
		"{accountId}", "<script>", "ada@example.com", "7F0C9C5E-3D0E-4C52-9A55-0D6F6D1F0A01",
		strings.Repeat("x", 3000), "America/Toronto", "en-CA", "https://example.com/",
	}), rapid.String()).Draw(t, "text")
}

// hostileValue draws a JSON value whose objects have members with the names.
func hostileValue(t *rapid.T, names []string, depth int) any {
	kinds := []string{"null", "bool", "number", "text", "text", "object", "object", "list"}
	if depth > 3 {
		kinds = kinds[:4]
	}
	switch rapid.SampledFrom(kinds).Draw(t, "kind") {
	case "bool":
		return rapid.Bool().Draw(t, "bool")
	case "number":
		numbers := []float64{0, 1, -1, 1e-320, 1e19}
		return rapid.OneOf(rapid.Float64Range(-1e300, 1e300), rapid.SampledFrom(numbers)).Draw(t, "number")
	case "text":
		return hostileText(t)
	case "object":
		object := map[string]any{}
		for i := range rapid.IntRange(0, 6).Draw(t, "members") {
			name := rapid.SampledFrom(append(names, "", "__proto__", fmt.Sprint("p", i))).Draw(t, "name")
			object[name] = hostileValue(t, names, depth+1)
		}
		return object
	case "list":
		list := make([]any, rapid.IntRange(0, 12).Draw(t, "elements"))
		for i := range list {
			list[i] = hostileValue(t, names, depth+1)
		}
		return list
	}
	return nil
}
