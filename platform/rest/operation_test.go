package rest

import (
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/resource"
)

type (
	plain  struct{}
	body   struct{ Body string }
	target struct {
		ID string `path:"id"`
	}
	creation struct {
		target
		IfNoneMatch string `header:"if-none-match"`
	}
)

// assertEqual fails the test unless got equals want.
func assertEqual(t *testing.T, name string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestDescribeKeepsWhatIsSet(t *testing.T) {
	table := resource.Table{Name: "things"}
	op := Operation[target, body]{
		ID: "getThing", Method: http.MethodGet, Path: "/things/{id}", Public: true, Scopes: []string{"things/read"},
		Status: http.StatusAccepted, Problems: []problem.Kind{problem.NotFound}, Uses: Uses{table.Get()},
		Memory: 1024, Timeout: 9 * time.Second, Health: true, Deprecated: "2026-12-01/2027-06-30: use getItem",
	}
	d := op.Describe()
	if d.Input != reflect.TypeFor[target]() || d.Output != reflect.TypeFor[body]() {
		t.Errorf("got the types %v and %v", d.Input, d.Output)
	}
	d.Input, d.Output = nil, nil
	assertEqual(t, "description", d, Description{
		ID: "getThing", Method: http.MethodGet, Path: "/things/{id}", Public: true, Scopes: []string{"things/read"},
		Status: http.StatusAccepted, Declared: []problem.Kind{problem.NotFound}, Uses: Uses{table.Get()},
		Memory: 1024, Timeout: 9 * time.Second, Health: true, Deprecated: "2026-12-01/2027-06-30: use getItem",
	})
}

func TestDescribeFillsInDefaults(t *testing.T) {
	withBody := (&Operation[plain, body]{}).Describe()
	assertEqual(t, "memory", withBody.Memory, 512)
	assertEqual(t, "timeout", withBody.Timeout, 3*time.Second)
	assertEqual(t, "status with a body", withBody.Status, http.StatusOK)
	withoutBody := (&Operation[plain, plain]{}).Describe()
	assertEqual(t, "status without a body", withoutBody.Status, http.StatusNoContent)
}

func TestMediaTypes(t *testing.T) {
	for _, test := range []struct {
		method string
		want   []string
	}{
		{http.MethodPatch, []string{"application/merge-patch+json", "application/json"}},
		{http.MethodPost, []string{"application/json"}},
		{http.MethodPut, []string{"application/json"}},
	} {
		t.Run(test.method, func(t *testing.T) {
			assertEqual(t, "media types", Description{Method: test.method}.MediaTypes(), test.want)
		})
	}
}

func TestCreates(t *testing.T) {
	type queried struct {
		IfNoneMatch string `query:"If-None-Match"`
	}
	type conditional struct {
		IfMatch string `header:"If-Match"`
	}
	for _, test := range []struct {
		name   string
		method string
		input  reflect.Type
		want   bool
	}{
		{"PUT with If-None-Match", http.MethodPut, reflect.TypeFor[creation](), true},
		{"POST with If-None-Match", http.MethodPost, reflect.TypeFor[creation](), false},
		{"PUT with a query parameter of that name", http.MethodPut, reflect.TypeFor[queried](), false},
		{"PUT with If-Match", http.MethodPut, reflect.TypeFor[conditional](), false},
		{"PUT without headers", http.MethodPut, reflect.TypeFor[target](), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			assertEqual(t, "creates", Description{Method: test.method, Input: test.input}.Creates(), test.want)
		})
	}
}

func TestBodyField(t *testing.T) {
	type embedding struct{ body }
	for _, test := range []struct {
		name string
		in   reflect.Type
		want bool
	}{
		{"with a Body", reflect.TypeFor[body](), true},
		{"with an embedded Body", reflect.TypeFor[embedding](), true},
		{"without a Body", reflect.TypeFor[target](), false},
		{"not a struct", reflect.TypeFor[string](), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, ok := BodyField(test.in)
			if ok != test.want || ok && f.Name != "Body" {
				t.Errorf("got %q, %v, want %v", f.Name, ok, test.want)
			}
		})
	}
}

func TestProblems(t *testing.T) {
	always := []problem.Kind{
		problem.Forbidden, problem.TooManyRequests,
		problem.Internal, problem.BadGateway, problem.Unavailable, problem.Timeout,
	}
	// with returns the kinds of every operation and more kinds, by status.
	with := func(more ...problem.Kind) []problem.Kind {
		var kinds []problem.Kind
		for _, k := range problem.Kinds() {
			for _, other := range append(more, always...) {
				if k == other {
					kinds = append(kinds, k)
				}
			}
		}
		return kinds
	}
	for _, test := range []struct {
		name string
		op   Described
		want []problem.Kind
	}{
		{"public, without input", &Operation[plain, plain]{Public: true}, with()},
		{"with a token", &Operation[plain, plain]{}, with(problem.Unauthenticated)},
		{"with a caller only", &Operation[struct{ Caller claims.Caller }, plain]{}, with(problem.Unauthenticated)},
		{"with one parameter", &Operation[target, plain]{Public: true}, with(problem.Invalid)},
		{"with a body", &Operation[body, plain]{Public: true}, with(problem.Invalid, problem.UnsupportedMediaType)},
		{
			"with declared kinds, one of them twice",
			&Operation[plain, plain]{
				Public: true, Problems: []problem.Kind{problem.NotFound, problem.Internal, problem.NotFound},
			},
			with(problem.NotFound),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			assertEqual(t, "kinds", test.op.Describe().Problems(), test.want)
		})
	}
}
