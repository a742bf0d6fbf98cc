package gateway_test

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/meridian-api/meridian/infra/local/gateway"
)

// received is an invocation of a function.
type received struct {
	function string
	trace    string
	event    object
}

// capturing stores the last invocation in the returned value.
func capturing(output string) (*received, functions) {
	var got received
	return &got, func(_ context.Context, name string, payload []byte, trace string) ([]byte, error) {
		got = received{function: name, trace: trace}
		if err := json.Unmarshal(payload, &got.event); err != nil {
			return nil, err
		}
		return []byte(output), nil
	}
}

func TestRouting(t *testing.T) {
	tests := map[string]struct {
		method, target string
		function       string // empty is 403
		parameters     any
		path           string
	}{
		"root": {method: "GET", target: "/", function: "dev-root", path: "/"},
		"static beats {param}": {
			method: "GET", target: "/accounts/me", function: "dev-get-me", path: "/accounts/me",
		},
		"{param}": {
			method: "GET", target: "/accounts/you", function: "dev-get-account",
			parameters: object{"accountId": "you"}, path: "/accounts/you",
		},
		"trailing slash": {
			method: "GET", target: "/accounts/me/", function: "dev-get-me", path: "/accounts/me/",
		},
		"trailing slash after a parameter": {
			method: "GET", target: "/accounts/you/", function: "dev-get-account",
			parameters: object{"accountId": "you"}, path: "/accounts/you/",
		},
		"two trailing slashes": {method: "GET", target: "/accounts/you//"},
		"greedy": {
			method: "GET", target: "/files/a/b", function: "dev-get-file", parameters: object{"proxy": "a/b"},
			path: "/files/a/b",
		},
		"greedy drops the trailing slash": {
			method: "GET", target: "/files/a/", function: "dev-get-file", parameters: object{"proxy": "a"},
			path: "/files/a/",
		},
		"greedy needs a segment":         {method: "GET", target: "/files"},
		"greedy needs more than a slash": {method: "GET", target: "/files/"},
		"greedy keeps empty segments": {
			method: "GET", target: "/files/a//b", function: "dev-get-file", parameters: object{"proxy": "a//b"},
			path: "/files/a//b",
		},
		"static without the method": {
			method: "GET", target: "/files/index", function: "dev-get-file",
			parameters: object{"proxy": "index"}, path: "/files/index",
		},
		"static with the method": {
			method: "PUT", target: "/files/index", function: "dev-put-index", path: "/files/index",
		},
		"below a static without the method": {
			method: "GET", target: "/files/index/a", function: "dev-get-file",
			parameters: object{"proxy": "index/a"}, path: "/files/index/a",
		},
		"parameters stay encoded": {
			method: "GET", target: "/files/a%20b/c%2Fd+e", function: "dev-get-file",
			parameters: object{"proxy": "a%20b/c%2Fd+e"}, path: "/files/a%20b/c%2Fd+e",
		},
		"an encoded slash is no separator": {method: "GET", target: "/accounts%2Fme"},
		"an encoded literal is the literal": {
			method: "GET", target: "/account%73/%6de", function: "dev-get-me", path: "/account%73/%6de",
		},
		"an encoded slash within a parameter": {
			method: "GET", target: "/accounts/a%2Fb", function: "dev-get-account",
			parameters: object{"accountId": "a%2Fb"}, path: "/accounts/a%2Fb",
		},
		"case counts":                      {method: "GET", target: "/Accounts/me"},
		"an empty segment is no parameter": {method: "GET", target: "/accounts//"},
		"two leading slashes are one": {
			method: "GET", target: "//accounts/me", function: "dev-get-me", path: "/accounts/me",
		},
		"of a greedy one too": {
			method: "GET", target: "//files/a", function: "dev-get-file", parameters: object{"proxy": "a"},
			path: "/files/a",
		},
		"an address within a greedy one": {
			method: "GET", target: "/files/b%2Bc@example.com/b+c@example.com", function: "dev-get-file",
			parameters: object{"proxy": "b%2Bc@example.com/b+c@example.com"},
			path:       "/files/b%2Bc@example.com/b+c@example.com",
		},
		"deeper than any route": {method: "GET", target: "/accounts/me/more"},
		"no ANY":                {method: "PATCH", target: "/accounts/me"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, f := capturing(`{}`)
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

// withoutAuth removes the security of all operations.
func withoutAuth(doc object) {
	for _, item := range at(doc, "paths") {
		for _, op := range item.(object) {
			delete(op.(object), "security")
		}
	}
}

// The order of definition must not matter, with a greedy route at the root and a
// parameter below a literal.
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
		got, f := capturing(`{}`)
		if w := do(newGateway(t, edit, f), request("GET", target, "")); w.Code != 200 || got.function != want {
			t.Errorf("%s: %d from %q, want %s", target, w.Code, got.function, want)
		}
	}
}

func TestOperations(t *testing.T) {
	got := newGateway(t, nil, notInvoked(t)).Operations()
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
