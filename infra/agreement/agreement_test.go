// Package agreement checks that the function's own validation of a request and
// the generated specification agree. It is in this module because module
// contract does not depend on the runtime.
package agreement

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/contract/generate/fixture/api"
	"github.com/meridian-api/meridian/platform/adapter"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/schema"
	"github.com/meridian-api/meridian/platform/tracing"
)

// newAdapter returns an adapter whose handler accepts every input that reaches it.
func newAdapter[In, Out any](op rest.Operation[In, Out]) (*adapter.Adapter, error) {
	h := func(context.Context, In) (out Out, err error) { return out, nil }
	return adapter.New(op, h, adapter.Config{
		Log: slog.New(slog.DiscardHandler), Metrics: io.Discard, Tracer: tracing.New(""),
	})
}

// TestAdapterAgreesWithTheSpecification sends random requests, valid and invalid,
// to the adapter and to kin-openapi's validator for the generated document. Both
// must accept the same requests.
func TestAdapterAgreesWithTheSpecification(t *testing.T) {
	for _, format := range schema.Formats() {
		openapi3.DefineStringFormatValidator(format, openapi3.NewCallbackValidator(func(s string) error {
			if !schema.CheckFormat(format, s) {
				return io.EOF
			}
			return nil
		}))
	}
	doc, err := openapi3.NewLoader().LoadFromFile("../../contract/generate/fixture/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	adapters := map[string]func() (*adapter.Adapter, error){
		"placeOrder":      func() (*adapter.Adapter, error) { return newAdapter(api.Place) },
		"listOrders":      func() (*adapter.Adapter, error) { return newAdapter(api.List) },
		"getOrder":        func() (*adapter.Adapter, error) { return newAdapter(api.Get) },
		"changeOrder":     func() (*adapter.Adapter, error) { return newAdapter(api.Change) },
		"annotateOrder":   func() (*adapter.Adapter, error) { return newAdapter(api.Annotate) },
		"cancelOrder":     func() (*adapter.Adapter, error) { return newAdapter(api.Cancel) },
		"getCategoryTree": func() (*adapter.Adapter, error) { return newAdapter(api.Tree) },
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID == "checkOrders" {
				continue // it has no input that could be invalid
			}
			open := adapters[op.OperationID]
			if open == nil {
				t.Errorf("add %s to the adapters of this test", op.OperationID)
				continue
			}
			t.Run(op.OperationID, func(t *testing.T) {
				a, err := open()
				if err != nil {
					t.Fatal(err)
				}
				route := &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: op}
				accepted, refused := 0, 0
				check := func(t *rapid.T) {
					r := drawRequest(t, route)
					byAdapter, bySpecification := r.sendToAdapter(t, a), r.validate()
					if (byAdapter == "") != (bySpecification == "") {
						t.Fatalf("%s\nrefused by the adapter: %q\nrefused by the specification: %q", r, byAdapter, bySpecification)
					}
					if byAdapter == "" {
						accepted++
					} else {
						refused++
					}
				}
				// Few requests of an operation with few parameters are invalid, so more
				// are drawn, up to a limit.
				const rounds, enough = 21, 5
				for range rounds {
					rapid.Check(t, check)
					if t.Failed() || accepted >= enough && refused >= enough {
						return
					}
				}
				t.Errorf("only %d requests were accepted and %d refused", accepted, refused)
			})
		}
	}
}

// request is a request to an operation.
type request struct {
	route  *routers.Route
	path   map[string]string
	query  url.Values
	header map[string]string
	body   []byte
}

func (r request) String() string {
	text, _ := json.Marshal(map[string]any{"path": r.path, "query": r.query, "header": r.header, "body": string(r.body)})
	return r.route.Operation.OperationID + " " + string(text)
}

// drawer draws values. If it is noisy, some values are invalid.
type drawer struct {
	*rapid.T
	noisy bool
}

// oneIn reports true once in n calls on average, and never without noise.
func (d drawer) oneIn(n int, label string) bool {
	return d.noisy && rapid.IntRange(1, n).Draw(d.T, label) == 1
}

