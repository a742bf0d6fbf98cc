package deployable

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/internal/specimen"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/merge"
	"github.com/meridian-api/meridian/platform/system"
)

func parse(t testing.TB, text string) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return doc
}

// functions returns one service with a function for each operation of a document.
func functions(doc *openapi3.T) []*manifest.Service {
	s := &manifest.Service{Name: "things", Functions: map[string]manifest.Function{}}
	for _, path := range doc.Paths.Keys() {
		for method, o := range doc.Paths.Value(path).Operations() {
			s.Functions["f-"+o.OperationID] = manifest.Function{
				OperationID: o.OperationID, Method: method, Path: path, TimeoutSeconds: 3,
			}
		}
	}
	return []*manifest.Service{s}
}

// emit returns the deployable document as decoded JSON, and the complete result.
func emit(t testing.TB, doc *openapi3.T) (object, *Result) {
	t.Helper()
	r, err := From(doc, functions(doc), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out object
	if err := json.Unmarshal(r.Document, &out); err != nil {
		t.Fatal(err)
	}
	return out, r
}

// at returns the value at a path of member names and indexes.
func at(t testing.TB, v any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, ok := v.(object)
			if !ok || m[step] == nil {
				t.Fatalf("the document has no %v of %v", step, path)
			}
			v = m[step]
		case int:
			v = v.([]any)[step]
		}
	}
	return v
}

