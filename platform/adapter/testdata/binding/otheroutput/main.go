// The handler returns another operation's output, so it must not compile.
package main

import (
	"context"

	"github.com/meridian-api/meridian/platform/adapter"
	"github.com/meridian-api/meridian/platform/rest"
)

type (
	getInput struct {
		ID string `path:"id"`
	}
	getOutput   struct{ Body string }
	otherInput  struct{ Body string }
	otherOutput struct{ Body int }
)

var get = rest.Operation[getInput, getOutput]{ID: "get", Method: "GET", Path: "/things/{id}"}

func handle(_ context.Context, in getInput) (otherOutput, error) { return otherOutput{}, nil }

func main() { adapter.Start(get, handle) }
