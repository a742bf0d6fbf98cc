// Command reconcile-emails serves reconcileEmails.
package main

import (
	"context"
	"os"
	"time"

	"github.com/meridian-api/meridian/accounts/api"
	"github.com/meridian-api/meridian/accounts/store"
	"github.com/meridian-api/meridian/platform/adapter"
	"github.com/meridian-api/meridian/platform/cursor"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/logs"
	"github.com/meridian-api/meridian/platform/secrets"
)

func main() {
	env := lambdaenv.Must(os.Getenv)
	options := secrets.Options{Log: logs.New(os.Stdout)}
	h := handler{
		store.Open(env),
		cursor.NewSigner(secrets.Open(env), api.CursorKey.PhysicalName(env.Environment), options),
	}
	adapter.Start(api.Reconcile, h.reconcile)
}

type handler struct {
	accounts interface {
		Reconcile(ctx context.Context, limit int, after string, settle time.Duration) (store.Reconciliation, error)
	}
	cursors *cursor.Signer
}

// What an operator who says nothing else gets.
const (
	defaultLimit  = 100
	defaultSettle = time.Minute
)

func (h handler) reconcile(ctx context.Context, in api.ReconcileInput) (api.ReconcileOutput, error) {
	after, limit, settle := "", defaultLimit, defaultSettle
	if in.Cursor != nil {
		position, err := h.cursors.Open(ctx, in.CursorList(), *in.Cursor)
		if err != nil {
			return api.ReconcileOutput{}, err
		}
		after = string(position)
	}
	if in.Limit != nil {
		limit = *in.Limit
	}
	if in.SettleSeconds != nil {
		settle = time.Duration(*in.SettleSeconds) * time.Second
	}
	r, err := h.accounts.Reconcile(ctx, limit, after, settle)
	if err != nil {
		return api.ReconcileOutput{}, err
	}
	out := api.Reconciliation{Checked: r.Checked, Waiting: r.Waiting, Restored: list(r.Restored), Contested: list(r.Contested)}
	if r.Next != "" {
		out.NextCursor, err = h.cursors.Sign(ctx, in.CursorList(), []byte(r.Next))
	}
	return api.ReconcileOutput{Body: out}, err
}

// list is never null in JSON.
func list(ids []string) []string { return append([]string{}, ids...) }
