package adapter

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
)

func TestResponseHeaders(t *testing.T) {
	r, _ := invoke(t.Context(), t, operation, echo, event(nil))
	assertEqual(t, "headers", r.Headers, map[string]string{
		"Content-Type": "application/json", "Etag": `"7"`, "X-Region": "us-west-2", "Cache-Control": "no-store",
		"Access-Control-Allow-Origin": rest.AllowOrigin, "Access-Control-Expose-Headers": rest.ExposeHeaders,
	})
}

// TestResponseOfDeprecatedOperation checks the headers of a success and of a failure.
func TestResponseOfDeprecatedOperation(t *testing.T) {
	ends := rest.Operation[struct{}, struct{}]{
		ID: "end", Method: http.MethodGet, Path: "/things", Public: true, Deprecated: "2026-12-01/2027-06-30: use begin",
	}
	for name, err := range map[string]error{"success": nil, "failure": errors.New("broken")} {
		h := func(context.Context, struct{}) (struct{}, error) { return struct{}{}, err }
		r, _ := invoke(t.Context(), t, ends, h, eventFor("GET", nil))
		assertEqual(t, name+": Deprecation", r.Headers["Deprecation"], "@1796083200")
		assertEqual(t, name+": Sunset", r.Headers["Sunset"], "Wed, 30 Jun 2027 00:00:00 GMT")
	}
	ends.Deprecated = "soon"
	if _, err := New(ends, nil, testConfig(t.Output())); err == nil {
		t.Error("New accepts a deprecation without dates")
	}
}

// TestResponseOfEveryType checks that text is not escaped for HTML and that
// empty and nil headers are not sent.
func TestResponseOfEveryType(t *testing.T) {
	type listed struct {
		ETag  string  `header:"ETag"`
		Total *int    `header:"X-Total"`
		Link  *string `header:"Link"`
		Count int     `header:"X-Count"`
		Size  uint8   `header:"X-Size"`
		Rate  float32 `header:"X-Rate"`
		Final bool    `header:"X-Final"`
		// Wait has a method String.
		Wait time.Duration `header:"X-Wait"`
		Body []string
	}
	total := 0
	list := rest.Operation[struct{}, listed]{ID: "list", Method: http.MethodGet, Path: "/things", Public: true}
	h := func(context.Context, struct{}) (listed, error) {
		return listed{Total: &total, Count: 3, Size: 255, Rate: 0.1, Final: true, Wait: 60, Body: []string{"<a> & b"}}, nil
	}
	r, _ := invoke(t.Context(), t, list, h, eventFor("GET", nil))
	assertEqual(t, "body", r.Body, `["<a> & b"]`)
	for name, want := range map[string]string{
		"X-Total": "0", "X-Count": "3", "X-Size": "255", "X-Rate": "0.1", "X-Final": "true", "X-Wait": "60",
		"Access-Control-Expose-Headers": rest.ExposeHeaders + ", X-Total, Link, X-Count, X-Size, X-Rate, X-Final, X-Wait",
	} {
		assertEqual(t, name, r.Headers[name], want)
	}
	for _, name := range []string{"Etag", "Link"} {
		if value, ok := r.Headers[name]; ok {
			t.Errorf("%s is sent: %q", name, value)
		}
	}
}

func TestBodyThatCannotBeEncoded(t *testing.T) {
	type infinite struct{ Body unencodable }
	get := rest.Operation[struct{}, infinite]{ID: "get", Method: http.MethodGet, Path: "/things", Public: true}
	h := func(context.Context, struct{}) (infinite, error) { return infinite{}, nil }
	r, log := invoke(t.Context(), t, get, h, eventFor("GET", nil))
	if r.StatusCode != http.StatusInternalServerError || !strings.Contains(log, "encode the response body") {
		t.Errorf("got %d, log %s", r.StatusCode, log)
	}
}

// unencodable is a string whose encoding fails.
type unencodable string

func (unencodable) MarshalText() ([]byte, error) { return nil, errors.New("unencodable") }

func TestCacheControl(t *testing.T) {
	type untagged struct{ Body string }
	none := map[string]string{}
	for _, test := range []struct {
		name  string
		reply func() proxyResponse
		want  string
	}{
		{"GET with an ETag", func() proxyResponse { return reply[output](t, "GET", none) }, "private, no-cache"},
		{"GET without an ETag", func() proxyResponse { return reply[untagged](t, "GET", none) }, "no-store"},
		{"POST with an ETag", func() proxyResponse { return reply[output](t, "POST", none) }, "no-store"},
	} {
		t.Run(test.name, func(t *testing.T) {
			assertEqual(t, "Cache-Control", test.reply().Headers["Cache-Control"], test.want)
		})
	}
}

// reply returns the response of an operation without input whose handler returns
// the zero output.
func reply[Out any](t *testing.T, method string, headers map[string]string) proxyResponse {
	t.Helper()
	op := rest.Operation[struct{}, Out]{ID: "x", Method: method, Path: "/things", Public: true}
	h := func(context.Context, struct{}) (out Out, err error) { return out, nil }
	r, _ := invoke(t.Context(), t, op, h, eventFor(method, headers))
	return r
}

func TestNotModified(t *testing.T) {
	h := func(context.Context, struct{}) (output, error) { return output{ETag: `"7"`}, nil }
	for _, test := range []struct {
		method, field string
		status        int
	}{
		{"GET", `"7"`, 304},
		{"GET", `W/"7"`, 304},
		{"GET", `"1", "7"`, 304},
		{"GET", "*", 304},
		{"GET", `"8"`, 200},
		{"GET", "", 200},
		{"GET", "7", 200},
		{"POST", `"7"`, 200},
		{"POST", "*", 200},
	} {
		t.Run(test.method+" "+test.field, func(t *testing.T) {
			op := rest.Operation[struct{}, output]{ID: "x", Method: test.method, Path: "/things", Public: true}
			r, _ := invoke(t.Context(), t, op, h, eventFor(test.method, map[string]string{"If-None-Match": test.field}))
			assertEqual(t, "status", r.StatusCode, test.status)
			assertEqual(t, "ETag", r.Headers["Etag"], `"7"`)
			if (test.status == 304) != (r.Body == "") {
				t.Errorf("got the body %q", r.Body)
			}
		})
	}
}

