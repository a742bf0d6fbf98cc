package adapter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
)

func TestErrorsOfTheHandler(t *testing.T) {
	secret := errors.New("password hunter2")
	timeout := func(is bool) error { return &net.DNSError{Err: "no response", IsTimeout: is} }
	for _, test := range []struct {
		name   string
		err    error
		status int
		retry  string
	}{
		{"declared kind", problem.New(problem.NotFound, "There is no such thing."), 404, ""},
		{"declared kind with a cause", fmt.Errorf("reading: %w", problem.Wrap(problem.NotFound, secret, "No.")), 404, ""},
		{"undeclared kind", problem.New(problem.Unprocessable, "hunter2"), 500, ""},
		{"unknown error", secret, 500, ""},
		{"unavailable without seconds", problem.New(problem.Unavailable, "The store is down."), 503, "1"},
		{"unavailable with seconds", &problem.Error{Kind: problem.Unavailable, RetryAfter: 7}, 503, "7"},
		{"unavailable for one second", &problem.Error{Kind: problem.NotFound, RetryAfter: 1}, 404, "1"},
		{"negative seconds", &problem.Error{Kind: problem.NotFound, RetryAfter: -1}, 404, ""},
		{"deadline", fmt.Errorf("get: %w", context.DeadlineExceeded), 503, "1"},
		{"network timeout", fmt.Errorf("get: %w", timeout(true)), 503, "1"},
		{"other network error", fmt.Errorf("get: %w", timeout(false)), 500, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := func(context.Context, input) (output, error) { return output{}, test.err }
			r, log := invoke(t.Context(), t, operation, h, event(nil))
			if r.StatusCode != test.status || r.Headers["Retry-After"] != test.retry {
				t.Errorf("got %d %v %s", r.StatusCode, r.Headers, r.Body)
			}
			if strings.Contains(r.Body, "hunter2") || !strings.Contains(log, strings.ReplaceAll(test.err.Error(), `"`, `\"`)) {
				t.Errorf("the client gets %s, and the log is %s", r.Body, log)
			}
			if says := strings.Contains(log, "does not declare the problem"); says != (test.name == "undeclared kind") {
				t.Errorf("the log says that the problem is undeclared: %t: %s", says, log)
			}
			if isError := strings.Contains(log, `"level":"ERROR"`); isError != (test.status >= 500) {
				t.Errorf("the log is %s", log)
			}
		})
	}
}

func TestPanicOfTheHandlerIsAnOpaqueError(t *testing.T) {
	h := func(context.Context, input) (output, error) { panic("hunter2") }
	r, log := invoke(t.Context(), t, operation, h, event(nil))
	if r.StatusCode != 500 || strings.Contains(r.Body, "hunter2") {
		t.Errorf("got %d %s", r.StatusCode, r.Body)
	}
	if !strings.Contains(log, "hunter2") || !strings.Contains(log, "adapter_test.go") {
		t.Errorf("the log lacks the panic or its stack: %s", log)
	}
}

func TestHandlerLeavesTimeForTheResponse(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), responseTime+20*time.Millisecond)
	defer cancel()
	h := func(ctx context.Context, _ input) (output, error) {
		<-ctx.Done()
		return output{}, ctx.Err()
	}
	r, _ := invoke(ctx, t, operation, h, event(nil))
	if r.StatusCode != 503 || ctx.Err() != nil {
		t.Errorf("got %d, with the function's deadline %v", r.StatusCode, ctx.Err())
	}
}

func TestHandlerDeadline(t *testing.T) {
	deadline := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(t.Context(), deadline)
	defer cancel()
	for _, test := range []struct {
		name string
		ctx  context.Context
		want time.Time
	}{
		{"function with a deadline", ctx, deadline.Add(-200 * time.Millisecond)},
		{"function without a deadline", t.Context(), time.Time{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got time.Time
			h := func(ctx context.Context, _ input) (output, error) {
				got, _ = ctx.Deadline()
				return output{}, nil
			}
			invoke(test.ctx, t, operation, h, event(nil))
			assertEqual(t, "deadline", got, test.want)
		})
	}
}

