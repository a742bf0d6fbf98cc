package adapter

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/tracing"
)

type input struct {
	Caller claims.Caller
	ID     string   `path:"id" format:"uuid"`
	Limit  int      `query:"limit" minimum:"1" maximum:"100"`
	Tags   []string `query:"tag" maxItems:"2" enum:"a,b"`
	Exact  *bool    `query:"exact"`
	Match  string   `header:"If-Match" required:"true"`
	Body   struct {
		Name string `json:"name" minLength:"1"`
	}
}

type output struct {
	ETag string `header:"ETag"`
	Body struct {
		Text string `json:"text"`
	}
}

// echo returns the input as a text.
func echo(_ context.Context, in input) (output, error) {
	var out output
	exact := "absent"
	if in.Exact != nil {
		exact = fmt.Sprint(*in.Exact)
	}
	out.Body.Text = fmt.Sprintf("%s %s %d %v %s %s %s",
		in.Caller.Subject, in.ID, in.Limit, in.Tags, exact, in.Match, in.Body.Name)
	out.ETag = `"7"`
	return out, nil
}

var operation = rest.Operation[input, output]{
	ID: "putThing", Method: http.MethodPut, Path: "/things/{id}", Problems: []problem.Kind{problem.NotFound},
}

const id = "7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"

// object is a JSON object.
type object = map[string]any

// event returns a proxy event for operation, as API Gateway sends it, with some
// members changed. The changes can contain multiValueHeaders; otherwise each header
// has one line.
func event(changes object) []byte {
	e := object{
		"resource": "/things/{id}", "path": "/things/" + id, "httpMethod": "PUT",
		"headers":                         object{"content-type": "application/json; charset=utf-8", "IF-MATCH": `"6"`},
		"queryStringParameters":           nil,
		"multiValueQueryStringParameters": nil,
		"pathParameters":                  object{"id": id},
		"stageVariables":                  nil,
		"requestContext": object{"requestId": "r-1", "authorizer": object{"claims": object{
			"sub": "me", "token_use": "access", "client_id": "app", "scope": "x/read"}}},
		"body": `{"name":"Ada"}`, "isBase64Encoded": false,
	}
	maps.Copy(e, changes)
	if _, ok := e["multiValueHeaders"]; !ok {
		e["multiValueHeaders"] = inLines(e["headers"])
	}
	data, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	return data
}

// inLines returns the map multiValueHeaders for a map headers.
func inLines(headers any) object {
	lines := object{}
	switch headers := headers.(type) {
	case map[string]string:
		for name, value := range headers {
			lines[name] = []string{value}
		}
	case object:
		for name, value := range headers {
			lines[name] = nil
			if text, ok := value.(string); ok {
				lines[name] = []string{text}
			}
		}
	}
	return lines
}

// eventFor returns a proxy event for the path /things with a method and headers.
func eventFor(method string, headers map[string]string) []byte {
	return event(object{"httpMethod": method, "resource": "/things", "headers": headers})
}

// proxyResponse is the part of a proxy response that tests check.
type proxyResponse struct {
	StatusCode int
	Headers    map[string]string
	Body       string
}

// testConfig returns a Config that logs to w and discards metrics.
func testConfig(w io.Writer) Config {
	return Config{
		Region: "us-west-2", Log: slog.New(slog.NewJSONHandler(w, nil)), Metrics: io.Discard, Tracer: tracing.New(""),
	}
}

// invoke sends an event to a new adapter and returns the response and the log.
func invoke[In, Out any](
	ctx context.Context, t *testing.T, op rest.Operation[In, Out], h Handler[In, Out], event []byte,
) (proxyResponse, string) {
	t.Helper()
	var log bytes.Buffer
	a, err := New(op, h, testConfig(&log))
	if err != nil {
		t.Fatal(err)
	}
	data, err := a.Invoke(ctx, event)
	if err != nil {
		t.Fatal(err)
	}
	var r proxyResponse
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	return r, log.String()
}

// assertEqual fails the test unless got equals want, as the options define it.
func assertEqual(t *testing.T, name string, got, want any, options ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, options...); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
