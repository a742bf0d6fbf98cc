package gateway_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/recorded"
)

// TestEvent checks what the recordings in testdata/recorded/event do not have:
// the claims of an access token, repeated headers, and addresses of proxies.
func TestEvent(t *testing.T) {
	got, f := capturing(`{}`)
	r := request("POST", "/accounts/?dryRun=1", `{"name":"Ada <&>"}`,
		access(t, "ada"), "Host: api.example.com", "Content-Type: application/json; charset=utf-8",
		"X-Tenant: one", "X-Tenant: two", "Idempotency-Key: k", "X-Forwarded-For: 198.51.100.1",
		"X-Forwarded-Proto: http", "X-Forwarded-Port: 80")
	if w := do(newGateway(t, nil, f), r); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	want := object{
		"body": `{"name":"Ada <&>"}`,
		"headers": object{
			"Content-Type": "application/json; charset=utf-8", "Host": "api.example.com", "X-Tenant": "two",
			"X-Forwarded-For": "198.51.100.1, 203.0.113.7", "X-Forwarded-Port": "443", "X-Forwarded-Proto": "https",
		},
		"multiValueHeaders": object{
			"X-Tenant": []any{"one", "two"}, "X-Forwarded-For": []any{"198.51.100.1, 203.0.113.7"},
			"X-Forwarded-Proto": []any{"https"},
		},
		"stageVariables": object{"environment": "dev"},
		"requestContext": object{
			"operationName": "createAccount", "requestTime": "04/Mar/2026:19:15:17 +0000",
			"requestTimeEpoch": float64(1772651717123), "stage": "v1", "domainName": "api.example.com",
			"domainPrefix": "api", "accountId": "123456789012",
			"identity": object{"sourceIp": "203.0.113.7", "userAgent": nil},
			"authorizer": object{"claims": object{
				"auth_time": "1772651717", "client_id": "app", "cognito:groups": "admins,staff", "event_id": "<uuid>",
				"exp": "Wed Mar 04 20:15:17 UTC 2026", "iat": "Wed Mar 04 19:15:17 UTC 2026",
				"iss": shared().URL(shared().base), "jti": "<uuid>", "origin_jti": "<uuid>",
				"scope": "accounts/read accounts/write", "sub": "5b3f1c2e-0000-4000-8000-000000000001",
				"token_use": "access", "username": "ada",
			}},
		},
	}
	for path, difference := range recorded.Compare("", want, any(got.event), false) {
		t.Errorf("%s: %s", path, difference)
	}
}

// TestEmptyEvent checks that members without a value are null or absent.
func TestEmptyEvent(t *testing.T) {
	got, f := capturing(`{}`)
	cfg := config(t, func(doc object) {
		withoutAuth(doc)
		for path := range at(doc, "paths") {
			if path != "/" {
				delete(at(doc, "paths"), path)
			}
		}
		op := at(doc, "paths", "/", "get")
		delete(op, "operationId")
		integration := at(op, "x-amazon-apigateway-integration")
		integration["uri"] = strings.ReplaceAll(integration["uri"].(string), "${stageVariables.environment}", "prod")
	}, f)
	cfg.Variables = nil
	r := request("GET", "/", "")
	r.Header.Del("User-Agent")
	if w := do(mustNew(t, cfg), r); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for _, name := range []string{
		"queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body",
	} {
		if value, ok := got.event[name]; !ok || value != nil {
			t.Errorf("%s is %v, want null", name, value)
		}
	}
	context := at(got.event, "requestContext")
	for _, name := range []string{"authorizer", "operationName"} {
		if value, ok := context[name]; ok {
			t.Errorf("%s is %v, want it absent", name, value)
		}
	}
	if at(context, "identity")["userAgent"] != nil {
		t.Errorf("identity %v", context["identity"])
	}
}