// checkJSON compares decoded JSON with the text of the wanted value.
func checkJSON(t testing.TB, got any, want string) {
	t.Helper()
	var w any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("%v: %s", err, want)
	}
	if diff := cmp.Diff(w, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

const head = "openapi: 3.0.3\ninfo: {title: Things, version: '1', description: x}\n"

const things = head + `
servers: [{url: x}]
tags: [{name: Things}]
paths:
  /things/{thingId}:
    parameters:
    - {name: thingId, in: path, required: true, schema: {type: string, format: uuid}, description: The thing.}
    put:
      operationId: putThing
      summary: x
      security: [{cognito: []}]
      x-scopes: [things/write, things/admin]
      parameters:
      - {name: If-Match, in: header, schema: {type: string}}
      - {name: Prefer, in: header, schema: {type: string}, example: x}
      - {name: tag, in: query, schema: {type: array, items: {type: integer}}}
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}
      responses:
        "200":
          description: The thing.
          content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
          headers: {ETag: {schema: {type: string}}}
        "404": {$ref: "#/components/responses/Missing"}
        4XX: {description: x}
        default: {description: x}
    get:
      operationId: getThing
      security: [{cognito: []}]
      responses:
        "200": {description: OK, content: {application/json: {schema: {type: array, items: {type: string}}}}}
  /things/health:
    get: {operationId: checkThings, security: [], responses: {"204": {description: x}}}
components:
  responses:
    Missing: {description: x, content: {application/problem+json: {schema: {$ref: "#/components/schemas/Problem"}}}}
  schemas:
    Thing: {type: object, properties: {name: {type: string}}}
    Problem: {type: object}
    Unused: {type: object}
  securitySchemes: {cognito: {type: http, scheme: bearer}}
`

func TestDocument(t *testing.T) {
	doc, result := emit(t, parse(t, things))
	checkJSON(t, at(t, doc, "info"), `{"title": "PLACEHOLDER_API_NAME", "description": "Things", "version": "1"}`)
	checkJSON(t, at(t, doc, "components", "schemas"), `{
		"Thing": {"type": "object", "properties": {"name": {"type": "string"}}},
		"Problem": {"type": "object"}}`)
	checkJSON(t, at(t, doc, "components", "securitySchemes"), `{"cognito": {
		"type": "apiKey", "name": "Authorization", "in": "header",
		"x-amazon-apigateway-authtype": "cognito_user_pools",
		"x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": "PLACEHOLDER_USER_POOL_ARNS"}}}`)
	checkJSON(t, at(t, doc, "x-amazon-apigateway-request-validators"),
		`{"all": {"validateRequestBody": true, "validateRequestParameters": true}}`)
	checkJSON(t, at(t, doc, "x-amazon-apigateway-request-validator"), `"all"`)
	checkJSON(t, at(t, doc, "paths", "/things/{thingId}", "put"), `{
		"operationId": "putThing",
		"security": [{"cognito": ["things/write", "things/admin"]}],
		"parameters": [
			{"name": "If-Match", "in": "header", "schema": {"type": "string"}},
			{"name": "Prefer", "in": "header", "schema": {"type": "string"}},
			{"name": "tag", "in": "query", "schema": {"type": "array", "items": {"type": "integer"}}},
			{"name": "thingId", "in": "path", "required": true, "schema": {"type": "string"}, "description": "The thing."}],
		"requestBody": {"required": true, "content": {
			"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
		"responses": {
			"200": {"description": "OK", "content": {
				"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
			"404": {"description": "Not Found", "content": {
				"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}},
		"x-amazon-apigateway-integration": {
			"type": "aws_proxy", "httpMethod": "POST", "passthroughBehavior": "when_no_match", "timeoutInMillis": 13000,
			"uri": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/`+
		`arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:`+
		`${stageVariables.environment}-things-f-putThing:live/invocations"}}`)
	// Without scopes an ID token is needed; a public operation needs no token.
	checkJSON(t, at(t, doc, "paths", "/things/{thingId}", "get", "security"), `[{"cognito": []}]`)
	checkJSON(t, at(t, doc, "paths", "/things/{thingId}", "get", "responses"), `{"200": {"description": "OK"}}`)
	// The function of a GET serves HEAD, too, which has no operationId.
	get := maps.Clone(at(t, doc, "paths", "/things/{thingId}", "get").(object))
	delete(get, "operationId")
	if diff := cmp.Diff(any(get), at(t, doc, "paths", "/things/{thingId}", "head")); diff != "" {
		t.Errorf("HEAD differs from GET (-GET +HEAD):\n%s", diff)
	}
	checkJSON(t, at(t, doc, "paths", "/things/health", "get", "security"), `[]`)
	for _, want := range []Stripped{
		{Keyword: "tags", Why: documentation},
		{Pointer: "/info", Keyword: "description", Why: documentation},
		{
			Pointer: "/paths/~1things~1{thingId}/put/responses", Keyword: "default",
			Why: "API Gateway imports responses of one status only",
		},
		{
			Pointer: "/paths/~1things~1{thingId}/get/responses/200/content/application~1json", Keyword: "schema",
			Why: "API Gateway is known to accept a response's schema only as a reference to an object or array",
		},
	} {
		if !slices.Contains(result.Stripped, want) {
			t.Errorf("not listed as stripped: %+v", want)
		}
	}
}

func TestPreflight(t *testing.T) {
	doc, _ := emit(t, parse(t, things))
	checkJSON(t, at(t, doc, "paths", "/things/{thingId}", "options"), `{
		"security": [],
		"parameters": [{"name": "thingId", "in": "path", "required": true, "schema": {"type": "string"}}],
		"responses": {"204": {"description": "No Content", "headers": {
			"Access-Control-Allow-Origin": {"schema": {"type": "string"}},
			"Access-Control-Allow-Methods": {"schema": {"type": "string"}},
			"Access-Control-Allow-Headers": {"schema": {"type": "string"}},
			"Access-Control-Max-Age": {"schema": {"type": "string"}}}}},
		"x-amazon-apigateway-integration": {
			"type": "mock", "passthroughBehavior": "never", "requestTemplates": {"application/json": "{\"statusCode\":204}"},
			"responses": {"default": {"statusCode": "204", "responseParameters": {
				"method.response.header.Access-Control-Allow-Origin": "'*'",
				"method.response.header.Access-Control-Allow-Methods": "'GET,PUT,OPTIONS'",
				"method.response.header.Access-Control-Allow-Headers":
					"'Authorization,Content-Type,Idempotency-Key,If-Match,If-None-Match,Prefer'",
				"method.response.header.Access-Control-Max-Age": "'7200'"}}}}}`)
	own := parse(t, head+"paths: {/a: {options: {operationId: a, security: [], responses: {'200': {description: x}}}}}")
	doc, _ = emit(t, own)
	checkJSON(t, at(t, doc, "paths", "/a", "options", "x-amazon-apigateway-integration", "type"), `"aws_proxy"`)
}

func TestPreflightAllowsThePathsOwnHeaders(t *testing.T) {
	doc, _ := emit(t, parse(t, head+`
paths:
  /a:
    parameters: [{name: x-mode, in: header, schema: {type: string}}]
    get: {operationId: a, security: [], responses: {"200": {description: x}}}`))
	integration := at(t, doc, "paths", "/a", "options", "x-amazon-apigateway-integration")
	headers := at(t, integration, "responses", "default", "responseParameters")
	checkJSON(t, at(t, headers, "method.response.header.Access-Control-Allow-Headers"),
		`"'Authorization,Content-Type,Idempotency-Key,If-Match,If-None-Match,X-Mode'"`)
}

func TestParametersOfThePathMayBeReplaced(t *testing.T) {
	doc, _ := emit(t, parse(t, head+`
paths:
  /a:
    parameters: [{name: q, in: query, schema: {type: string}}, {name: r, in: query, schema: {type: string}}]
    get:
      operationId: a
      security: []
      responses: {"200": {description: x}}
      parameters: [{name: q, in: query, required: true, schema: {type: integer}}]`))
	checkJSON(t, at(t, doc, "paths", "/a", "get", "parameters"), `[
		{"name": "q", "in": "query", "required": true, "schema": {"type": "integer"}},
		{"name": "r", "in": "query", "schema": {"type": "string"}}]`)
}

func TestArrayParametersHaveItems(t *testing.T) {
	doc, _ := emit(t, parse(t, head+`
paths:
  /a:
    get:
      operationId: a
      security: []
      responses: {"200": {description: x}}
      parameters:
      - {name: p, in: query, schema: {type: array}}
      - {name: q, in: query, schema: {type: array, items: {}}}
      - {name: r, in: query, schema: {type: array, items: {type: boolean}}}`))
	checkJSON(t, at(t, doc, "paths", "/a", "get", "parameters"), `[
		{"name": "p", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
		{"name": "q", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
		{"name": "r", "in": "query", "schema": {"type": "array", "items": {"type": "boolean"}}}]`)
}

func TestResponseSchemas(t *testing.T) {
	doc, _ := emit(t, parse(t, head+`
paths:
  /a:
    get:
      operationId: a
      security: []
      responses:
        "200": {description: x, content: {application/json: {schema: {$ref: "#/components/schemas/List"}}}}
        "201":
          description: x
          content: {application/json: {schema: {allOf: [{$ref: "#/components/schemas/Thing"}], description: x}}}
        "202": {description: x, content: {application/json: {schema: {$ref: "#/components/schemas/Maybe"}}}}
        "203": {description: x, content: {application/json: {schema: {$ref: "#/components/schemas/Both"}}}}
        "206": {description: x, content: {application/json: {schema: {$ref: "#/components/schemas/Name"}}}}
components:
  schemas:
    List: {type: array, items: {type: string}}
    Name: {type: string}
    Thing: {type: object}
    Maybe: {type: object, nullable: true}
    Both: {allOf: [{$ref: "#/components/schemas/Thing"}, {properties: {a: {type: string}}}]}
`))
	checkJSON(t, at(t, doc, "paths", "/a", "get", "responses"), `{
		"200": {"description": "OK", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/List"}}}},
		"201": {"description": "Created",
			"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
		"202": {"description": "Accepted"},
		"203": {"description": "Non-Authoritative Information", "content": {
			"application/json": {"schema": {"$ref": "#/components/schemas/Both"}}}},
		"206": {"description": "Partial Content"}}`)
}

func TestIntegrationTimeout(t *testing.T) {
	for seconds, want := range map[int]float64{1: 11_000, 3: 13_000, 19: 29_000, 29: 29_000} {
		doc := parse(t, things)
		services := functions(doc)
		f := services[0].Functions["f-getThing"]
		f.TimeoutSeconds = seconds
		services[0].Functions["f-getThing"] = f
		r, err := From(doc, services, Options{Alias: "blue", EnvironmentVariable: "stage"})
		if err != nil {
			t.Fatal(err)
		}
		var out object
		if err := json.Unmarshal(r.Document, &out); err != nil {
			t.Fatal(err)
		}
		i := at(t, out, "paths", "/things/{thingId}", "get", "x-amazon-apigateway-integration").(object)
		if i["timeoutInMillis"] != want {
			t.Errorf("function of %d s: integration of %v ms, want %v", seconds, i["timeoutInMillis"], want)
		}
		const suffix = ":function:${stageVariables.stage}-things-f-getThing:blue/invocations"
		if uri := i["uri"].(string); !strings.HasSuffix(uri, suffix) {
			t.Errorf("uri %s, want %s at its end", uri, suffix)
		}
	}
}

func TestFromRefuses(t *testing.T) {
	const generate = ": run 'go tool mage generate'"
	serves := func(method, path string) func(*manifest.Service) {
		return func(s *manifest.Service) {
			s.Functions["f-a"] = manifest.Function{OperationID: "a", Method: method, Path: path}
		}
	}
	withExtraFunction := func(s *manifest.Service) { s.Functions["x"] = manifest.Function{OperationID: "x"} }
	tests := map[string]struct {
		operation string // members of GET /a; by default security: []
		change    func(*manifest.Service)
		want      []string
	}{
		"an operation without a function": {
			change: func(s *manifest.Service) { clear(s.Functions) },
			want:   []string{"GET /a (a): no manifest has a function for it" + generate},
		},
		"a function without an operation": {
			change: withExtraFunction,
			want:   []string{"function x of things: the specification has no operation x" + generate},
		},
		"another route": {
			change: serves("PUT", "/b"),
			want:   []string{"GET /a (a): the function f-a of things serves PUT /b" + generate},
		},
		"another method": {
			change: serves("PUT", "/a"),
			want:   []string{"GET /a (a): the function f-a of things serves PUT /a"},
		},
		"another path": {
			change: serves("GET", "/b"),
			want:   []string{"GET /a (a): the function f-a of things serves GET /b"},
		},
		"no security": {
			operation: "deprecated: true",
			want:      []string{"GET /a: the operation has no security: write it, or [] if anyone may call"},
		},
		"several schemes": {
			operation: "security: [{c: []}, {d: []}]",
			want: []string{"GET /a: the operation has several security requirements, " +
				"and API Gateway supports one authorizer"},
		},
		"scopes that are not strings": {
			operation: "security: [{c: []}], x-scopes: [1]",
			want:      []string{"GET /a: x-scopes: the list contains a float64, not only strings"},
		},
		"a cookie": {
			operation: "security: [], parameters: [{name: a, in: cookie, schema: {type: string}}]",
			want:      []string{`"a" is in cookie: API Gateway reads parameters in path, query and header only`},
		},
		"a name in two locations": {
			operation: "security: [], parameters: [{name: a, in: query, schema: {type: string}}, " +
				"{name: a, in: header, schema: {type: string}}]",
			want: []string{`"a" is a query parameter and a header parameter`},
		},
		"a name in another location than in the path": {
			operation: "security: [], parameters: [{name: inherited, in: query, schema: {type: string}}]",
			want:      []string{`"inherited" is a query parameter and a header parameter`},
		},
		"model names that collide": {
			operation: "security: [], requestBody: {required: true, " +
				"content: {application/json: {schema: {$ref: '#/components/schemas/A-B'}}}}",
			want: []string{`/components/schemas/A-B: API Gateway accepts letters and digits in a model's name, ` +
				`and "AB" is taken: rename the component`},
		},
		"all at once, sorted": {
			operation: "summary: x", change: withExtraFunction,
			want: []string{"GET /a: the operation has no security", "function x of things"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			operation := test.operation
			if operation == "" {
				operation = "security: []"
			}
			doc := parse(t, head+"paths: {/a: {parameters: [{name: inherited, in: header, schema: {type: string}}], "+
				"get: {operationId: a, responses: {'200': {description: x}}, "+
				operation+"}}}\ncomponents: {securitySchemes: {c: {type: http, scheme: bearer}}, "+
				"schemas: {A-B: {type: object}, AB: {type: object}}}")
			services := functions(doc)
			if test.change != nil {
				test.change(services[0])
			}
			_, err := From(doc, services, Options{})
			var e *Error
			if !errors.As(err, &e) || len(e.Problems) != len(test.want) {
				t.Fatalf("error %v, want %q", err, test.want)
			}
			for i, want := range test.want {
				if !strings.Contains(e.Problems[i], want) {
					t.Errorf("problem %q, want %q", e.Problems[i], want)
				}
			}
		})
	}
}

// A specification may have references to schemas that are not components, after
// edits in memory. All of them are problems.
func TestFromReportsAllMissingSchemas(t *testing.T) {
	const properties = `{a: {$ref: "#/components/schemas/A"}, b: {$ref: "#/components/schemas/B"}}`
	doc := parse(t, body("{type: object, properties: "+properties+"}", "    A: {type: object}\n    B: {type: object}\n"))
	delete(doc.Components.Schemas, "A")
	delete(doc.Components.Schemas, "B")
	_, err := From(doc, functions(doc), Options{})
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want an *Error", err)
	}
	want := []string{
		"/components/schemas/A: the specification has no such schema",
		"/components/schemas/B: the specification has no such schema",
	}
	if diff := cmp.Diff(want, e.Problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestPathsWithoutOperationsAreSkipped(t *testing.T) {
	doc := parse(t, things)
	services := functions(doc)
	doc.Paths.Set("/a", nil)
	result, err := From(doc, services, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out object
	if err := json.Unmarshal(result.Document, &out); err != nil {
		t.Fatal(err)
	}
	at(t, out, "paths", "/things/health", "get")
	if paths := at(t, out, "paths").(object); paths["/a"] != nil {
		t.Errorf("path /a is %v, want no such path", paths["/a"])
	}
}

// An import resets the settings that the document does not have.
func TestDocumentHasTheSettingsOfTheAPI(t *testing.T) {
	for name, test := range map[string]struct {
		opts Options
		want string
	}{
		"default": {want: "1400"},
		"chosen":  {opts: Options{CompressFromBytes: 860}, want: "860"},
	} {
		t.Run(name, func(t *testing.T) {
			doc := parse(t, things)
			r, err := From(doc, functions(doc), test.opts)
			if err != nil {
				t.Fatal(err)
			}
			var out object
			if err := json.Unmarshal(r.Document, &out); err != nil {
				t.Fatal(err)
			}
			checkJSON(t, at(t, out, "x-amazon-apigateway-minimum-compression-size"), test.want)
			checkJSON(t, at(t, out, "servers"),
				`[{"url": "/", "x-amazon-apigateway-endpoint-configuration": {"disableExecuteApiEndpoint": true}}]`)
		})
	}
}

func TestFill(t *testing.T) {
	_, r := emit(t, parse(t, things))
	for _, arns := range [][]string{{"arn:a", "arn:b\"<"}, nil} {
		var out object
		if err := json.Unmarshal(Fill(r.Document, Values{Name: "prod", PoolARNs: arns}), &out); err != nil {
			t.Fatal(err)
		}
		authorizer := at(t, out, "components", "securitySchemes", "cognito", "x-amazon-apigateway-authorizer")
		got := at(t, authorizer, "providerARNs").([]any)
		if len(got) != len(arns) || len(arns) > 1 && got[1] != arns[1] {
			t.Errorf("filled with %q: %v", arns, got)
		}
		checkJSON(t, at(t, out, "info", "title"), `"prod"`)
	}
	for _, placeholder := range []string{PoolARNsPlaceholder, NamePlaceholder} {
		if n := strings.Count(string(r.Document), `"`+placeholder+`"`); n != 1 {
			t.Errorf("the document contains %s %d times, want once", placeholder, n)
		}
	}
}

// The document must be the same from run to run, and valid OpenAPI.
func TestFromIsDeterministicAndValid(t *testing.T) {
	var sources []merge.Source
	var services []*manifest.Service
	for _, c := range specimen.Contexts(5, 40) {
		sources = append(sources, merge.Source{Name: c.Name, Context: c.Name, Doc: parse(t, string(c.Spec))})
		services = append(services, c.Service)
	}
	var want *Result
	for i := range 4 {
		slices.Reverse(sources)
		slices.Reverse(services)
		doc, err := merge.Merge(merge.About{System: system.Current()}, sources)
		if err != nil {
			t.Fatal(err)
		}
		got, err := From(doc, services, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			want = got
			if err := parse(t, string(got.Document)).Validate(context.Background()); err != nil {
				t.Errorf("the document is not valid OpenAPI: %v", err)
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatal("another run returns another document")
		}
	}
}

// fixture returns the specification of package generate's tests, which has every
// kind of schema that a contract can have.
func fixture(t testing.TB) (*openapi3.T, []*manifest.Service) {
	t.Helper()
	dir := filepath.Join("..", "generate", "fixture")
	data, err := os.ReadFile(filepath.Join(dir, "openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	service, err := manifest.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(data)), []*manifest.Service{service}
}
