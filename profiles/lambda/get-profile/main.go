// Command get-profile serves getProfile.
package main

import (
	"context"
	"os"

	"github.com/meridian-api/meridian/platform/adapter"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/profiles/api"
	"github.com/meridian-api/meridian/profiles/store"
)

func main() {
	h := handler{store.Open(lambdaenv.Must(os.Getenv))}
	adapter.Start(api.Get, h.get)
}

type handler struct{ profiles *store.Store }

func (h handler) get(ctx context.Context, in api.GetInput) (api.GetOutput, error) {
	if err := in.Caller.OwnerOr(api.Admin, in.AccountID); err != nil {
		return api.GetOutput{}, err
	}
	p, err := h.profiles.Get(ctx, in.AccountID)
	if err != nil {
		return api.GetOutput{}, err
	}
	return api.GetOutput{ETag: precondition.ETag(p.Version), Body: api.FromDomain(p)}, nil
}
