package secrets_test

import (
	"context"
	"fmt"

	"github.com/meridian-api/meridian/platform/secrets"
)

// manager stands in for Secrets Manager. A Lambda has secrets.Open(env).
type manager struct{}

func (manager) Fetch(_ context.Context, name string, _ secrets.Stage) (secrets.Secret, error) {
	fmt.Println("fetch", name)
	return secrets.Secret{Version: "v1", Value: []byte(`{"user":"ada","password":"hunter2"}`)}, nil
}

type login struct{ User, Password string }

func ExampleNew() {
	cache := secrets.New(manager{}, "prod/orders/login", secrets.Current, secrets.JSON[login], secrets.Options{})
	for range 2 {
		value, err := cache.Get(context.Background())
		fmt.Println(value, value.Reveal().User, err)
	}
	// Output:
	// fetch prod/orders/login
	// [redacted] ada <nil>
	// [redacted] ada <nil>
}
