// Command adapter serves a typed operation, with validation, claims, tracing, metrics and log.
package main

import (
	"context"
	"net/http"

	"github.com/meridian-api/meridian/platform/adapter"
	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/rest"
)

var get = rest.Operation[input, output]{
	ID: "getMyAccount", Method: http.MethodGet, Path: "/accounts/me", Scopes: []string{"accounts/read"},
}

type input struct {
	Caller claims.Caller
	Fields string `query:"fields" maxLength:"20"`
}

type output struct {
	Body struct {
		Owner string `json:"owner"`
	}
}

func main() {
	adapter.Start(get, func(_ context.Context, in input) (out output, err error) {
		out.Body.Owner = in.Caller.Subject
		return out, nil
	})
}
