package adapter

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

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

// echo answers what the handler saw.
func echo(_ context.Context, in input) (output, error) {
	var out output
	exact := "absent"
	if in.Exact != nil {
		exact = fmt.Sprint(*in.Exact)
	}
	out.Body.Text = fmt.Sprintf("%s %s %d %v %s %s %s", in.Caller.Subject, in.ID, in.Limit, in.Tags, exact, in.Match, in.Body.Name)
	out.ETag = `"7"`
	return out, nil
}

var operation = rest.Operation[input, output]{ID: "putThing", Method: http.MethodPut, Path: "/things/{id}", Problems: []problem.Kind{problem.NotFound}}

const id = "7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"

// event makes a proxy event as API Gateway does, with the members changed.
func event(changes map[string]any) []byte {
	e := map[string]any{
		"resource": "/things/{id}", "path": "/things/" + id, "httpMethod": "PUT",
		"headers":                         map[string]any{"content-type": "application/json; charset=utf-8", "IF-MATCH": `"6"`},
		"multiValueHeaders":               map[string]any{"content-type": []string{"application/json"}},
		"queryStringParameters":           nil,
		"multiValueQueryStringParameters": nil,
		"pathParameters":                  map[string]any{"id": id},
		"stageVariables":                  nil,
		"requestContext": map[string]any{"requestId": "r-1", "authorizer": map[string]any{"claims": map[string]any{
			"sub": "me", "token_use": "access", "client_id": "app", "scope": "x/read"}}},
		"body": `{"name":"Ada"}`, "isBase64Encoded": false,
	}
	maps.Copy(e, changes)
	data, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	return data
}

type proxyResponse struct {
	StatusCode int
	Headers    map[string]string
	Body       string
}

// config log to w and count nothing.
func config(w io.Writer) Config {
	return Config{Region: "us-west-2", Log: slog.New(slog.NewJSONHandler(w, nil)), Metrics: io.Discard, Tracer: tracing.New("")}
}

