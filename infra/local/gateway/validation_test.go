package gateway_test

import (
	"strings"
	"testing"
)

func TestParameters(t *testing.T) {
	auth := access(t, "ada")
	tests := map[string]struct {
		target  string
		headers []string
		missing string // empty passes
	}{
		"all":                 {target: "/accounts?dryRun=1", headers: []string{"X-Tenant: t", "Idempotency-Key: k"}},
		"header, path, query": {target: "/accounts", missing: "X-Tenant, Idempotency-Key, dryRun"},
		"a header": {
			target: "/accounts?dryRun=1", headers: []string{"X-Tenant: t"}, missing: "Idempotency-Key",
		},
		"header names in any case": {
			target: "/accounts?dryRun=1", headers: []string{"x-tenant: t", "idempotency-key: k"},
		},
		"query names in one case": {
			target: "/accounts?dryrun=1", headers: []string{"X-Tenant: t", "Idempotency-Key: k"},
			missing: "dryRun",
		},
		"a blank header": {
			target: "/accounts?dryRun=1", headers: []string{"X-Tenant:  ", "Idempotency-Key: k"},
			missing: "X-Tenant",
		},
		"a blank query": {
			target: "/accounts?dryRun=%20", headers: []string{"X-Tenant: t", "Idempotency-Key: k"},
			missing: "dryRun",
		},
		"an empty query": {
			target: "/accounts?dryRun", headers: []string{"X-Tenant: t", "Idempotency-Key: k"},
			missing: "dryRun",
		},
		"formats do not count": {
			target: "/accounts?dryRun=maybe", headers: []string{"X-Tenant: t", "Idempotency-Key: short"},
		},
		"before the body": {
			target:  "/accounts?dryRun=1",
			headers: []string{"X-Tenant: t", "Content-Type: application/merge-patch+json"},
			missing: "Idempotency-Key",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			body := `{"name":"A"}`
			if strings.Contains(strings.Join(test.headers, ""), "patch") {
				body = `invalid`
			}
			w := do(newGateway(t, nil, returning(`{}`)), request("POST", test.target, body, append(test.headers, auth)...))
			if test.missing == "" {
				if w.Code != 200 {
					t.Errorf("%d %s", w.Code, w.Body)
				}
				return
			}
			want := `{"message":"Missing required request parameters: [` + test.missing + `]"}`
			if w.Code != 400 || w.Body.String() != want {
				t.Errorf("%d %s, want %s", w.Code, w.Body, want)
			}
		})
	}
}

// withViolations customizes the response to an invalid body to contain the violations.
var withViolations = customized(object{"BAD_REQUEST_BODY": object{
	"responseTemplates": object{"text/plain": "$context.error.validationErrorString"},
}})

