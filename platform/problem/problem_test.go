package problem_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/problem"
)

func TestError(t *testing.T) {
	cause := errors.New("connection refused")
	for _, test := range []struct {
		name string
		err  *problem.Error
		want string
	}{
		{name: "kind", err: &problem.Error{Kind: problem.NotFound}, want: "not-found"},
		{
			name: "detail", err: problem.New(problem.NotFound, "There is no account %d.", 7),
			want: "not-found: There is no account 7.",
		},
		{
			name: "cause", err: problem.Wrap(problem.Unavailable, cause, "The store is %s.", "down"),
			want: "unavailable: The store is down.: connection refused",
		},
		{
			name: "fields",
			err: &problem.Error{Kind: problem.Invalid, Detail: "Look.", Fields: []problem.Field{
				{In: "query", Name: "limit", Message: "is too large"},
				{In: "body", Name: "/a", Message: "is required"},
			}},
			want: "invalid: Look.; query limit: is too large; body /a: is required",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.err.Error(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if err := problem.Wrap(problem.Unavailable, cause, "down"); !errors.Is(err, cause) {
		t.Error("Unwrap does not return the cause")
	}
}

func TestIs(t *testing.T) {
	err := fmt.Errorf("read: %w", problem.New(problem.NotFound, "gone"))
	if !problem.Is(err, problem.NotFound) {
		t.Error("a wrapped error is not of its kind")
	}
	if problem.Is(err, problem.Conflict) || problem.Is(errors.New("other"), problem.NotFound) ||
		problem.Is(nil, problem.NotFound) {
		t.Error("an error is of a kind that it does not have")
	}
}

func TestDocument(t *testing.T) {
	fields := []problem.Field{{In: "body", Name: "/a", Message: "is required"}}
	cause := errors.New("password hunter2")
	e := &problem.Error{Kind: problem.Invalid, Detail: "Look.", Fields: fields, Cause: cause}
	want := problem.Problem{
		Type: "urn:meridian:problem:invalid", Title: "Invalid request", Status: 400,
		Detail: "Look.", RequestID: "request-1", Errors: fields,
	}
	if diff := cmp.Diff(want, e.Document("request-1")); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
}

func TestKinds(t *testing.T) {
	kinds := problem.Kinds()
	if !slices.IsSortedFunc(kinds, func(a, b problem.Kind) int { return a.Status - b.Status }) {
		t.Error("the kinds are not ordered by status")
	}
	slugs := map[string]bool{}
	for _, k := range kinds {
		if slugs[k.Slug] || k.Status < 400 || k.Status > 599 {
			t.Errorf("%s: duplicate slug, or status %d is not an error", k.Slug, k.Status)
		}
		slugs[k.Slug] = true
	}
}