func TestQuery(t *testing.T) {
	tests := map[string]struct {
		query string
		last  object
		all   object
	}{
		"decoded once": {query: "a=x%252By", last: object{"a": "x%2By"}, all: object{"a": []any{"x%2By"}}},
		"plus":         {query: "a=b+c%2Bd", last: object{"a": "b c+d"}, all: object{"a": []any{"b c+d"}}},
		"names too":    {query: "a%20b=1", last: object{"a b": "1"}, all: object{"a b": []any{"1"}}},
		"last wins": {
			query: "a=1&a=2&b=3", last: object{"a": "2", "b": "3"},
			all: object{"a": []any{"1", "2"}, "b": []any{"3"}},
		},
		"no value": {
			query: "a&b=", last: object{"a": "", "b": ""}, all: object{"a": []any{""}, "b": []any{""}},
		},
		"equals signs": {query: "a=b=c", last: object{"a": "b=c"}, all: object{"a": []any{"b=c"}}},
		"semicolon": {
			query: "a=1;b=2", last: object{"a": "1", "b": "2"}, all: object{"a": []any{"1"}, "b": []any{"2"}},
		},
		"encoded": {query: "a=1%3Bb%26c", last: object{"a": "1;b&c"}, all: object{"a": []any{"1;b&c"}}},
		"a date and URL": {
			query: "at=2026-03-04T19:15:17.123+00:00&url=https://example.com/",
			last:  object{"at": "2026-03-04T19:15:17.123 00:00", "url": "https://example.com/"},
			all:   object{"at": []any{"2026-03-04T19:15:17.123 00:00"}, "url": []any{"https://example.com/"}},
		},
		"ampersands": {query: "&&a=1&&", last: object{"a": "1"}, all: object{"a": []any{"1"}}},
		"not UTF-8":  {query: "a=%ff", last: object{"a": "\ufffd"}, all: object{"a": []any{"\ufffd"}}},
		"case of a name": {
			query: "A=1&a=2", last: object{"A": "1", "a": "2"}, all: object{"A": []any{"1"}, "a": []any{"2"}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, f := capturing(`{}`)
			do(newGateway(t, nil, f), request("GET", "/?"+test.query, ""))
			if q := got.event["queryStringParameters"]; !reflect.DeepEqual(q, any(test.last)) {
				t.Errorf("single: %v, want %v", q, test.last)
			}
			if q := got.event["multiValueQueryStringParameters"]; !reflect.DeepEqual(q, any(test.all)) {
				t.Errorf("multi: %v, want %v", q, test.all)
			}
		})
	}
}

func TestHeadersToFunction(t *testing.T) {
	got, f := capturing(`{}`)
	dropped := []string{
		"Connection", "Content-Length", "Content-MD5", "Expect", "Max-Forwards", "Proxy-Authenticate", "Server",
		"TE", "Trailer", "Transfer-Encoding", "Upgrade", "WWW-Authenticate",
	}
	kept := []string{
		"Accept", "Accept-Charset", "Accept-Encoding", "Age", "Authorization", "Content-Encoding", "Content-Type",
		"Date", "Pragma", "Range", "Referer", "User-Agent", "Via", "Warn",
	}
	var headers []string
	for _, name := range slices.Concat(dropped, kept) {
		if name == "Content-Encoding" {
			headers = append(headers, name+": identity")
			continue
		}
		headers = append(headers, name+": x")
	}
	do(newGateway(t, nil, f), request("GET", "/", "", headers...))
	seen := at(got.event, "headers")
	for _, name := range dropped {
		for key := range seen {
			if strings.EqualFold(key, name) {
				t.Errorf("%s reached the function", name)
			}
		}
	}
	for _, name := range kept {
		if seen[name] != "x" && (name != "Content-Encoding" || seen[name] != "identity") {
			t.Errorf("%s is %v", name, seen[name])
		}
	}
	for name, want := range map[string]string{
		"Host":            "example.com",
		"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Port": "443", "X-Forwarded-Proto": "https",
	} {
		if seen[name] != want {
			t.Errorf("%s is %v, want %s", name, seen[name], want)
		}
	}
}