func TestBodies(t *testing.T) {
	tests := map[string]struct {
		body string
		want string // empty passes
	}{
		"minimal": {body: `{"name":"Ada"}`},
		"everything": {
			body: `{"name":"Ada","born":"someday","limit":10,"plan":"paid","tags":["a","b"],` +
				`"parent":{"name":"Bob"},"note":null}`,
		},
		"markup": {
			body: `{"name":"A<bbbbbbb"}`, want: `[string "A<bbbbbbb" is too long (length: 9, maximum allowed: 8)]`,
		},
		"white space":   {body: " {\"name\" : \"Ada\"}\r\n"},
		"any note":      {body: `{"name":"Ada","note":[1,{"a":null}]}`},
		"none":          {want: `[object has missing required properties (["name"])]`},
		"no JSON":       {body: `{`, want: `[Invalid JSON]`},
		"text after it": {body: `{"name":"Ada"} x`, want: `[Invalid JSON]`},
		"null": {
			body: `null`,
			want: "[instance type (null) does not match any allowed primitive type " +
				`(allowed: ["object"])]`,
		},
		"a list": {
			body: `[]`,
			want: `[instance type (array) does not match any allowed primitive type (allowed: ["object"])]`,
		},
		"a number": {
			body: `1`,
			want: `[instance type (integer) does not match any allowed primitive type (allowed: ["object"])]`,
		},
		"null for a string": {
			body: `{"name":null}`,
			want: `[instance type (null) does not match any allowed primitive type (allowed: ["string"])]`,
		},
		"a bool for a string": {
			body: `{"name":true}`,
			want: `[instance type (boolean) does not match any allowed primitive type (allowed: ["string"])]`,
		},
		"a fraction": {
			body: `{"name":"Ada","limit":1.5}`,
			want: `[instance type (number) does not match any allowed primitive type (allowed: ["integer"])]`,
		},
		"unknown properties": {
			body: `{"name":"Ada","z":1,"y":2}`,
			want: `[object instance has properties which are not allowed by the schema: ["y","z"]]`,
		},
		"too short": {
			body: `{"name":""}`,
			want: `[string "" is too short (length: 0, required minimum: 1), ` +
				`ECMA 262 regex "^[A-Z]" does not match input string ""]`,
		},
		"too long": {
			body: `{"name":"Ädalbertina"}`,
			want: `[string "Ädalbertina" is too long (length: 11, maximum allowed: 8), ` +
				`ECMA 262 regex "^[A-Z]" does not match input string "Ädalbertina"]`,
		},
		"pattern": {
			body: `{"name":"ada"}`, want: `[ECMA 262 regex "^[A-Z]" does not match input string "ada"]`,
		},
		"enum": {
			body: `{"name":"Ada","plan":"gold"}`,
			want: `[instance value ("gold") not found in enum (possible values: ["free","paid"])]`,
		},
		"minimum": {
			body: `{"name":"Ada","limit":-1}`,
			want: `[numeric instance is lower than the required minimum (minimum: 0, found: -1)]`,
		},
		"maximum": {
			body: `{"name":"Ada","limit":11}`,
			want: `[numeric instance is greater than the required maximum (maximum: 10, found: 11)]`,
		},
		"too few": {
			body: `{"name":"Ada","tags":[]}`,
			want: `[array is too short: must have at least 1 elements but instance has 0 elements]`,
		},
		"too many": {
			body: `{"name":"Ada","tags":["a","b","c"]}`,
			want: `[array is too long: must have at most 2 elements but instance has 3 elements]`,
		},
		"duplicates": {
			body: `{"name":"Ada","tags":["a","a"]}`, want: `[array must not contain duplicate elements]`,
		},
		"below": {
			body: `{"name":"Ada","parent":{"parent":{}}}`,
			want: `[object has missing required properties (["name"])]`,
		},
		"too deep": {body: strings.Repeat(`[`, 20_000), want: `[Invalid JSON]`},
	}
	g := newGateway(t, withViolations, returning(`{}`))
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := do(g, create(test.body)(t))
			if test.want == "" {
				if w.Code != 200 {
					t.Errorf("%d %s", w.Code, w.Body)
				}
				return
			}
			if w.Code != 400 || w.Body.String() != escaped(test.want) {
				t.Errorf("%d\n got %s\nwant %s", w.Code, w.Body, escaped(test.want))
			}
		})
	}
}

func TestModelByContentType(t *testing.T) {
	tests := map[string]struct {
		contentType, body string
		status            int
	}{
		"none is JSON":                     {"", `{}`, 400},
		"JSON":                             {"application/json", `{}`, 400},
		"JSON in capitals with parameters": {"Application/JSON ; charset=utf-8", `{}`, 400},
		"another model":                    {"application/merge-patch+json", `{"x":1}`, 200},
		"another model fails":              {"application/merge-patch+json", `{}`, 400},
		"no model is not validated":        {"application/xml", `<a/>`, 200},
		"nonsense is not validated":        {";;;", `{}`, 400}, // names no type, so JSON
	}
	g := newGateway(t, nil, returning(`{}`))
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := create(test.body)(t)
			if test.contentType != "" {
				r.Header.Set("Content-Type", test.contentType)
			}
			if w := do(g, r); w.Code != test.status {
				t.Errorf("%d %s, want %d", w.Code, w.Body, test.status)
			}
		})
	}
}