// TestOtherHeadersAreNotCompared checks that If-None-Match is compared with the
// ETag only.
func TestOtherHeadersAreNotCompared(t *testing.T) {
	type linked struct {
		Link string `header:"Link"`
		ETag string `header:"ETag"`
		Body string
	}
	op := rest.Operation[struct{}, linked]{ID: "x", Method: http.MethodGet, Path: "/things", Public: true}
	h := func(context.Context, struct{}) (linked, error) { return linked{Link: `"1"`, ETag: `"2"`}, nil }
	for field, status := range map[string]int{`"1"`: 200, `"2"`: 304} {
		t.Run(field, func(t *testing.T) {
			r, _ := invoke(t.Context(), t, op, h, eventFor("GET", map[string]string{"If-None-Match": field}))
			assertEqual(t, "status", r.StatusCode, status)
			assertEqual(t, "Link", r.Headers["Link"], `"1"`)
		})
	}
}

func TestStatusOfAPutThatCreates(t *testing.T) {
	type creating struct {
		IfNoneMatch string `header:"If-None-Match"`
	}
	refused := problem.New(problem.PreconditionFailed, "It exists.")
	for _, test := range []struct {
		method, field string
		err           error
		want          int
	}{
		{"PUT", "*", nil, 201},
		{"PUT", " * ", nil, 201},
		{"PUT", "", nil, 200},
		{"PUT", `"7"`, nil, 200},
		{"PUT", "*", refused, 412},
		{"POST", "*", nil, 200},
	} {
		t.Run(fmtCase(test.method, test.field, test.err), func(t *testing.T) {
			op := rest.Operation[creating, output]{
				ID: "put", Method: test.method, Path: "/things", Public: true, Problems: []problem.Kind{problem.PreconditionFailed},
			}
			h := func(context.Context, creating) (output, error) { return output{}, test.err }
			r, _ := invoke(t.Context(), t, op, h, eventFor(test.method, map[string]string{"if-none-match": test.field}))
			assertEqual(t, "status", r.StatusCode, test.want)
		})
	}
}

// fmtCase returns a subtest's name for a method, a header field and an error.
func fmtCase(method, field string, err error) string {
	name := method + " with " + field
	if err != nil {
		name += ", refused"
	}
	return name
}

func TestHeadHasTheHeadersOfGetAndNoBody(t *testing.T) {
	get := rest.Operation[struct{}, output]{
		ID: "get", Method: http.MethodGet, Path: "/things", Public: true, Problems: []problem.Kind{problem.NotFound},
	}
	for _, test := range []struct {
		name    string
		err     error
		headers map[string]string
		status  int
	}{
		{"success", nil, map[string]string{}, 200},
		{"not modified", nil, map[string]string{"If-None-Match": `"7"`}, 304},
		{"problem", problem.New(problem.NotFound, "No."), map[string]string{}, 404},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := func(context.Context, struct{}) (output, error) { return output{ETag: `"7"`}, test.err }
			want, _ := invoke(t.Context(), t, get, h, eventFor("GET", test.headers))
			got, _ := invoke(t.Context(), t, get, h, eventFor("HEAD", test.headers))
			assertEqual(t, "status of GET", want.StatusCode, test.status)
			assertEqual(t, "status of HEAD", got.StatusCode, test.status)
			assertEqual(t, "headers", got.Headers, want.Headers)
			assertEqual(t, "body", got.Body, "")
		})
	}
}

// TestEncodeHasRoom checks that encode allocates once for a typical response:
// its estimate covers the headers and an escaped character in nine.
func TestEncodeHasRoom(t *testing.T) {
	r := &response{status: 200, body: []byte(strings.Repeat("12345678", 100))}
	r.set("Content-Type", "application/json")
	if allocations := testing.AllocsPerRun(10, func() { r.encode() }); allocations > 1 {
		t.Errorf("%v allocations, want 1", allocations)
	}
	if out := r.encode(); cap(out) > 2*len(out) {
		t.Errorf("%d bytes allocated for %d", cap(out), len(out))
	}
}

// TestNilSlicesAndMapsAreSentEmpty checks the values that the schema requires to be
// arrays and objects.
func TestNilSlicesAndMapsAreSentEmpty(t *testing.T) {
	type pages struct {
		Body struct {
			Page   rest.Page[string]  `json:"page"`
			Labels map[string]string  `json:"labels"`
			Maybe  *map[string]string `json:"maybe"`
		}
	}
	op := rest.Operation[struct{}, pages]{ID: "list", Method: http.MethodGet, Path: "/things", Public: true}
	h := func(context.Context, struct{}) (out pages, err error) { return out, nil }
	r, _ := invoke(t.Context(), t, op, h, eventFor("GET", nil))
	assertEqual(t, "body", r.Body, `{"page":{"items":[]},"labels":{},"maybe":null}`)

	list := rest.Operation[struct{}, struct{ Body []int }]{
		ID: "list", Method: http.MethodGet, Path: "/things", Public: true,
	}
	none := func(context.Context, struct{}) (out struct{ Body []int }, err error) { return out, nil }
	r, _ = invoke(t.Context(), t, list, none, eventFor("GET", nil))
	assertEqual(t, "body that is a slice", r.Body, `[]`)
}
