// Command put-profile serves putProfile.
package main

import (
	"context"
	"os"
	"time"

	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/profiles"
	"github.com/meridian-api/meridian/profiles/api"
	"github.com/meridian-api/meridian/profiles/store"
)

func main() {
	h := handler{store.Open(lambdaenv.Must(os.Getenv))}
	rest.Start(api.Put, h.put)
}

type handler struct {
	profiles interface {
		Put(context.Context, profiles.Profile) (profiles.Profile, error)
	}
}

func (h handler) put(ctx context.Context, in api.PutInput) (api.PutOutput, error) {
	if err := in.Caller.OwnerOr(api.Admin, in.AccountID); err != nil {
		return api.PutOutput{}, err
	}
	p, err := h.profiles.Put(ctx, profiles.Profile{
		AccountID:   in.AccountID,
		DisplayName: in.Body.DisplayName,
		Locale:      in.Body.Locale,
		TimeZone:    in.Body.TimeZone,
		UpdatedAt:   time.Now().UTC().Truncate(time.Millisecond),
	})
	if err != nil {
		return api.PutOutput{}, err
	}
	return api.PutOutput{ETag: rest.ETag(p.Version), Body: api.FromDomain(p)}, nil
}
