// Command metrics writes one line with a metric.
package main

import (
	"context"
	"os"
	"time"

	"github.com/meridian-api/meridian/infra/bench/packages/internal/bare"
	"github.com/meridian-api/meridian/platform/metrics"
)

func main() {
	bare.Start(func(ctx context.Context) error {
		ctx = metrics.WithUsage(ctx)
		metrics.Count(ctx, "Payments", 1, metrics.Dim("country", "CA"))
		request := metrics.Invocation{Environment: "bench", Service: "payments", Operation: "pay", Status: 201, Start: time.Now()}
		request.Write(ctx, os.Stdout)
		return nil
	})
}