// call runs one event through an adapter and gives the answer and the log.
func call[In, Out any](t *testing.T, op rest.Operation[In, Out], h Handler[In, Out], ctx context.Context, event []byte) (proxyResponse, string) {
	t.Helper()
	var log bytes.Buffer
	a, err := New(op, h, config(&log))
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

func TestInputReachesTheHandler(t *testing.T) {
	for name, test := range map[string]struct {
		changes map[string]any
		want    string
	}{
		"plain": {nil, `me ` + id + ` 0 [] absent "6" Ada`},
		"query": {
			map[string]any{"multiValueQueryStringParameters": map[string]any{"limit": []string{"1", "100"}, "tag": []string{"a", "b"}, "exact": []string{"false"}, "other": []string{"x"}}},
			`me ` + id + ` 100 [a b] false "6" Ada`,
		},
		"escaped path":    {map[string]any{"pathParameters": map[string]any{"id": strings.Replace(id, "7", "%37", 1)}}, `me ` + id + ` 0 [] absent "6" Ada`},
		"base64 body":     {map[string]any{"body": base64.StdEncoding.EncodeToString([]byte(`{"name":"Bob"}`)), "isBase64Encoded": true}, `me ` + id + ` 0 [] absent "6" Bob`},
		"no Content-Type": {map[string]any{"headers": map[string]any{"If-Match": `"6"`}}, `me ` + id + ` 0 [] absent "6" Ada`},
		"escapes in body": {map[string]any{"body": "{\"name\":\"\\u00e9\\n\"}"}, `me ` + id + " 0 [] absent \"6\" é\n"},
	} {
		r, _ := call(t, operation, echo, t.Context(), event(test.changes))
		var body struct{ Text string }
		if err := json.Unmarshal([]byte(r.Body), &body); err != nil || r.StatusCode != 200 || body.Text != test.want {
			t.Errorf("%s: got %d %s, want %q", name, r.StatusCode, r.Body, test.want)
		}
	}
}

func TestAnswerHeaders(t *testing.T) {
	r, _ := call(t, operation, echo, t.Context(), event(nil))
	want := map[string]string{
		"Content-Type": "application/json", "Etag": `"7"`, "X-Region": "us-west-2", "Cache-Control": "no-store",
		"Access-Control-Allow-Origin": rest.AllowOrigin, "Access-Control-Expose-Headers": rest.ExposeHeaders,
	}
	if !maps.Equal(r.Headers, want) {
		t.Errorf("got %v, want %v", r.Headers, want)
	}
}

// TestAnswerAsItIs holds that text is not escaped for HTML, and that a header
// without a value is none.
func TestAnswerAsItIs(t *testing.T) {
	type given struct {
		ETag  string  `header:"ETag"`
		Total *int    `header:"X-Total"`
		Link  *string `header:"Link"`
		Body  []string
	}
	total := 0
	list := rest.Operation[struct{}, given]{ID: "list", Method: http.MethodGet, Path: "/things", Public: true}
	h := func(context.Context, struct{}) (given, error) {
		return given{Total: &total, Body: []string{"<a> & b"}}, nil
	}
	r, _ := call(t, list, h, t.Context(), event(map[string]any{"httpMethod": "GET", "resource": "/things"}))
	if r.Body != `["<a> & b"]` {
		t.Errorf("got %s", r.Body)
	}
	if _, ok := r.Headers["Etag"]; ok || r.Headers["X-Total"] != "0" || r.Headers["Link"] != "" {
		t.Errorf("got %v", r.Headers)
	}
}

func TestWrongRequests(t *testing.T) {
	query := func(name string, values ...string) map[string]any {
		return map[string]any{"multiValueQueryStringParameters": map[string]any{name: values}}
	}
	path := func(v string) map[string]any { return map[string]any{"pathParameters": map[string]any{"id": v}} }
	typed := func(v string) map[string]any {
		return map[string]any{"headers": map[string]any{"Content-Type": v, "If-Match": "*"}}
	}
	for name, test := range map[string]struct {
		changes map[string]any
		status  int
		errors  string
	}{
		"path":             {path("x"), 400, "path id must be a valid uuid"},
		"path undecodable": {path("%zz"), 400, ""},
		"path missing":     {map[string]any{"pathParameters": nil}, 400, "path id is required"},
		"query type":       {query("limit", "ten"), 400, "query limit must be a whole number within range"},
		"query sign":       {query("limit", "+1"), 400, "query limit must be a whole number within range"},
		"query empty":      {query("limit", ""), 400, "query limit must be a whole number within range"},
		"query bound":      {query("limit", "101"), 400, "query limit must be at most 100"},
		"query items":      {query("tag", "a", "b", "a"), 400, "query tag must have at most 2 items"},
		"query enum":       {query("tag", "c"), 400, "query tag must be one of a, b"},
		"query boolean":    {query("exact", "yes"), 400, "query exact must be true or false"},
		"header missing":   {map[string]any{"headers": nil}, 400, "header If-Match is required"},
		"body missing":     {map[string]any{"body": nil}, 400, "body  is required"},
		"body wrong":       {map[string]any{"body": `{"name":""}`}, 400, "body /name must have at least 1 character"},
		"body not base64":  {map[string]any{"body": `!`, "isBase64Encoded": true}, 400, ""},
		"media type":       {typed("text/plain"), 415, ""},
		"media type junk":  {typed(";"), 415, ""},
		"no claims":        {map[string]any{"requestContext": map[string]any{"requestId": "r-1"}}, 401, ""},
		"null authorizer":  {map[string]any{"requestContext": map[string]any{"requestId": "r-1", "authorizer": nil}}, 401, ""},
		"other route":      {map[string]any{"resource": "/other"}, 500, ""},
	} {
		r, log := call(t, operation, echo, t.Context(), event(test.changes))
		var doc problem.Problem
		if err := json.Unmarshal([]byte(r.Body), &doc); err != nil {
			t.Fatalf("%s: %s: %v", name, r.Body, err)
		}
		var faults []string
		for _, f := range doc.Errors {
			faults = append(faults, f.In+" "+f.Name+" "+f.Message)
		}
		if r.StatusCode != test.status || doc.Status != test.status || strings.Join(faults, "; ") != test.errors {
			t.Errorf("%s: got %d %s", name, r.StatusCode, r.Body)
		}
		if r.Headers["Content-Type"] != problem.MediaType || doc.RequestID != "r-1" || !strings.Contains(log, `"requestId":"r-1"`) {
			t.Errorf("%s: got %v %s, log %s", name, r.Headers, r.Body, log)
		}
	}
}

func TestAllFaultsAreToldAtOnce(t *testing.T) {
	r, _ := call(t, operation, echo, t.Context(), event(map[string]any{
		"pathParameters": map[string]any{"id": "x"}, "headers": nil, "body": `{}`}))
	if got := strings.Count(r.Body, `"message"`); got != 3 {
		t.Errorf("%d faults: %s", got, r.Body)
	}
}

func TestErrorsOfTheHandler(t *testing.T) {
	secret := errors.New("password hunter2")
	for name, test := range map[string]struct {
		err    error
		status int
		retry  string
	}{
		"declared":         {problem.New(problem.NotFound, "There is no such thing."), 404, ""},
		"declared, hidden": {fmt.Errorf("reading: %w", problem.Wrap(problem.NotFound, secret, "No.")), 404, ""},
		"undeclared kind":  {problem.New(problem.Unprocessable, "hunter2"), 500, ""},
		"unknown":          {secret, 500, ""},
		"no seconds told":  {problem.New(problem.Unavailable, "The store is down."), 503, "1"},
		"seconds told":     {&problem.Error{Kind: problem.Unavailable, RetryAfter: 7}, 503, "7"},
		"deadline":         {fmt.Errorf("get: %w", context.DeadlineExceeded), 503, "1"},
	} {
		h := func(context.Context, input) (output, error) { return output{}, test.err }
		r, log := call(t, operation, h, t.Context(), event(nil))
		if r.StatusCode != test.status || r.Headers["Retry-After"] != test.retry {
			t.Errorf("%s: got %d %v %s", name, r.StatusCode, r.Headers, r.Body)
		}
		if strings.Contains(r.Body, "hunter2") || !strings.Contains(log, strings.ReplaceAll(test.err.Error(), `"`, `\"`)) {
			t.Errorf("%s: the client sees %s, the log %s", name, r.Body, log)
		}
		if fault := strings.Contains(log, `"level":"ERROR"`); fault != (test.status >= 500) {
			t.Errorf("%s: the log has %s", name, log)
		}
	}
}

func TestPanicIsOpaqueAndSurvived(t *testing.T) {
	h := func(context.Context, input) (output, error) { panic("hunter2") }
	r, log := call(t, operation, h, t.Context(), event(nil))
	if r.StatusCode != 500 || strings.Contains(r.Body, "hunter2") || !strings.Contains(log, "hunter2") || !strings.Contains(log, "adapter_test.go") {
		t.Errorf("got %d %s, log %s", r.StatusCode, r.Body, log)
	}
}

func TestHandlerLeavesTimeForTheAnswer(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), responseTime+20*time.Millisecond)
	defer cancel()
	h := func(ctx context.Context, _ input) (output, error) {
		<-ctx.Done()
		return output{}, ctx.Err()
	}
	r, _ := call(t, operation, h, ctx, event(nil))
	if r.StatusCode != 503 || ctx.Err() != nil {
		t.Errorf("got %d with the function's own deadline %v", r.StatusCode, ctx.Err())
	}
}

