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
		"all":                      {"/accounts?dryRun=1", []string{"X-Tenant: t", "Idempotency-Key: k"}, ""},
		"header, path, query":      {"/accounts", nil, "X-Tenant, Idempotency-Key, dryRun"},
		"a header":                 {"/accounts?dryRun=1", []string{"X-Tenant: t"}, "Idempotency-Key"},
		"header names in any case": {"/accounts?dryRun=1", []string{"x-tenant: t", "idempotency-key: k"}, ""},
		"query names in one case":  {"/accounts?dryrun=1", []string{"X-Tenant: t", "Idempotency-Key: k"}, "dryRun"},
		"a blank header":           {"/accounts?dryRun=1", []string{"X-Tenant:  ", "Idempotency-Key: k"}, "X-Tenant"},
		"a blank query":            {"/accounts?dryRun=%20", []string{"X-Tenant: t", "Idempotency-Key: k"}, "dryRun"},
		"an empty query":           {"/accounts?dryRun", []string{"X-Tenant: t", "Idempotency-Key: k"}, "dryRun"},
		"formats do not count":     {"/accounts?dryRun=maybe", []string{"X-Tenant: t", "Idempotency-Key: short"}, ""},
		"before the body":          {"/accounts?dryRun=1", []string{"X-Tenant: t", "Content-Type: application/merge-patch+json"}, "Idempotency-Key"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			body := `{"name":"A"}`
			if strings.Contains(strings.Join(test.headers, ""), "patch") {
				body = `invalid`
			}
			w := do(newGateway(t, nil, says(`{}`)), request("POST", test.target, body, append(test.headers, auth)...))
			if test.missing == "" {
				if w.Code != 200 {
					t.Errorf("%d %s", w.Code, w.Body)
				}
				return
			}
			if want := `{"message":"Missing required request parameters: [` + test.missing + `]"}`; w.Code != 400 || w.Body.String() != want {
				t.Errorf("%d %s, want %s", w.Code, w.Body, want)
			}
		})
	}
}

// withViolations makes the gateway tell what is wrong with a body.
var withViolations = customised(object{"BAD_REQUEST_BODY": object{
	"responseTemplates": object{"text/plain": "$context.error.validationErrorString"},
}})

func TestBodies(t *testing.T) {
	tests := map[string]struct {
		body string
		want string // empty passes
	}{
		"minimal":             {`{"name":"Ada"}`, ""},
		"everything":          {`{"name":"Ada","born":"someday","limit":10,"plan":"paid","tags":["a","b"],"parent":{"name":"Bob"},"note":null}`, ""},
		"white space":         {" {\"name\" : \"Ada\"}\r\n", ""},
		"any note":            {`{"name":"Ada","note":[1,{"a":null}]}`, ""},
		"none":                {``, `[object has missing required properties (["name"])]`},
		"no JSON":             {`{`, `[Invalid JSON]`},
		"text after it":       {`{"name":"Ada"} x`, `[Invalid JSON]`},
		"null":                {`null`, `[instance type (null) does not match any allowed primitive type (allowed: ["object"])]`},
		"a list":              {`[]`, `[instance type (array) does not match any allowed primitive type (allowed: ["object"])]`},
		"a number":            {`1`, `[instance type (integer) does not match any allowed primitive type (allowed: ["object"])]`},
		"null for a string":   {`{"name":null}`, `[instance type (null) does not match any allowed primitive type (allowed: ["string"])]`},
		"a bool for a string": {`{"name":true}`, `[instance type (boolean) does not match any allowed primitive type (allowed: ["string"])]`},
		"a fraction":          {`{"name":"Ada","limit":1.5}`, `[instance type (number) does not match any allowed primitive type (allowed: ["integer"])]`},
		"unknown properties":  {`{"name":"Ada","z":1,"y":2}`, `[object instance has properties which are not allowed by the schema: ["y","z"]]`},
		"too short":           {`{"name":""}`, `[string "" is too short (length: 0, required minimum: 1), ECMA 262 regex "^[A-Z]" does not match input string ""]`},
		"too long":            {`{"name":"Ädalbertina"}`, `[string "Ädalbertina" is too long (length: 11, maximum allowed: 8), ECMA 262 regex "^[A-Z]" does not match input string "Ädalbertina"]`},
		"pattern":             {`{"name":"ada"}`, `[ECMA 262 regex "^[A-Z]" does not match input string "ada"]`},
		"enum":                {`{"name":"Ada","plan":"gold"}`, `[instance value ("gold") not found in enum (possible values: ["free","paid"])]`},
		"minimum":             {`{"name":"Ada","limit":-1}`, `[numeric instance is lower than the required minimum (minimum: 0, found: -1)]`},
		"maximum":             {`{"name":"Ada","limit":11}`, `[numeric instance is greater than the required maximum (maximum: 10, found: 11)]`},
		"too few":             {`{"name":"Ada","tags":[]}`, `[array is too short: must have at least 1 elements but instance has 0 elements]`},
		"too many":            {`{"name":"Ada","tags":["a","b","c"]}`, `[array is too long: must have at most 2 elements but instance has 3 elements]`},
		"duplicates":          {`{"name":"Ada","tags":["a","a"]}`, `[array must not contain duplicate elements]`},
		"below":               {`{"name":"Ada","parent":{"parent":{}}}`, `[object has missing required properties (["name"])]`},
		"too deep":            {strings.Repeat(`[`, 20_000), `[Invalid JSON]`},
	}
	g := newGateway(t, withViolations, says(`{}`))
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
	g := newGateway(t, nil, says(`{}`))
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
		return do(newGateway(t, edit, says(`{}`)), request("PUT", "/files/index", `{}`)).Code
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
		"body only, bad body":             {only(true, false), "/accounts", `{}`, 400},
		"body only, bad parameters":       {only(true, false), "/accounts", `{"name":"Ada"}`, 200},
		"parameters only, bad body":       {only(false, true), "/accounts?dryRun=1", `{}`, 200},
		"parameters only, bad parameters": {only(false, true), "/accounts", `{}`, 400},
	} {
		t.Run(name, func(t *testing.T) {
			r := request("POST", test.target, test.body, access(t, "ada"), "X-Tenant: t", "Idempotency-Key: k")
			if w := do(newGateway(t, test.edit, says(`{}`)), r); w.Code != test.status {
				t.Errorf("%d %s, want %d", w.Code, w.Body, test.status)
			}
		})
	}
}

