// Command get-public-profile serves getPublicProfile.
package main

import (
	"context"
	"os"

	"github.com/meridian-api/meridian/platform/adapter"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/profiles/api"
	"github.com/meridian-api/meridian/profiles/store"
)

func main() {
	h := handler{store.Open(lambdaenv.Must(os.Getenv))}
	adapter.Start(api.GetPublic, h.get)
}

type handler struct{ profiles *store.Store }

func (h handler) get(ctx context.Context, in api.GetPublicInput) (api.GetPublicOutput, error) {
	name, err := h.profiles.DisplayName(ctx, in.AccountID)
	if err != nil {
		return api.GetPublicOutput{}, err
	}
	return api.GetPublicOutput{Body: api.PublicProfile{DisplayName: name}}, nil
}
