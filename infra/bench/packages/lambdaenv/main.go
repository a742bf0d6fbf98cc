// Command lambdaenv configures a client and calls no service.
package main

import (
	"context"
	"errors"
	"os"

	"github.com/meridian-api/meridian/infra/bench/packages/internal/bare"
	"github.com/meridian-api/meridian/platform/lambdaenv"
)

func main() {
	config := lambdaenv.Must(os.Getenv).AWS("SQS")
	bare.Start(func(context.Context) error {
		if config.HTTPClient == nil {
			return errors.New("the configuration has no client")
		}
		return nil
	})
}
