// Command problem encodes a problem document.
package main

import (
	"context"
	"encoding/json"
	"os"

	"github.com/meridian-api/meridian/infra/bench/packages/internal/bare"
	"github.com/meridian-api/meridian/platform/problem"
)

func main() {
	bare.Start(func(context.Context) error {
		err := problem.New(problem.NotFound, "There is no order %d.", 7)
		return json.NewEncoder(os.Stdout).Encode(err.Document("request-1"))
	})
}