func drawRequest(t *rapid.T, route *routers.Route) request {
	d := drawer{t, rapid.Bool().Draw(t, "noisy")}
	r := request{route: route, path: map[string]string{}, query: url.Values{}, header: map[string]string{}}
	for _, ref := range route.Operation.Parameters {
		p := ref.Value
		if p.In != openapi3.ParameterInPath && (d.oneIn(8, "absent") || !p.Required && rapid.Bool().Draw(t, "left out")) {
			continue
		}
		texts := d.texts(p.Schema.Value)
		switch p.In {
		case openapi3.ParameterInPath:
			r.path[p.Name] = texts[0]
		case openapi3.ParameterInQuery:
			r.query[p.Name] = texts
		case openapi3.ParameterInHeader:
			r.header[p.Name] = strings.Join(texts, ",")
		}
	}
	if body := route.Operation.RequestBody; body != nil && !d.oneIn(10, "no body") {
		data, err := json.Marshal(d.value(body.Value.Content["application/json"].Schema.Value, 0))
		if err != nil {
			t.Fatal(err)
		}
		r.body, r.header["Content-Type"] = data, "application/json"
	}
	return r
}

// texts draws the texts of a parameter, several for an array.
func (d drawer) texts(s *openapi3.Schema) []string {
	if s.Items == nil {
		return []string{d.text(s)}
	}
	var texts []string
	for range d.count(s) {
		texts = append(texts, d.text(s.Items.Value))
	}
	return texts
}

// text draws a text that is not empty, because API Gateway refuses an empty parameter.
func (d drawer) text(s *openapi3.Schema) string {
	text, ok := d.value(s, 9).(string)
	if !ok {
		data, _ := json.Marshal(d.value(s, 9)) // values are drawn from JSON's types
		text = strings.Trim(string(data), `[]{}"`)
	}
	if b, err := strconv.ParseBool(text); err == nil && s.Type.Is("boolean") {
		text = strconv.FormatBool(b) // kin-openapi also accepts 0, 1 and T
	}
	// Replace characters that must be escaped in a path, a header's list or a URL.
	text = strings.Map(func(r rune) rune {
		if r < '0' && r != '-' && r != '.' || r > 'z' {
			return 'x'
		}
		return r
	}, text)
	return cmp.Or(text, "x")
}

// count draws the number of elements of an array, at least one.
func (d drawer) count(s *openapi3.Schema) int {
	low, high := max(1, int(s.MinItems)), 4
	if s.MaxItems != nil && !d.noisy {
		high = max(low, int(*s.MaxItems))
	}
	return rapid.IntRange(low, high).Draw(d.T, "count")
}

var junk = []any{nil, true, "", "junk", 0, -1, 1.5, []any{}, map[string]any{}}

func (d drawer) value(s *openapi3.Schema, depth int) any {
	switch {
	case d.oneIn(40, "junk"):
		return rapid.SampledFrom(junk).Draw(d.T, "value")
	case s.Nullable && (depth > 4 || rapid.IntRange(0, 3).Draw(d.T, "null") == 0):
		return nil
	case len(s.AllOf) == 1:
		return d.value(s.AllOf[0].Value, depth)
	case s.Type.Is("boolean"):
		return rapid.Bool().Draw(d.T, "boolean")
	case s.Type.Is("integer"):
		low, high := d.bounds(s)
		return rapid.Int64Range(int64(low), int64(high)).Draw(d.T, "integer")
	case s.Type.Is("number"):
		low, high := d.bounds(s)
		return float64(rapid.IntRange(int(low*4), int(min(high, 1000)*4)).Draw(d.T, "number")) / 4
	case s.Type.Is("string"):
		return d.string(s)
	case s.Type.Is("array"):
		list := []any{}
		if depth < 5 || s.MinItems > 0 {
			for range d.count(s) {
				list = append(list, d.value(s.Items.Value, depth+1))
			}
		}
		return list
	case s.Type.Is("object"):
		return d.object(s, depth)
	}
	return nil
}

