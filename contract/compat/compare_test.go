package compat

import (
	"slices"
	"strings"
	"testing"
)

func operationOf(spec object, path, method string) object { return at(spec, "paths", path, method) }

func parameter(spec object, i int) object {
	return operationOf(spec, "/orders", "get")["parameters"].([]any)[i].(object)
}

func addParameter(spec object, p object) {
	list := operationOf(spec, "/orders", "get")
	list["parameters"] = append(list["parameters"].([]any), p)
}

func property(spec object, schema, name string) object {
	return at(spec, "components", "schemas", schema, "properties", name)
}

// changes are edits of the released specification (1.2.3) and what must come of them.
var changes = []struct {
	name  string
	edit  func(spec object)
	level Level
	bump  Bump
	first string // the first change's rule
	text  string // in its line
}{
	{"nothing", func(object) {}, None, NoBump, "", ""},
	{"the version alone", func(s object) {
		at(s, "info")["version"] = "9.9.9"
		s["tags"].([]any)[0].(object)["x-version"] = "9.9.9"
	}, None, NoBump, "", ""},
	{"a Go type's name", func(s object) { at(s, "components", "schemas", "Order")["x-go-type"] = "api.Other" }, None, NoBump, "", ""},

	{"an operation removed", func(s object) { delete(at(s, "paths", "/orders"), "post") }, Breaking, Major, "api-removed-without-deprecation", "POST /orders"},
	{"a path removed", func(s object) { delete(at(s, "paths"), "/orders/health") }, Breaking, Major, "api-path-removed-without-deprecation", "GET /orders/health"},
	{"a deprecated operation removed", func(s object) { delete(at(s, "paths"), "/orders/old") }, Breaking, Major, "api-path-removed-with-deprecation", "GET /orders/old"},
	{"an operation added", func(s object) {
		at(s, "paths")["/orders/new"] = object{"get": object{"operationId": "new", "responses": object{"200": object{"description": "OK"}}}}
	}, Compatible, Minor, "endpoint-added", "GET /orders/new"},
	{"an operation deprecated", func(s object) { operationOf(s, "/orders", "get")["deprecated"] = true }, Compatible, Minor, "endpoint-deprecated", "GET /orders"},
	{"an operationId changed", func(s object) { operationOf(s, "/orders", "get")["operationId"] = "getOrders" }, Breaking, Major, "api-operation-id-removed", "`getOrders`"},

	{"a required parameter added", func(s object) {
		addParameter(s, object{"name": "q", "in": "query", "required": true, "schema": object{"type": "string"}})
	}, Breaking, Major, "new-required-request-parameter", "`q`"},
	{"an optional parameter added", func(s object) {
		addParameter(s, object{"name": "q", "in": "query", "schema": object{"type": "string"}})
	}, Compatible, Minor, "new-optional-request-parameter", "`q`"},
	{"an optional parameter removed", func(s object) {
		operationOf(s, "/orders", "get")["parameters"] = operationOf(s, "/orders", "get")["parameters"].([]any)[:1]
	}, Breaking, Major, "request-parameter-removed", "`limit`"},
	{"a parameter's bound tightened", func(s object) { at(parameter(s, 1), "schema")["maximum"] = 50 }, Breaking, Major, "request-parameter-max-decreased", "`limit`"},
	{"a parameter's bound relaxed", func(s object) { at(parameter(s, 1), "schema")["maximum"] = 500 }, Compatible, Minor, "request-parameter-max-increased", "`limit`"},
	{"a parameter's serialization changed", func(s object) { parameter(s, 0)["style"] = "pipeDelimited" }, Breaking, Major, unjudged, "GET /orders"},

	{"a parameter's serialization changed beside an optional parameter", func(s object) {
		parameter(s, 0)["style"] = "pipeDelimited"
		addParameter(s, object{"name": "q", "in": "query", "schema": object{"type": "string"}})
	}, Breaking, Major, unjudged, "GET /orders"},
	{"a request closed to other properties beside an optional one", func(s object) {
		schema := at(s, "components", "schemas", "NewOrder")
		schema["additionalProperties"] = false
		at(schema, "properties")["gift"] = object{"type": "boolean"}
	}, Breaking, Major, unjudged, "POST /orders"},
	{"a required property added to the response beside a problem and a new schema", func(s object) {
		schema := at(s, "components", "schemas", "Order")
		schema["required"] = append(schema["required"].([]any), "gift")
		at(schema, "properties")["gift"] = object{"$ref": "#/components/schemas/Gift"}
		at(s, "components", "schemas")["Gift"] = object{"type": "object", "properties": object{"note": object{"type": "string"}}}
		at(operationOf(s, "/orders", "post"), "responses")["409"] = object{"description": "Conflict"}
	}, Compatible, Minor, "response-required-property-added", "items/gift`"},

	{"an enum value removed from the request", func(s object) { property(s, "NewOrder", "speed")["enum"] = []any{"fast"} }, Breaking, Major, "request-property-enum-value-removed", "`slow`"},
	{"an enum value added to the request", func(s object) { property(s, "NewOrder", "speed")["enum"] = []any{"slow", "fast", "now"} }, Compatible, Minor, "request-property-enum-value-added", "`now`"},
	{"an enum value removed from the response", func(s object) { property(s, "Order", "state")["enum"] = []any{"open"} }, Compatible, Minor, "response-property-enum-value-removed", "`shipped`"},
	{"an enum value added to the response", func(s object) { property(s, "Order", "state")["enum"] = []any{"open", "shipped", "lost"} }, Breaking, Major, "response-property-enum-value-added", "`lost`"},
	{"an enum's order", func(s object) { property(s, "Order", "state")["enum"] = []any{"shipped", "open"} }, None, Patch, rewritten, ""},

	{"a type changed in the request", func(s object) { property(s, "NewOrder", "sku")["type"] = "integer" }, Breaking, Major, "request-property-type-changed", "`sku`"},
	{"a type changed in the response", func(s object) { property(s, "Order", "id")["type"] = "integer" }, Breaking, Major, "response-property-type-changed", "id`"},
	{"a required property added to the request", func(s object) {
		at(s, "components", "schemas", "NewOrder")["required"] = []any{"sku", "gift"}
	}, Breaking, Major, "request-property-became-required", "`gift`"},
	{"an optional property added to the response", func(s object) {
		at(s, "components", "schemas", "Order", "properties")["weight"] = object{"type": "integer"}
	}, Compatible, Minor, "response-optional-property-added", "weight`"},
	{"a required property removed from the response", func(s object) {
		delete(at(s, "components", "schemas", "Order", "properties"), "state")
	}, Breaking, Major, "response-required-property-removed", "state`"},
	{"a property called description changed", func(s object) { property(s, "Order", "description")["maxLength"] = 90 }, Breaking, Major, "response-property-max-length-increased", "description`"},
	{"a response header removed", func(s object) {
		delete(at(operationOf(s, "/orders", "get"), "responses", "200", "headers"), "ETag")
	}, Breaking, Major, "optional-response-header-removed", "`ETag`"},

	{"a scope added", func(s object) {
		operationOf(s, "/orders", "post")["x-scopes"] = []any{"orders/write", "orders/admin"}
	}, Compatible, Minor, scopeAdded, "`orders/admin`"},
	{"a scope removed", func(s object) { operationOf(s, "/orders", "get")["x-scopes"] = []any{"orders/read"} }, Breaking, Major, scopeRemoved, "`orders/admin`"},
	{"a first scope", func(s object) { operationOf(s, "/orders/old", "get")["x-scopes"] = []any{"orders/read"} }, Breaking, Major, tokenKindsChanged, "access token"},
	{"no scope any more", func(s object) { delete(operationOf(s, "/orders", "post"), "x-scopes") }, Breaking, Major, tokenKindsChanged, "ID token"},
	{"the scopes' order", func(s object) {
		operationOf(s, "/orders", "get")["x-scopes"] = []any{"orders/admin", "orders/read"}
	}, None, Patch, rewritten, ""},
	{"a token needed", func(s object) {
		operationOf(s, "/orders/health", "get")["security"] = []any{object{"cognito": []any{}}}
		operationOf(s, "/orders/health", "get")["x-scopes"] = []any{"orders/read"}
	}, Breaking, Major, "api-security-anonymous-access-removed", "GET /orders/health"},
	{"a token needed no more", func(s object) {
		operationOf(s, "/orders", "post")["security"] = []any{}
		delete(operationOf(s, "/orders", "post"), "x-scopes")
	}, Compatible, Minor, "api-security-anonymous-access-added", "POST /orders"},

	{"a summary", func(s object) { operationOf(s, "/orders", "get")["summary"] = "All orders" }, None, Patch, documentation, "GET /orders: `summary` changed"},
	{"a parameter's description removed", func(s object) { delete(parameter(s, 0), "description") }, None, Patch, documentation, "GET /orders: `description` removed"},
	{"a schema's example", func(s object) { property(s, "Order", "id")["example"] = "b1d6f2de-52a4-4a8f-8f4e-6a0f1f7c0b02" }, None, Patch, documentation, "`example` changed"},
	{"a title below properties called properties and title", func(s object) {
		property(s, "Order", "properties")["properties"].(object)["title"].(object)["title"] = "Another"
	}, None, Patch, documentation, "`title` changed"},
	{"the description of a property that is called properties", func(s object) {
		property(s, "Order", "properties")["description"] = "More."
	}, None, Patch, documentation, "`description` added"},
	{"an owner", func(s object) { s["tags"].([]any)[0].(object)["x-owner"] = "team-b" }, None, Patch, documentation, "`x-owner` changed"},
	{"a scope's description", func(s object) { s["tags"].([]any)[0].(object)["x-scopes"] = object{"orders/read": "Read all."} }, None, Patch, documentation, "`x-scopes` changed"},
	{"a schema moved into the operation", func(s object) {
		content := at(operationOf(s, "/orders", "post"), "requestBody", "content", "application/json")
		content["schema"] = at(s, "components", "schemas", "NewOrder")
	}, None, Patch, rewritten, ""},
	{"the worst of many comes first", func(s object) {
		operationOf(s, "/orders", "get")["summary"] = "All orders"
		addParameter(s, object{"name": "q", "in": "query", "schema": object{"type": "string"}})
		delete(at(s, "paths", "/orders"), "post")
	}, Breaking, Major, "api-removed-without-deprecation", "POST /orders"},
}

