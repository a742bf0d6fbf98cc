// Command create-account serves createAccount.
package main

import (
	"context"
	"os"
	"time"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/api"
	"github.com/meridian-api/meridian/accounts/store"
	"github.com/meridian-api/meridian/platform/adapter"
	"github.com/meridian-api/meridian/platform/idempotency"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/precondition"
)

func main() {
	env := lambdaenv.Must(os.Getenv)
	h := handler{store.Open(env)}
	adapter.Start(api.Create, idempotency.Handler(env, api.Create, h.create))
}

type handler struct{ accounts *store.Store }

func (h handler) create(ctx context.Context, in api.CreateInput) (api.CreateOutput, error) {
	// A machine client has no verified address, so it cannot open an account.
	if err := accounts.Proves(in.Caller.Email, in.Body.Email); err != nil {
		return api.CreateOutput{}, err
	}
	a := accounts.New(in.Caller.Subject, in.Body.Email, accounts.Country(in.Body.Country), time.Now())
	a, err := h.accounts.Create(ctx, a, idempotency.RequestOf(ctx))
	if err != nil {
		return api.CreateOutput{}, err
	}
	return api.CreateOutput{
		Location: "/accounts/" + a.ID,
		ETag:     precondition.ETag(a.Version),
		Body:     api.FromDomain(a),
	}, nil
}