func TestNotModified(t *testing.T) {
	get := rest.Operation[struct{}, output]{ID: "get", Method: http.MethodGet, Path: "/things", Public: true}
	h := func(context.Context, struct{}) (output, error) { return output{ETag: `"7"`}, nil }
	for field, status := range map[string]int{`"7"`: 304, `W/"7"`: 304, `"1", "7"`: 304, "*": 304, `"8"`: 200, "": 200, "7": 200} {
		r, _ := call(t, get, h, t.Context(), event(map[string]any{
			"httpMethod": "GET", "resource": "/things", "headers": map[string]any{"If-None-Match": field}}))
		if r.StatusCode != status || r.Headers["Etag"] != `"7"` || (status == 304) != (r.Body == "") || r.Headers["Cache-Control"] != "private, no-cache" {
			t.Errorf("%q: got %d %v %q", field, r.StatusCode, r.Headers, r.Body)
		}
	}
}

func TestPutThatCreates(t *testing.T) {
	type creating struct {
		IfNoneMatch string `header:"If-None-Match"`
	}
	refused := problem.New(problem.PreconditionFailed, "It is there.")
	put := func(method, field string, err error) int {
		op := rest.Operation[creating, output]{ID: "put", Method: method, Path: "/things", Public: true, Problems: []problem.Kind{problem.PreconditionFailed}}
		h := func(context.Context, creating) (output, error) { return output{}, err }
		r, _ := call(t, op, h, t.Context(), event(map[string]any{
			"httpMethod": method, "resource": "/things", "headers": map[string]any{"if-none-match": field}}))
		return r.StatusCode
	}
	for _, test := range []struct {
		method, field string
		err           error
		want          int
	}{
		{"PUT", "*", nil, 201}, {"PUT", " * ", nil, 201}, {"PUT", "", nil, 200}, {"PUT", `"7"`, nil, 200},
		{"PUT", "*", refused, 412}, {"POST", "*", nil, 200},
	} {
		if got := put(test.method, test.field, test.err); got != test.want {
			t.Errorf("%s, If-None-Match %q, %v: got %d, want %d", test.method, test.field, test.err, got, test.want)
		}
	}
}

