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
)

func main() {
	env := lambdaenv.Must(os.Getenv)
	h := handler{store.Open(env), cursor.Load(env, api.CursorKey)}
	adapter.Start(api.Reconcile, h.reconcile)
}

type handler struct {
	accounts *store.Store
	cursors  *cursor.Signer
}

// The defaults of the parameters limit and settleSeconds.
const (
	defaultLimit  = 100
	defaultSettle = time.Minute
)

func (h handler) reconcile(ctx context.Context, in api.ReconcileInput) (api.ReconcileOutput, error) {
	limit, settle := defaultLimit, defaultSettle
	if in.Limit != nil {
		limit = *in.Limit
	}
	if in.SettleSeconds != nil {
		settle = time.Duration(*in.SettleSeconds) * time.Second
	}
	out := api.Reconciliation{Restored: []string{}, Contested: []string{}}
	next, err := h.cursors.ReadPage(ctx, in.CursorList(), in.Cursor, func(after string) (string, error) {
		r, err := h.accounts.Reconcile(ctx, limit, after, settle)
		out.Checked, out.Waiting = r.Checked, r.Waiting
		out.Restored, out.Contested = append(out.Restored, r.Restored...), append(out.Contested, r.Contested...)
		return r.Next, err
	})
	if err != nil {
		return api.ReconcileOutput{}, err
	}
	out.NextCursor = next
	return api.ReconcileOutput{Body: out}, nil
}