// bounds returns the minimum and maximum of a number, extended by one with noise.
func (d drawer) bounds(s *openapi3.Schema) (low, high float64) {
	low, high = 0, 200
	if s.Min != nil {
		low = *s.Min
	}
	if s.Max != nil {
		high = min(*s.Max, 1<<40)
	}
	if d.noisy {
		low, high = low-1, high+1
	}
	return low, max(low, high)
}

func (d drawer) string(s *openapi3.Schema) string {
	choices := []string{
		"", "x", "open", "AB12CD34", "en", "book", strings.Repeat("\u00e9", 200), strings.Repeat("y", 201),
		"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01", "ada@example.com", "a@b", "2026-03-04", "2026-02-30",
		"2026-03-04T19:15:17Z", "2026-02-30T00:00:00Z", "https://example.com/a", "https:// x",
	}
	for _, v := range append(s.Enum, s.Example) {
		if text, ok := v.(string); ok {
			choices = append(choices, text)
		}
	}
	valid := slices.DeleteFunc(slices.Clone(choices), func(text string) bool {
		return s.VisitJSON(text, openapi3.EnableFormatValidation()) != nil
	})
	if len(valid) == 0 || d.oneIn(8, "invalid string") {
		return rapid.SampledFrom(choices).Draw(d.T, "string")
	}
	return rapid.SampledFrom(valid).Draw(d.T, "string")
}

func (d drawer) object(s *openapi3.Schema, depth int) any {
	object := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		required := slices.Contains(s.Required, name)
		if required && d.oneIn(40, "lacks "+name) || !required && (depth > 4 || rapid.Bool().Draw(d.T, "without "+name)) {
			continue
		}
		object[name] = d.value(s.Properties[name].Value, depth+1)
	}
	if values := s.AdditionalProperties.Schema; values != nil && depth < 5 {
		for _, name := range []string{"a", "b/c"}[:rapid.IntRange(0, 2).Draw(d.T, "entries")] {
			object[name] = d.value(values.Value, depth+1)
		}
	}
	if rapid.IntRange(0, 9).Draw(d.T, "unknown") == 0 {
		object["unknownProperty"] = []any{1, "x"}
	}
	return object
}

// sendToAdapter sends the request as API Gateway does. It returns the response's
// body if the adapter refuses the request, and "" otherwise.
func (r request) sendToAdapter(t *rapid.T, a *adapter.Adapter) string {
	lines := map[string][]string{}
	for name, value := range r.header {
		lines[name] = []string{value}
	}
	event := map[string]any{
		"httpMethod": r.route.Method, "resource": r.route.Path, "multiValueHeaders": lines, "pathParameters": r.path,
		"multiValueQueryStringParameters": r.query,
		"requestContext": map[string]any{"requestId": "r", "authorizer": map[string]any{"claims": map[string]any{
			"sub": "s", "token_use": "access", "client_id": "c"}}},
	}
	if r.body != nil {
		event["body"] = string(r.body)
	}
	data, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	out, err := a.Invoke(context.Background(), data)
	if err != nil {
		t.Fatal(err)
	}
	var response struct {
		StatusCode int
		Body       string
	}
	if err := json.Unmarshal(out, &response); err != nil {
		t.Fatal(err)
	}
	if response.StatusCode == http.StatusBadRequest || response.StatusCode == http.StatusUnsupportedMediaType {
		return response.Body
	}
	if response.StatusCode >= 500 {
		t.Fatalf("%s: %s", r, response.Body)
	}
	return ""
}

// validate returns the error of kin-openapi's validator, and "" if it accepts the
// request.
func (r request) validate() string {
	req := httptest.NewRequest(r.route.Method, "/", bytes.NewReader(r.body))
	req.URL.RawQuery = r.query.Encode()
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	err := openapi3filter.ValidateRequest(context.Background(), &openapi3filter.RequestValidationInput{
		Request: req, PathParams: r.path, Route: r.route,
		Options: &openapi3filter.Options{
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true, SkipSettingDefaults: true,
		},
	})
	if err != nil {
		return err.Error()
	}
	return ""
}