func TestHeadHasNoContent(t *testing.T) {
	get := rest.Operation[struct{}, output]{ID: "get", Method: http.MethodGet, Path: "/things", Public: true, Problems: []problem.Kind{problem.NotFound}}
	for status, err := range map[int]error{200: nil, 304: nil, 404: problem.New(problem.NotFound, "No.")} {
		h := func(context.Context, struct{}) (output, error) { return output{ETag: `"7"`}, err }
		request := map[string]any{"httpMethod": "GET", "resource": "/things", "headers": map[string]string{}}
		if status == http.StatusNotModified {
			request["headers"] = map[string]string{"If-None-Match": `"7"`}
		}
		want, _ := call(t, get, h, t.Context(), event(request))
		request["httpMethod"] = "HEAD"
		got, _ := call(t, get, h, t.Context(), event(request))
		if got.StatusCode != status || want.StatusCode != status || got.Body != "" || !maps.Equal(got.Headers, want.Headers) {
			t.Errorf("got %d %v %q, and of GET %d %v", got.StatusCode, got.Headers, got.Body, want.StatusCode, want.Headers)
		}
	}
	r, _ := call(t, operation, echo, t.Context(), event(map[string]any{"httpMethod": "HEAD"}))
	if r.StatusCode != http.StatusInternalServerError {
		t.Errorf("a PUT is no HEAD: got %d", r.StatusCode)
	}
}

func TestTypesThatAreNoContract(t *testing.T) {
	for want, err := range map[string]error{
		"X: needs a tag path, query or header, or the name Body": newAdapterError[struct{ X int }, struct{}](),
		"X: a func() cannot be a parameter": newAdapterError[struct {
			X func() `query:"x"`
		}, struct{}](),
		"X: an output has header parameters and a Body, not a query parameter": newAdapterError[struct{}, struct {
			X string `query:"x"`
		}](),
		"an input or output must be a struct": newAdapterError[int, struct{}](),
		"a chan cannot be in a contract":      newAdapterError[struct{ Body struct{ C chan int } }, struct{}](),
	} {
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "operation x: ") {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func newAdapterError[In, Out any]() error {
	var h Handler[In, Out]
	_, err := New(rest.Operation[In, Out]{ID: "x"}, h, config(io.Discard))
	return err
}

// FuzzInvoke sends hostile events: the answer is always a well-formed proxy answer.
func FuzzInvoke(f *testing.F) {
	f.Add(event(nil))
	f.Add(event(map[string]any{"body": "\u0000", "pathParameters": map[string]any{"id": "%"}}))
	f.Add([]byte(`{"headers":{"a":1},"requestContext":[],"body":{}}`))
	a, err := New(operation, echo, config(io.Discard))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := a.Invoke(context.Background(), data)
		var r proxyResponse
		if err != nil || json.Unmarshal(out, &r) != nil || r.StatusCode < 200 || r.StatusCode > 599 {
			t.Fatalf("%q: %s, %v", data, out, err)
		}
	})
}
