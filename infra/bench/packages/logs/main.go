// Command logs writes one record.
package main

import (
	"context"
	"os"

	"github.com/meridian-api/meridian/infra/bench/packages/internal/bare"
	"github.com/meridian-api/meridian/platform/logs"
)

func main() {
	log := logs.New(os.Stdout)
	bare.Start(func(ctx context.Context) error {
		log.InfoContext(ctx, "paid", "cents", 500)
		return nil
	})
}
