// Command claims parses the claims of a caller.
package main

import (
	"context"

	"github.com/meridian-api/meridian/infra/bench/packages/internal/bare"
	"github.com/meridian-api/meridian/platform/claims"
)

func main() {
	authorizer := map[string]string{"sub": "ada", "token_use": "access", "client_id": "app", "scope": "orders/read"}
	bare.Start(func(context.Context) error {
		caller, err := claims.Parse(func(name string) string { return authorizer[name] })
		if err != nil {
			return err
		}
		return caller.OwnerOr("orders/admin", "ada")
	})
}