// TestDraft4 has the schemas whose meaning differs between OpenAPI 3.0 and draft 4.
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
		{"empty", object{}, []string{`null`, `1`, `{}`}, nil},
		{"string", typed, []string{`"a"`}, []string{`null`, `1`}},
		{"untyped keywords bind their own type only", object{"minLength": 2, "minimum": 5}, []string{`null`, `"ab"`, `5`, `[]`}, []string{`"a"`, `4`}},
		{"enum with null", object{"enum": []any{"a", nil}}, []string{`"a"`, `null`}, []string{`"b"`}},
		{"enum without null", object{"enum": []any{"a", 1}}, []string{`"a"`, `1`}, []string{`null`, `2`}},
		{"typed enum with null", object{"type": "string", "enum": []any{"a", nil}}, []string{`"a"`}, []string{`null`}},
		{"not", object{"not": typed}, []string{`null`, `1`}, []string{`"a"`}},
		{"not anything", object{"not": object{}}, nil, []string{`null`, `1`, `"a"`}},
		{"typed anyOf", object{"type": "string", "anyOf": []any{object{"minLength": 2}, object{"maxLength": 0}}}, []string{`"ab"`, `""`}, []string{`"a"`, `null`, `1`}},
		{"untyped anyOf", object{"anyOf": []any{typed, object{"type": "integer"}}}, []string{`"a"`, `1`}, []string{`null`, `true`}},
		{"nullable by anyOf", object{"anyOf": []any{typed, object{"enum": []any{nil}}}}, []string{`"a"`, `null`}, []string{`1`}},
		{"oneOf", object{"oneOf": []any{object{"minimum": 5}, object{"type": "integer"}}}, []string{`4`, `"a"`, `null`}, []string{`6`, `4.5`}},
		{"a list of a model", object{"type": "array", "items": model}, []string{`[]`, `[{"name":"Ada"}]`}, []string{`[{}]`, `[{"name":"Ada"},{}]`, `{"name":"Ada"}`}},
		{"null or an object", object{"oneOf": []any{object{"enum": []any{nil}}, named}}, []string{`null`, `{"name":"Ada"}`}, []string{`{}`, `{"name":1}`}},
		{"formats are annotations", object{"type": "string", "format": "date-time"}, []string{`"whenever"`}, nil},
		{"integer formats too", object{"type": "integer", "format": "int32"}, []string{`3000000000`}, nil},
		{"additional properties", object{"additionalProperties": typed}, []string{`{"a":"b"}`, `1`}, []string{`{"a":1}`, `{"a":null}`}},
		{"multipleOf", object{"multipleOf": 0.1}, []string{`0.3`, `null`}, []string{`0.35`}},
		{"properties", object{"minProperties": 1, "maxProperties": 2}, []string{`{"a":1}`, `[]`}, []string{`{}`, `{"a":1,"b":2,"c":3}`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := newGateway(t, func(doc object) {
				put := at(doc, "paths", "/files/index", "put")
				delete(put, "x-amazon-apigateway-request-validator")
				// Below a property, so that an empty body is no case here.
				at(put, "requestBody", "content", "application/json")["schema"] = object{"properties": object{"v": test.schema}}
			}, says(`{}`))
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
	}, says(`{}`))
	for body, want := range map[string]string{
		`{"name":"A","age":1}`:       "",
		`{"age":"x"}`:                `[object has missing required properties (["name"]), instance type (string) does not match any allowed primitive type (allowed: ["integer"])]`,
		`null`:                       `[instance type (null) does not match any allowed primitive type (allowed: ["object"])]`,
		`{"name":"A","b":1,"c":"d"}`: `[there must be at most 2 properties]`,
	} {
		w := do(g, create(body)(t))
		if want == "" && w.Code != 200 || want != "" && w.Body.String() != escaped(want) {
			t.Errorf("%s: %d %s, want %s", body, w.Code, w.Body, want)
		}
	}
}

// escaped is a text as it stands inside a JSON string.
func escaped(text string) string { return strings.ReplaceAll(text, `"`, `\"`) }
