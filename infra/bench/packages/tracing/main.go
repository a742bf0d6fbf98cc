// Command tracing sends one subsegment.
package main

import (
	"context"
	"os"

	"github.com/meridian-api/meridian/infra/bench/packages/internal/bare"
	"github.com/meridian-api/meridian/platform/tracing"
)

func main() {
	tracer := tracing.New(os.Getenv("AWS_XRAY_DAEMON_ADDRESS"))
	const header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
	bare.Start(func(ctx context.Context) error {
		_, span := tracer.Start(ctx, header, "pay")
		span.EndResponse(201, nil)
		return nil
	})
}
