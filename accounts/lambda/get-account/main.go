// Command get-account serves getAccount.
package main

import (
	"context"
	"os"

	"github.com/meridian-api/meridian/accounts/api"
	"github.com/meridian-api/meridian/accounts/store"
	"github.com/meridian-api/meridian/platform/adapter"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/precondition"
)

func main() {
	h := handler{store.Open(lambdaenv.Must(os.Getenv))}
	adapter.Start(api.Get, h.get)
}

type handler struct{ accounts *store.Store }

func (h handler) get(ctx context.Context, in api.GetInput) (api.GetOutput, error) {
	if err := in.Caller.OwnerOr(api.Admin, in.AccountID); err != nil {
		return api.GetOutput{}, err
	}
	a, err := h.accounts.Get(ctx, in.AccountID)
	if err != nil {
		return api.GetOutput{}, err
	}
	return api.GetOutput{ETag: precondition.ETag(a.Version), Body: api.FromDomain(a)}, nil
}