func TestTrace(t *testing.T) {
	const fresh = `1-69a884c5-[0-9a-f]{24}`
	const root = "Root=1-5759e988-bd862e3fe1be46a994272793"
	const parent = ";Parent=[0-9a-f]{16}"
	const lineage = ";Lineage=1:[0-9a-f]{8}:0"
	const others = ";Parent=53995c3f42cd8ad8;Sampled=0;CalledFrom=app"
	tests := map[string]struct{ client, header, context string }{
		"none": {header: `Root=` + fresh, context: `Root=` + fresh + parent + `;Sampled=1` + lineage},
		"root": {client: root, header: `Self=` + fresh + `;` + root, context: root + parent + `;Sampled=1` + lineage},
		"root and others": {
			client: root + others, header: `Self=` + fresh + `;` + root + others, context: root + others + lineage,
		},
		"no parent": {
			client: root + ";Sampled=0", header: `Self=` + fresh + `;` + root + `;Sampled=0`,
			context: root + parent + `;Sampled=0` + lineage,
		},
		"no decision": {
			client:  root + ";Parent=53995c3f42cd8ad8",
			header:  `Self=` + fresh + `;` + root + `;Parent=53995c3f42cd8ad8`,
			context: root + `;Parent=53995c3f42cd8ad8;Sampled=1` + lineage,
		},
		"no root": {
			client: "CalledFrom=app", header: `Root=` + fresh + `;CalledFrom=app`,
			context: `Root=` + fresh + parent + `;CalledFrom=app;Sampled=1` + lineage,
		},
		"self of before": {
			client: "Self=1-5759e988-aaaaaaaaaaaaaaaaaaaaaaaa;" + root, header: `Self=` + fresh + `;` + root,
			context: root + parent + `;Sampled=1` + lineage,
		},
		"nonsense": {
			client: ";;=;x", header: `Root=` + fresh, context: `Root=` + fresh + parent + `;Sampled=1` + lineage,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, f := capturing(`{}`)
			r := request("GET", "/", "")
			if test.client != "" {
				r.Header.Set("X-Amzn-Trace-Id", test.client)
			}
			w := do(newGateway(t, nil, f), r)
			match := func(what, value, pattern string) {
				if !regexp.MustCompile("^" + pattern + "$").MatchString(value) {
					t.Errorf("%s: %q, want %s", what, value, pattern)
				}
			}
			match("header", at(got.event, "headers")["X-Amzn-Trace-Id"].(string), test.header)
			match("context", got.trace, test.context)
			if w.Header().Get("X-Amzn-Trace-Id") != got.trace {
				t.Errorf("the client receives the trace %q, the function %q", w.Header().Get("X-Amzn-Trace-Id"), got.trace)
			}
		})
	}
}

func TestBody(t *testing.T) {
	binary := func(doc object) { doc["x-amazon-apigateway-binary-media-types"] = []any{"image/PNG"} }
	anything := func(doc object) {
		doc["x-amazon-apigateway-binary-media-types"] = []any{"*/*"}
		delete(doc, "x-amazon-apigateway-request-validator")
	}
	tests := map[string]struct {
		edit        func(object)
		contentType string
		body        string
		want        any
		base64      bool
	}{
		"text":                   {contentType: "text/plain", body: "a<b>&\u2028", want: "a<b>&\u2028"},
		"none":                   {contentType: "text/plain"},
		"bytes that are no text": {contentType: "image/png", body: "\xff\x00", want: "\ufffd\x00"},
		"binary":                 {edit: binary, contentType: "Image/png; x=y", body: "\xff\x00", want: "/wA=", base64: true},
		"not the binary type":    {edit: binary, contentType: "image/gif", body: "GIF", want: "GIF"},
		"everything is binary": {
			edit: anything, contentType: "text/plain", body: "a", want: "YQ==", base64: true,
		},
		"no body is no base64": {edit: anything, contentType: "text/plain"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, f := capturing(`{}`)
			w := do(newGateway(t, test.edit, f), request("PUT", "/files/index", test.body, "Content-Type: "+test.contentType))
			if w.Code != 200 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			if got.event["body"] != test.want || got.event["isBase64Encoded"] != test.base64 {
				t.Errorf("%q %v, want %q %v", got.event["body"], got.event["isBase64Encoded"], test.want, test.base64)
			}
		})
	}
}
