package adapter_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/meridian-api/meridian/platform/adapter"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/tracing"
)

type getInput struct {
	ID int `path:"orderId" minimum:"1"`
}

type getOutput struct{ Body order }

type order struct {
	Total int `json:"total"`
}

// A Lambda's main ends with adapter.Start(get, handler). New returns the same without the
// Lambda, for tests.
func ExampleNew() {
	get := rest.Operation[getInput, getOutput]{
		ID: "getOrder", Method: http.MethodGet, Path: "/orders/{orderId}", Public: true,
		Problems: []problem.Kind{problem.NotFound},
	}
	handler := func(_ context.Context, in getInput) (getOutput, error) {
		if in.ID != 7 {
			return getOutput{}, problem.New(problem.NotFound, "There is no order %d.", in.ID)
		}
		return getOutput{order{Total: 42}}, nil
	}
	a, err := adapter.New(get, handler, adapter.Config{
		Log: slog.New(slog.DiscardHandler), Metrics: io.Discard, Tracer: tracing.New(""),
	})
	if err != nil {
		panic(err)
	}
	for _, id := range []string{"7", "8", "x"} {
		event := `{"httpMethod":"GET","resource":"/orders/{orderId}","pathParameters":{"orderId":"` + id + `"}}`
		response, _ := a.Invoke(context.Background(), []byte(event))
		fmt.Println(summary(response))
	}
	// Output:
	// 200 {"total":42}
	// 404 urn:meridian:problem:not-found There is no order 8.
	// 400 urn:meridian:problem:invalid [{path orderId must be a whole number within range}]
}

// summary returns the status and the body of a proxy response, or of a problem the parts
// that differ between requests.
func summary(response []byte) string {
	var r struct {
		StatusCode int
		Body       string
	}
	if err := json.Unmarshal(response, &r); err != nil {
		panic(err)
	}
	if r.StatusCode < 400 {
		return fmt.Sprint(r.StatusCode, " ", r.Body)
	}
	var p problem.Problem
	if err := json.Unmarshal([]byte(r.Body), &p); err != nil {
		panic(err)
	}
	if p.Errors != nil {
		return fmt.Sprint(r.StatusCode, " ", p.Type, " ", p.Errors)
	}
	return fmt.Sprint(r.StatusCode, " ", p.Type, " ", p.Detail)
}
