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
	"github.com/meridian-api/meridian/platform/logs"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/secrets"
)

func main() {
	env := lambdaenv.Must(os.Getenv)
	options := secrets.Options{Log: logs.New(os.Stdout)}
	h := handler{
		store.Open(env),
		cursor.NewSigner(secrets.Open(env), api.CursorKey.PhysicalName(env.Environment), options),
	}
	adapter.Start(api.List, h.list)
}

type handler struct {
	accounts interface {
		List(ctx context.Context, status accounts.Status, limit int, after string) ([]accounts.Account, string, error)
	}
	cursors *cursor.Signer
}

func (h handler) list(ctx context.Context, in api.ListInput) (api.ListOutput, error) {
	after, limit := "", api.DefaultLimit
	if in.Cursor != nil {
		position, err := h.cursors.Open(ctx, in.CursorList(), *in.Cursor)
		if err != nil {
			return api.ListOutput{}, err
		}
		after = string(position)
	}
	if in.Limit != nil {
		limit = *in.Limit
	}
	list, next, err := h.accounts.List(ctx, in.Wanted(), limit, after)
	if err != nil {
		return api.ListOutput{}, err
	}
	page := rest.Page[api.Account]{Items: make([]api.Account, len(list))}
	for i, a := range list {
		page.Items[i] = api.FromDomain(a)
	}
	if next != "" {
		page.NextCursor, err = h.cursors.Sign(ctx, in.CursorList(), []byte(next))
	}
	return api.ListOutput{Body: page}, err
}
