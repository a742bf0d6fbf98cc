// Command secrets fetches one secret.
package main

import (
	"context"
	"os"

	"github.com/meridian-api/meridian/infra/bench/packages/internal/bare"
	"github.com/meridian-api/meridian/platform/connect"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/secrets"
)

func main() {
	manager := secrets.Open(lambdaenv.Must(os.Getenv))
	key := secrets.New(manager, "bench/orders/key", secrets.Current, secrets.Bytes, secrets.Options{})
	connect.Wait()
	bare.Start(func(ctx context.Context) error {
		_, err := key.Get(ctx)
		return err
	})
}
