package breach_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/local/breach"
	"github.com/meridian-api/meridian/infra/local/gateway"
)

const specification = `{
  "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
  "paths": {"/things/{id}": {"get": {"operationId": "getThing", "responses": {
    "200": {
      "description": "A thing.",
      "headers": {
        "ETag": {"required": true, "schema": {"type": "string", "pattern": "^\".*\"$"}},
        "X-Total": {"schema": {"type": "integer", "maximum": 9}},
        "x-amzn-RequestId": {"required": true, "schema": {"type": "string"}}
      },
      "content": {"application/json": {"schema": {"allOf": [{"$ref": "#/components/schemas/Thing"}]}}}
    },
    "204": {"description": "Nothing."}
  }}}},
  "components": {"schemas": {"Thing": {"type": "object", "required": ["id", "tags"], "properties": {
    "id": {"type": "string", "format": "uuid"},
    "tags": {"type": "array", "items": {"type": "string", "enum": ["a", "b/c"]}},
    "at": {"type": "string", "format": "date-time"},
    "more": {"type": "object", "additionalProperties": {"type": "integer", "nullable": true}}
  }}}}
}`

// function returns the same output for every invocation.
type function struct {
	output string
	err    error
}

func (f function) Invoke(context.Context, string, []byte, string) ([]byte, error) {
	return []byte(f.output), f.err
}

// output returns a proxy response with an ETag and a JSON body.
func output(t *testing.T, status int, body string) string {
	t.Helper()
	data, err := json.Marshal(map[string]any{
		"statusCode": status, "body": body, "headers": map[string]string{"etag": `"1"`, "Content-Type": "application/json"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// get is the request for which the function is invoked.
var get = gateway.Request{Method: "GET", Resource: "/things/{id}", ID: "r-1"}

const (
	id    = `"id":"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"`
	thing = `{` + id + `,"tags":["a"]}`
)

// invoke returns the output that the gateway receives, and the breaches.
func invoke(t *testing.T, next function, request gateway.Request, strict bool) (string, []string) {
	t.Helper()
	var found []string
	f := breach.New(next, breach.NewSpecification([]byte(specification)), strict, func(b breach.Breach) {
		if b.RequestID != "r-1" {
			t.Errorf("the breach has the request %q", b.RequestID)
		}
		found = append(found, strings.TrimSpace(b.Operation+" "+b.Pointer+": "+b.Message))
	})
	out, err := f.Invoke(gateway.WithRequest(t.Context(), request), "f", nil, "")
	if !errors.Is(err, next.err) {
		t.Fatalf("got the error %v, want %v", err, next.err)
	}
	return string(out), found
}

func TestBreaches(t *testing.T) {
	for _, test := range []struct {
		name    string
		request gateway.Request // get if it is empty
		output  string
		want    []string
	}{
		{name: "as declared", output: output(t, 200, thing)},
		{
			name:   "every format and type",
			output: output(t, 200, `{`+id+`,"tags":[],"at":"2026-03-04T19:15:17Z","more":{"x":null,"y":1}}`),
		},
		{
			name: "head", request: gateway.Request{Method: "HEAD", Resource: get.Resource, ID: get.ID},
			output: output(t, 200, ""),
		},
		{name: "no content", output: `{"statusCode":204,"headers":{}}`},
		{
			name: "status", output: output(t, 201, thing),
			want: []string{"getThing : the operation does not declare the status"},
		},
		{
			name: "null for an array", output: output(t, 200, `{`+id+`,"tags":null}`),
			want: []string{"getThing /tags: Value is not nullable"},
		},
		{
			name: "pointer", output: output(t, 200, `{`+id+`,"tags":["a","c"],"more":{"a/b":"x"}}`),
			want: []string{
				`getThing /more/a~1b: value must be an integer`,
				`getThing /tags/1: value is not one of the allowed values ["a","b/c"]`,
			},
		},
		{
			name: "missing", output: output(t, 200, `{"tags":[]}`),
			want: []string{`getThing /id: property "id" is missing`},
		},
		{
			name: "formats", output: output(t, 200, `{"id":"1","tags":[],"at":"2026-03-04T1:15:17Z"}`),
			want: []string{
				`getThing /at: string doesn't match the format "date-time": is not a valid date-time`,
				`getThing /id: string doesn't match the format "uuid": is not a valid uuid`,
			},
		},
		{
			name: "headers",
			output: `{"statusCode":200,"body":"{}","multiValueHeaders":{` +
				`"ETAG":["1"],"x-total":["10"],"content-type":["text/plain"]}}`,
			want: []string{
				`getThing ETag: string doesn't match the regular expression "^".*"$"`,
				"getThing X-Total: number must be at most 9",
				`getThing Content-Type: "text/plain" is not one of application/json`,
			},
		},
		{
			name: "missing header and body", output: `{"statusCode":200}`,
			want: []string{"getThing ETag: the header is required", "getThing : the response has no body"},
		},
		{
			name: "body that is not declared", output: output(t, 204, "{}"),
			want: []string{"getThing : the response has a body, and the operation declares none for the status"},
		},
		{
			name: "not JSON", output: output(t, 200, "{"),
			want: []string{"getThing : the body is not JSON: unexpected end of JSON input"},
		},
		{
			name: "unknown operation", request: gateway.Request{Method: "GET", Resource: "/others/{id}", ID: get.ID},
			output: output(t, 200, "{}"),
			want:   []string{"GET /others/{id} : the specification does not have the operation"},
		},
		{name: "no proxy response", output: `"x"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			request := get
			if test.request != (gateway.Request{}) {
				request = test.request
			}
			out, found := invoke(t, function{output: test.output}, request, false)
			if out != test.output {
				t.Errorf("the gateway receives %s, not what the function returned", out)
			}
			if diff := cmp.Diff(test.want, found); diff != "" {
				t.Errorf("breaches (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStrict(t *testing.T) {
	if out, _ := invoke(t, function{output: output(t, 200, thing)}, get, true); out != output(t, 200, thing) {
		t.Errorf("a response without a breach became %s", out)
	}
	out, found := invoke(t, function{output: output(t, 200, `{}`)}, get, true)
	names := strings.Contains(out, "getThing responds with 200 against its contract")
	if len(found) != 2 || !strings.Contains(out, `"statusCode":500`) || !names {
		t.Errorf("got %s with %q, want a 500 that names the operation", out, found)
	}
}

func TestErrorsOfFunctionsAreNotChecked(t *testing.T) {
	if _, found := invoke(t, function{err: context.DeadlineExceeded}, get, true); found != nil {
		t.Errorf("got %q", found)
	}
}

// TestOnlyRequestsAreCompared checks that an invocation that is not for a request of an API
// may have any output.
func TestOnlyRequestsAreCompared(t *testing.T) {
	next, declared := function{output: output(t, 201, "")}, breach.NewSpecification([]byte(specification))
	f := breach.New(next, declared, true, func(b breach.Breach) { t.Error(b) })
	if out, err := f.Invoke(t.Context(), "f", []byte(`{}`), ""); err != nil || string(out) != output(t, 201, "") {
		t.Errorf("got %s, %v; want the output as it is", out, err)
	}
}
