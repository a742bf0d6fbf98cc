// Command get-my-account serves getMyAccount.
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
	adapter.Start(api.GetMine, h.get)
}

type handler struct{ accounts *store.Store }

func (h handler) get(ctx context.Context, in api.GetMineInput) (api.GetOutput, error) {
	a, err := h.accounts.Get(ctx, in.Caller.Subject)
	if err != nil {
		return api.GetOutput{}, err
	}
	return api.GetOutput{ETag: precondition.ETag(a.Version), Body: api.FromDomain(a)}, nil
}