func TestChanges(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3")
	for _, test := range changes {
		repo.spec("orders", test.edit)
		r := repo.report("", "orders")
		if r.Level != test.level || r.Bump != test.bump || r.Base != "orders/v1.2.3" || r.Current != "1.2.3" || r.First {
			t.Errorf("%s: got %+v", test.name, r)
		}
		if next := map[Bump]string{NoBump: "1.2.3", Patch: "1.2.4", Minor: "1.3.0", Major: "2.0.0"}[test.bump]; r.Next != next {
			t.Errorf("%s: next is %s, not %s", test.name, r.Next, next)
		}
		if test.first == "" {
			if len(r.Changes) > 0 {
				t.Errorf("%s: got %+v", test.name, r.Changes)
			}
			continue
		}
		if len(r.Changes) == 0 || r.Changes[0].ID != test.first || !strings.Contains(r.Changes[0].String(), test.text) {
			t.Errorf("%s: want %s first, about %s, got %+v", test.name, test.first, test.text, r.Changes)
			continue
		}
		if got := r.Changes[0].Place; !strings.Contains(got, "orders/openapi.json") {
			t.Errorf("%s: no place: %q", test.name, got)
		}
		if sorted := slices.IsSortedFunc(r.Changes, func(a, b Change) int { return b.Level.rank() - a.Level.rank() }); !sorted {
			t.Errorf("%s: the worst is not first: %+v", test.name, r.Changes)
		}
		for _, c := range r.Changes {
			if strings.Contains(c.ID, "version") {
				t.Errorf("%s: versions are not the comparison's to judge: %+v", test.name, c)
			}
		}
	}
}

