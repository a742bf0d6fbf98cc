// Command list-accounts serves listAccounts.
package main

import (
	"context"
	"os"

	"github.com/meridian-api/meridian/accounts/api"
	"github.com/meridian-api/meridian/accounts/store"
	"github.com/meridian-api/meridian/platform/adapter"
	"github.com/meridian-api/meridian/platform/cursor"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/rest"
)

func main() {
	env := lambdaenv.Must(os.Getenv)
	h := handler{store.Open(env), cursor.Load(env, api.CursorKey)}
	adapter.Start(api.List, h.list)
}

type handler struct {
	accounts *store.Store
	cursors  *cursor.Signer
}

func (h handler) list(ctx context.Context, in api.ListInput) (api.ListOutput, error) {
	limit := api.DefaultLimit
	if in.Limit != nil {
		limit = *in.Limit
	}
	page := rest.Page[api.Account]{Items: []api.Account{}}
	next, err := h.cursors.ReadPage(ctx, in.CursorList(), in.Cursor, func(after string) (string, error) {
		list, next, err := h.accounts.List(ctx, in.AccountStatus(), limit, after)
		for _, a := range list {
			page.Items = append(page.Items, api.FromDomain(a))
		}
		return next, err
	})
	if err != nil {
		return api.ListOutput{}, err
	}
	page.NextCursor = next
	return api.ListOutput{Body: page}, nil
}