func TestValidatorChoice(t *testing.T) {
	put := func(edit func(object)) int {
		return do(newGateway(t, edit, returning(`{}`)), request("PUT", "/files/index", `{}`)).Code
	}
	if code := put(nil); code != 200 {
		t.Errorf("the operation's validator checks nothing, but: %d", code)
	}
	if code := put(func(doc object) {
		delete(at(doc, "paths", "/files/index", "put"), "x-amazon-apigateway-request-validator")
	}); code != 400 {
		t.Errorf("the document's validator checks bodies, but: %d", code)
	}
	if code := put(func(doc object) {
		delete(at(doc, "paths", "/files/index", "put"), "x-amazon-apigateway-request-validator")
		delete(doc, "x-amazon-apigateway-request-validator")
	}); code != 200 {
		t.Errorf("no validator checks nothing, but: %d", code)
	}
	only := func(body, parameters bool) func(object) {
		return func(doc object) {
			doc["x-amazon-apigateway-request-validators"] = object{
				"all":  object{"validateRequestBody": body, "validateRequestParameters": parameters},
				"none": object{"validateRequestBody": false, "validateRequestParameters": false},
			}
		}
	}
	for name, test := range map[string]struct {
		edit   func(object)
		target string
		body   string
		status int
	}{
		"body only, bad body": {edit: only(true, false), target: "/accounts", body: `{}`, status: 400},
		"body only, bad parameters": {
			edit: only(true, false), target: "/accounts", body: `{"name":"Ada"}`, status: 200,
		},
		"parameters only, bad body": {
			edit: only(false, true), target: "/accounts?dryRun=1", body: `{}`, status: 200,
		},
		"parameters only, bad parameters": {
			edit: only(false, true), target: "/accounts", body: `{}`, status: 400,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := request("POST", test.target, test.body, access(t, "ada"), "X-Tenant: t", "Idempotency-Key: k")
			if w := do(newGateway(t, test.edit, returning(`{}`)), r); w.Code != test.status {
				t.Errorf("%d %s, want %d", w.Code, w.Body, test.status)
			}
		})
	}
}

// TestDraft4 checks schemas with different meanings in OpenAPI 3.0 and draft 4.
func TestDraft4(t *testing.T) {
	typed := object{"type": "string"}
	model := object{"$ref": "#/components/schemas/NewAccount"}
	named := object{"type": "object", "required": []any{"name"}, "properties": object{"name": typed}}
	tests := []struct {
		name   string
		schema object
		pass   []string
		fail   []string
	}{
		{name: "empty", schema: object{}, pass: []string{`null`, `1`, `{}`}},
		{name: "string", schema: typed, pass: []string{`"a"`}, fail: []string{`null`, `1`}},
		{
			name: "untyped keywords bind their own type only", schema: object{"minLength": 2, "minimum": 5},
			pass: []string{`null`, `"ab"`, `5`, `[]`}, fail: []string{`"a"`, `4`},
		},
		{
			name: "enum with null", schema: object{"enum": []any{"a", nil}}, pass: []string{`"a"`, `null`},
			fail: []string{`"b"`},
		},
		{
			name: "enum without null", schema: object{"enum": []any{"a", 1}}, pass: []string{`"a"`, `1`},
			fail: []string{`null`, `2`},
		},
		{
			name: "typed enum with null", schema: object{"type": "string", "enum": []any{"a", nil}},
			pass: []string{`"a"`}, fail: []string{`null`},
		},
		{name: "not", schema: object{"not": typed}, pass: []string{`null`, `1`}, fail: []string{`"a"`}},
		{name: "not anything", schema: object{"not": object{}}, fail: []string{`null`, `1`, `"a"`}},
		{
			name:   "typed anyOf",
			schema: object{"type": "string", "anyOf": []any{object{"minLength": 2}, object{"maxLength": 0}}},
			pass:   []string{`"ab"`, `""`}, fail: []string{`"a"`, `null`, `1`},
		},
		{
			name: "untyped anyOf", schema: object{"anyOf": []any{typed, object{"type": "integer"}}},
			pass: []string{`"a"`, `1`}, fail: []string{`null`, `true`},
		},
		{
			name: "nullable by anyOf", schema: object{"anyOf": []any{typed, object{"enum": []any{nil}}}},
			pass: []string{`"a"`, `null`}, fail: []string{`1`},
		},
		{
			name: "oneOf", schema: object{"oneOf": []any{object{"minimum": 5}, object{"type": "integer"}}},
			pass: []string{`4`, `"a"`, `null`}, fail: []string{`6`, `4.5`},
		},
		{
			name: "a list of a model", schema: object{"type": "array", "items": model},
			pass: []string{`[]`, `[{"name":"Ada"}]`},
			fail: []string{`[{}]`, `[{"name":"Ada"},{}]`, `{"name":"Ada"}`},
		},
		{
			name: "null or an object", schema: object{"oneOf": []any{object{"enum": []any{nil}}, named}},
			pass: []string{`null`, `{"name":"Ada"}`}, fail: []string{`{}`, `{"name":1}`},
		},
		{
			name: "formats are annotations", schema: object{"type": "string", "format": "date-time"},
			pass: []string{`"whenever"`},
		},
		{
			name: "integer formats too", schema: object{"type": "integer", "format": "int32"},
			pass: []string{`3000000000`},
		},
		{
			name: "additional properties", schema: object{"additionalProperties": typed},
			pass: []string{`{"a":"b"}`, `1`}, fail: []string{`{"a":1}`, `{"a":null}`},
		},
		{
			name: "multipleOf", schema: object{"multipleOf": 0.1}, pass: []string{`0.3`, `null`},
			fail: []string{`0.35`},
		},
		{
			name: "properties", schema: object{"minProperties": 1, "maxProperties": 2},
			pass: []string{`{"a":1}`, `[]`}, fail: []string{`{}`, `{"a":1,"b":2,"c":3}`},
		},
	}
	for _, combinator := range []string{"allOf", "anyOf", "oneOf"} {
		test := tests[0]
		test.name, test.schema = combinator+" with one member", object{combinator: []any{typed}}
		test.pass, test.fail = []string{`"a"`}, []string{`null`, `1`}
		tests = append(tests, test)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := newGateway(t, func(doc object) {
				put := at(doc, "paths", "/files/index", "put")
				delete(put, "x-amazon-apigateway-request-validator")
				// Below a property, because the test does not concern empty bodies.
				schema := test.schema
				if schema["allOf"] != nil { // which only components may have
					at(doc, "components", "schemas")["Value"] = schema
					schema = object{"$ref": "#/components/schemas/Value"}
				}
				body := at(put, "requestBody", "content", "application/json")
				body["schema"] = object{"properties": object{"v": schema}}
			}, returning(`{}`))
			check := func(value string, status int) {
				w := do(g, request("PUT", "/files/index", `{"v":`+value+`}`))
				if w.Code != status {
					t.Errorf("%s: %d %s, want %d", value, w.Code, w.Body, status)
				}
			}
			for _, value := range test.pass {
				check(value, 200)
			}
			for _, value := range test.fail {
				check(value, 400)
			}
		})
	}
}