func TestPlaces(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3")
	repo.spec("orders", func(s object) {
		delete(at(s, "paths"), "/orders/health")
		operationOf(s, "/orders", "get")["summary"] = "All"
		addParameter(s, object{"name": "q", "in": "query", "required": true, "schema": object{"type": "string"}})
	})
	places := map[string]string{}
	for _, c := range repo.report("", "orders").Changes {
		places[c.ID] = c.Place
	}
	for id, want := range map[string]string{
		"api-path-removed-without-deprecation": "orders/v1.2.3:orders/openapi.json:", // with a line, checked below
		"new-required-request-parameter":       "orders/openapi.json:",
		documentation:                          "orders/openapi.json#/paths/~1orders/get/summary",
	} {
		if got := places[id]; !strings.HasPrefix(got, want) || strings.HasSuffix(got, ":") {
			t.Errorf("%s is at %q, want %s", id, got, want)
		}
	}
}

func TestHostileTextStaysOnItsLine(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3")
	repo.spec("orders", func(s object) {
		addParameter(s, object{"name": "q\n\x1b[2Jaccounts: fine", "in": "query", "required": true, "schema": object{"type": "string"}})
	})
	if text := repo.report("", "orders").Changes[0].Text; strings.ContainsAny(text, "\n\x1b") {
		t.Errorf("got %q", text)
	}
}

// Exactly these changes and no others: what is judged once is not told again in words.
func TestNothingIsToldTwice(t *testing.T) {
	repo := newMonorepo(t)
	repo.commit("orders/v1.2.3")
	for _, test := range []struct {
		name string
		edit func(object)
		want []string
	}{
		{"a token needed", func(s object) {
			operationOf(s, "/orders/health", "get")["security"] = []any{object{"cognito": []any{}}}
			operationOf(s, "/orders/health", "get")["x-scopes"] = []any{"orders/read"}
		}, []string{"api-security-anonymous-access-removed"}},
		{"a property that is called description removed", func(s object) {
			delete(at(s, "components", "schemas", "Order", "properties"), "description")
		}, []string{"response-optional-property-removed", "response-optional-property-removed"}},
		{"a property that is called title below one called properties", func(s object) {
			delete(property(s, "Order", "properties")["properties"].(object), "title")
		}, []string{"response-optional-property-removed", "response-optional-property-removed"}},
		{"a parameter put first, another one's description changed", func(s object) {
			parameter(s, 0)["description"] = "Which."
			list := operationOf(s, "/orders", "get")["parameters"].([]any)
			added := object{"name": "q", "in": "query", "description": "Words.", "schema": object{"type": "string"}}
			operationOf(s, "/orders", "get")["parameters"] = append([]any{added}, list...)
		}, []string{"new-optional-request-parameter", documentation}},
		{"descriptions of what is new", func(s object) {
			at(s, "paths")["/orders/new"] = object{"get": object{"operationId": "new", "summary": "New", "responses": object{"200": object{"description": "OK"}}}}
		}, []string{"endpoint-added"}},
	} {
		repo.spec("orders", test.edit)
		var got []string
		for _, c := range repo.report("", "orders").Changes {
			got = append(got, c.ID)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}
