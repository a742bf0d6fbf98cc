// Command idempotency executes one request with a key: two calls of DynamoDB.
package main

import (
	"context"
	"net/http"
	"os"

	"github.com/meridian-api/meridian/infra/bench/packages/internal/bare"
	"github.com/meridian-api/meridian/platform/connect"
	"github.com/meridian-api/meridian/platform/idempotency"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/rest"
)

var pay = rest.Operation[input, output]{ID: "pay", Method: http.MethodPost, Path: "/payments"}

type input struct{ rest.IdempotencyKey }

type output struct{ Body struct{ Receipt int } }

func main() {
	handler := idempotency.Handler(lambdaenv.Must(os.Getenv), pay, func(context.Context, input) (output, error) {
		return output{}, nil
	})
	connect.Wait()
	bare.Start(func(ctx context.Context) error {
		_, err := handler(ctx, input{rest.IdempotencyKey{Key: new("key-1")}})
		return err
	})
}