func TestAllOfModel(t *testing.T) {
	g := newGateway(t, func(doc object) {
		withViolations(doc)
		schemas := at(doc, "components", "schemas")
		schemas["NewAccount"] = object{"allOf": []any{
			object{"type": "object", "required": []any{"name"}},
			object{"type": "object", "properties": object{"age": object{"type": "integer"}}},
		}, "maxProperties": 2}
	}, returning(`{}`))
	for body, want := range map[string]string{
		`{"name":"A","age":1}`: "",
		`{"age":"x"}`: `[object has missing required properties (["name"]), ` +
			`instance type (string) does not match any allowed primitive type (allowed: ["integer"])]`,
		`null`: "[instance type (null) does not match any allowed primitive type " +
			`(allowed: ["object"])]`,
		`{"name":"A","b":1,"c":"d"}`: `[there must be at most 2 properties]`,
	} {
		w := do(g, create(body)(t))
		if want == "" && w.Code != 200 || want != "" && w.Body.String() != escaped(want) {
			t.Errorf("%s: %d %s, want %s", body, w.Code, w.Body, want)
		}
	}
}

// The schemas of a path's bodies follow draft 4 whatever the order of its operations,
// which is random.
func TestDraft4BesideOperationsWithoutBody(t *testing.T) {
	for range 8 {
		g := newGateway(t, func(doc object) {
			index := at(doc, "paths", "/files/index")
			put := at(index, "put")
			delete(put, "x-amazon-apigateway-request-validator")
			body := at(put, "requestBody", "content", "application/json")
			body["schema"] = object{"properties": object{"v": object{"minLength": 2}}}
			for _, method := range []string{"get", "delete", "post"} {
				index[method] = object{
					"responses": object{"200": object{"description": "OK"}}, integrationKey: put[integrationKey],
				}
			}
		}, returning(`{}`))
		if w := do(g, request("PUT", "/files/index", `{"v":null}`)); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
}

// escaped returns a text in the form for the inside of a JSON string.
func escaped(text string) string { return strings.ReplaceAll(text, `"`, `\"`) }