func TestWrongRequestIsNotServed(t *testing.T) {
	read := rest.Operation[struct{}, struct{}]{ID: "get", Method: http.MethodGet, Path: "/things", Public: true}
	serve := func(context.Context, struct{}) (struct{}, error) { return struct{}{}, nil }
	for _, test := range []struct {
		name   string
		event  []byte
		status int
	}{
		{"GET", eventFor("GET", nil), http.StatusNoContent},
		{"HEAD", eventFor("HEAD", nil), http.StatusNoContent},
		{"another method", eventFor("POST", nil), http.StatusInternalServerError},
		{"another resource", event(object{"httpMethod": "GET", "resource": "/other"}), http.StatusInternalServerError},
		{"HEAD of another", event(object{"httpMethod": "HEAD", "resource": "/other"}), http.StatusInternalServerError},
		{"not an event", []byte("{}"), http.StatusInternalServerError},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _ := invoke(t.Context(), t, read, serve, test.event)
			assertEqual(t, "status", r.StatusCode, test.status)
		})
	}
	t.Run("HEAD of a PUT", func(t *testing.T) {
		r, _ := invoke(t.Context(), t, operation, echo, event(object{"httpMethod": "HEAD"}))
		assertEqual(t, "status", r.StatusCode, http.StatusInternalServerError)
	})
}

func TestNewReturnsErrors(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"untagged field", newError[struct{ X int }, struct{}](), "X: needs a tag path, query or header, or the name Body"},
		{"input that is not a struct", newError[int, struct{}](), "an input or output must be a struct"},
		{"output that is not a struct", newError[struct{}, int](), "an input or output must be a struct"},
		{"parameter of a wrong type", newError[struct {
			X func() `query:"x"`
		}, struct{}](), "X: a func() cannot be a parameter"},
		{"query parameter in an output", newError[struct{}, struct {
			X string `query:"x"`
		}](), "X: an output has header parameters and a Body, not a query parameter"},
		{
			"body of a wrong type", newError[struct{ Body struct{ C chan int } }, struct{}](),
			"a chan cannot be in a contract",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.err == nil {
				t.Fatal("got no error")
			}
			text := test.err.Error()
			if !strings.HasPrefix(text, "operation x: ") || !strings.Contains(text, test.want) {
				t.Errorf("got %v, want %s", test.err, test.want)
			}
		})
	}
}

// newError returns the error of New for an operation with the types.
func newError[In, Out any]() error {
	var h Handler[In, Out]
	_, err := New(rest.Operation[In, Out]{ID: "x"}, h, testConfig(io.Discard))
	return err
}

func TestHealth(t *testing.T) {
	check := rest.Operation[rest.HealthInput, rest.HealthOutput]{
		ID: "check", Method: http.MethodGet, Path: "/things", Public: true, Health: true,
	}
	for _, test := range []struct {
		name   string
		err    error
		status int
		body   string
	}{
		{"probe succeeds", nil, 200, `{"status":"ok"}`},
		{"probe fails", errors.New("hunter2"), 503, "The store does not respond."},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _ := invoke(t.Context(), t, check, Health(func(context.Context) error { return test.err }), eventFor("GET", nil))
			if r.StatusCode != test.status || !strings.Contains(r.Body, test.body) || strings.Contains(r.Body, "hunter2") {
				t.Errorf("got %d %s", r.StatusCode, r.Body)
			}
		})
	}
}

// FuzzInvoke checks that the response to any event is a well-formed proxy response.
func FuzzInvoke(f *testing.F) {
	f.Add(event(nil))
	f.Add(event(object{"body": "\u0000", "pathParameters": object{"id": "%"}}))
	f.Add([]byte(`{"headers":{"a":1},"requestContext":[],"body":{}}`))
	a, err := New(operation, echo, testConfig(io.Discard))
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
