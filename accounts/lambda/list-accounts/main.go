// Command list-accounts serves listAccounts.
package main

import (
	"context"
	"os"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/api"
	"github.com/meridian-api/meridian/accounts/store"
	"github.com/meridian-api/meridian/platform/adapter"
	"github.com/meridian-api/meridian/platform/cursor"
	"github.com/meridian-api/meridian/platform/lambdaenv"
)

func main() {
	env := lambdaenv.Must(os.Getenv)
	h := handler{store.Open(env)}
	adapter.Start(api.List, cursor.Handler(env, api.List, h.list))
}

type handler struct{ accounts *store.Store }

func (h handler) list(ctx context.Context, in api.ListInput, after string) ([]api.Account, string, error) {
	list, next, err := h.accounts.List(ctx, accounts.Status(in.Status), in.PageSize(), after)
	items := make([]api.Account, len(list))
	for i, a := range list {
		items[i] = api.FromDomain(a)
	}
	return items, next, err
}
