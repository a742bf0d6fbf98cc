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
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/precondition"
)

func main() {
	h := handler{store.Open(lambdaenv.Must(os.Getenv))}
	adapter.Start(api.Create, h.create)
}

type handler struct{ accounts *store.Store }

func (h handler) create(ctx context.Context, in api.CreateInput) (api.CreateOutput, error) {
	// A machine client has no username. Its subject is its client ID, which is not
	// a UUID and identifies no user.
	if in.Caller.Username == "" {
		return api.CreateOutput{}, accounts.ErrMachineClient
	}
	key := ""
	if in.IdempotencyKey != nil {
		key = *in.IdempotencyKey
	}
	a := accounts.New(in.Caller.Subject, in.Body.Email, accounts.Country(in.Body.Country), time.Now())
	a, err := h.accounts.Create(ctx, a, key)
	if err != nil {
		return api.CreateOutput{}, err
	}
	return api.CreateOutput{
		Location: "/accounts/" + a.ID,
		ETag:     precondition.ETag(a.Version),
		Body:     api.FromDomain(a),
	}, nil
}
