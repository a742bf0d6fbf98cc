package gateway_test

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/meridian-api/meridian/infra/local/gateway"
)

// received is what a function sees.
type received struct {
	function string
	trace    string
	event    object
}

// catches keeps the last invocation in the returned value.
func catches(answer string) (*received, functions) {
	var got received
	return &got, func(_ context.Context, name string, payload []byte, trace string) ([]byte, error) {
		got = received{function: name, trace: trace}
		if err := json.Unmarshal(payload, &got.event); err != nil {
			return nil, err
		}
		return []byte(answer), nil
	}
}

func TestRouting(t *testing.T) {
	tests := map[string]struct {
		method, target string
		function       string // empty is 403
		parameters     any
		path           string
	}{
		"root":                                {"GET", "/", "dev-root", nil, "/"},
		"static beats {param}":                {"GET", "/accounts/me", "dev-get-me", nil, "/accounts/me"},
		"{param}":                             {"GET", "/accounts/you", "dev-get-account", object{"accountId": "you"}, "/accounts/you"},
		"trailing slash":                      {"GET", "/accounts/me/", "dev-get-me", nil, "/accounts/me/"},
		"trailing slash after a parameter":    {"GET", "/accounts/you/", "dev-get-account", object{"accountId": "you"}, "/accounts/you/"},
		"two trailing slashes":                {"GET", "/accounts/you//", "", nil, ""},
		"greedy":                              {"GET", "/files/a/b", "dev-get-file", object{"proxy": "a/b"}, "/files/a/b"},
		"greedy drops the trailing slash":     {"GET", "/files/a/", "dev-get-file", object{"proxy": "a"}, "/files/a/"},
		"greedy needs a segment":              {"GET", "/files", "", nil, ""},
		"greedy needs more than a slash":      {"GET", "/files/", "", nil, ""},
		"greedy keeps empty segments":         {"GET", "/files/a//b", "dev-get-file", object{"proxy": "a//b"}, "/files/a//b"},
		"static without the method":           {"GET", "/files/index", "dev-get-file", object{"proxy": "index"}, "/files/index"},
		"static with the method":              {"PUT", "/files/index", "dev-put-index", nil, "/files/index"},
		"below a static without the method":   {"GET", "/files/index/a", "dev-get-file", object{"proxy": "index/a"}, "/files/index/a"},
		"parameters stay encoded":             {"GET", "/files/a%20b/c%2Fd+e", "dev-get-file", object{"proxy": "a%20b/c%2Fd+e"}, "/files/a%20b/c%2Fd+e"},
		"an encoded slash is no separator":    {"GET", "/accounts%2Fme", "", nil, ""},
		"an encoded literal is the literal":   {"GET", "/account%73/%6de", "dev-get-me", nil, "/account%73/%6de"},
		"an encoded slash within a parameter": {"GET", "/accounts/a%2Fb", "dev-get-account", object{"accountId": "a%2Fb"}, "/accounts/a%2Fb"},
		"case counts":                         {"GET", "/Accounts/me", "", nil, ""},
		"an empty segment is no parameter":    {"GET", "/accounts//", "", nil, ""},
		"two leading slashes are one":         {"GET", "//accounts/me", "dev-get-me", nil, "/accounts/me"},
		"of a greedy one too":                 {"GET", "//files/a", "dev-get-file", object{"proxy": "a"}, "/files/a"},
		"an address within a greedy one":      {"GET", "/files/b%2Bc@example.com/b+c@example.com", "dev-get-file", object{"proxy": "b%2Bc@example.com/b+c@example.com"}, "/files/b%2Bc@example.com/b+c@example.com"},
		"deeper than any route":               {"GET", "/accounts/me/more", "", nil, ""},
		"no ANY":                              {"PATCH", "/accounts/me", "", nil, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, f := catches(`{}`)
			g := newGateway(t, withoutAuth, f)
			w := do(g, request(test.method, test.target, `{"name":"A"}`))
			if test.function == "" {
				if w.Code != 403 || got.function != "" {
					t.Fatalf("%d %s from %q, want 403", w.Code, w.Body, got.function)
				}
				return
			}
			if w.Code != 200 || got.function != test.function {
				t.Fatalf("%d %s from %q, want %s", w.Code, w.Body, got.function, test.function)
			}
			if p := got.event["pathParameters"]; !reflect.DeepEqual(p, test.parameters) {
				t.Errorf("pathParameters %v, want %v", p, test.parameters)
			}
			context := at(got.event, "requestContext")
			if got.event["path"] != test.path || context["path"] != test.target {
				t.Errorf("path %v and %v, want %s and %s", got.event["path"], context["path"], test.path, test.target)
			}
			if got.event["resource"] != context["resourcePath"] {
				t.Errorf("resource %v, resourcePath %v", got.event["resource"], context["resourcePath"])
			}
		})
	}
}

// withoutAuth opens all operations.
func withoutAuth(doc object) {
	for _, item := range at(doc, "paths") {
		for _, op := range item.(object) {
			delete(op.(object), "security")
		}
	}
}

// TestDefinitionOrder has a greedy route above and a parameter below a literal.
func TestDefinitionOrder(t *testing.T) {
	edit := func(doc object) {
		withoutAuth(doc)
		paths := at(doc, "paths")
		paths["/{proxy+}"] = paths["/files/{proxy+}"]
		delete(paths, "/files/{proxy+}")
	}
	for target, want := range map[string]string{
		"/accounts/me":     "dev-get-me",
		"/accounts/x":      "dev-get-account",
		"/accounts":        "dev-get-file", // GET is not among its methods
		"/accounts/x/deep": "dev-get-file",
		"/other":           "dev-get-file",
	} {
		got, f := catches(`{}`)
		if w := do(newGateway(t, edit, f), request("GET", target, "")); w.Code != 200 || got.function != want {
			t.Errorf("%s: %d from %q, want %s", target, w.Code, got.function, want)
		}
	}
}

func TestOperations(t *testing.T) {
	got := newGateway(t, nil, nobody(t)).Operations()
	want := []gateway.Operation{
		{Method: "GET", Path: "/", Function: "dev-root"},
		{Method: "OPTIONS", Path: "/accounts"},
		{Method: "POST", Path: "/accounts", Function: "dev-create-account"},
		{Method: "GET", Path: "/accounts/me", Function: "dev-get-me"},
		{Method: "GET", Path: "/accounts/{accountId}", Function: "dev-get-account"},
		{Method: "PUT", Path: "/files/index", Function: "dev-put-index"},
		{Method: "GET", Path: "/files/{proxy+}", Function: "dev-get-file"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}
