package gateway_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/infra/local/gateway"
)

// checkWellFormed checks that API Gateway could have sent the response. Errors are
// JSON, unless the document has its own templates.
func checkWellFormed(t *testing.T, w *httptest.ResponseRecorder, templates bool) {
	t.Helper()
	if w.Code < 200 || w.Code > 599 {
		t.Errorf("status %d", w.Code)
	}
	if w.Header().Get("Content-Type") == "text; charset=utf-8" && w.Header().Get("X-Amzn-Trace-Id") == "" {
		if w.Header().Get("x-amzn-RequestId") != "" {
			t.Error("a response of the front end has a request ID")
		}
		return
	}
	checkHeaders(t, w.Header(), nil)
	if w.Header().Get("Content-Type") == "" && w.Header().Get("X-Amzn-Trace-Id") == "" { // a function may decline it
		t.Error("no Content-Type")
	}
	for name, values := range w.Header() {
		for _, value := range values {
			if strings.ContainsAny(name+value, "\r\n") {
				t.Errorf("header %q: %q", name, value)
			}
		}
	}
	if w.Header().Get("X-Amzn-ErrorType") != "" && !templates && !json.Valid(w.Body.Bytes()) {
		t.Errorf("%d %q is not JSON", w.Code, w.Body)
	}
}

// FuzzRequest sends hostile paths, headers, tokens and bodies. Every event must be
// complete, and nothing may panic.
func FuzzRequest(f *testing.F) {
	for _, seed := range []struct{ method, path, query, name, value, body string }{
		{"GET", "/accounts/1", "", "Authorization", "Bearer a.b.c", ""},
		{
			"POST", "/accounts", "dryRun=1&a=%zz&&=", "Content-Type", "application/json",
			`{"name":"Ada","parent":{"name":null}}`,
		},
		{"GET", "/files/%2e%2e/%00/ÿ\xff//", "a=%ff+%2B&a", "X-Amzn-Trace-Id", ";Root=;Self=\xff", "\xff"},
		{"PUT", "/files/index/", "", "content-type", ";;;", `[[[[`},
		{"OPTIONS", "*", "", "Host", "", ""},
		{"\x00", "//", "?", "", "\r\n", `{"name":1e999}`},
	} {
		f.Add(seed.method, seed.path, seed.query, seed.name, seed.value, []byte(seed.body))
	}
	token, err := shared().AccessToken("ada")
	if err != nil {
		f.Fatal(err)
	}
	got, functions := capturing(`{"statusCode":200,"body":"ok"}`)
	g := newGateway(f, withViolations, functions)
	f.Fuzz(func(t *testing.T, method, path, query, name, value string, body []byte) {
		got.event = nil
		r := &http.Request{
			Method: method, URL: &url.URL{Path: path, RawQuery: query}, Proto: "HTTP/1.1", ProtoMajor: 1,
			Header: http.Header{name: {value}, "X-Tenant": {"t"}, "Idempotency-Key": {"k"}},
			Body:   http.NoBody, Host: value, RemoteAddr: name,
		}
		if unescaped, err := url.PathUnescape(path); err == nil {
			r.URL.Path, r.URL.RawPath = unescaped, path
		}
		if len(body) > 0 {
			r.Body = readCloser{bytes.NewReader(body)}
			r.ContentLength = int64(len(body))
		}
		if name != "Authorization" {
			r.Header.Set("Authorization", token)
		}
		w := do(g, r)
		checkWellFormed(t, w, w.Code == http.StatusBadRequest)
		if got.event != nil && (got.event["requestContext"] == nil || got.event["path"] == nil) {
			t.Errorf("event %v", got.event)
		}
	})
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

// FuzzFunctionResponse lets functions return any output.
func FuzzFunctionResponse(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `{"statusCode":1e2}`, `{"statusCode":-0}`,
		`{"statusCode":204,"headers":{"a":"b"},"multiValueHeaders":{"Set-Cookie":["a",1,true]},` +
			`"body":"eA==","isBase64Encoded":true}`,
		`{"headers":{"\u0000":"\n","Content-Length":"-1","Transfer-Encoding":"chunked"}}`,
	} {
		f.Add([]byte(seed), "image/png")
	}
	f.Fuzz(func(t *testing.T, output []byte, accept string) {
		g := newGateway(t, func(doc object) {
			delete(doc, "x-amazon-apigateway-request-validator")
			doc["x-amazon-apigateway-binary-media-types"] = []any{"image/png"}
		}, returning(string(output)))
		r := request("GET", "/", "")
		r.Header["Accept"] = []string{accept}
		checkWellFormed(t, do(g, r), false)
	})
}

// FuzzDocument loads any document and serves the accepted ones.
func FuzzDocument(f *testing.F) {
	f.Add(document(f, nil))
	f.Add(document(f, customized(object{
		"DEFAULT_4XX": object{"statusCode": "404", "responseTemplates": object{"a/b": "$context.requestId"}},
	})))
	const head = `{"openapi":"3.0.3","info":{"title":"x","version":"1"},`
	for _, seed := range []string{
		`{}`, `{"openapi":"3.0.3"}`,
		head + `"paths":{"/a":null,"/b":{"get":null,"post":{"parameters":[null],` +
			`"requestBody":{"content":{"a":null}},"responses":null}}}}`,
		head + `"paths":{},"components":{"schemas":{"A":{"allOf":[{"$ref":"#/components/schemas/A"}]},"B":null},` +
			`"securitySchemes":{"c":null}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		cfg := config(t, nil, returning(`{}`))
		cfg.Document = doc
		g, err := gateway.New(cfg)
		if err != nil {
			return
		}
		for _, op := range g.Operations() {
			checkWellFormed(t, do(g, request(op.Method, "/x", "")), true)
		}
	})
}
