// Command merge-preferences serves mergePreferences.
package main

import (
	"context"
	"os"
	"time"

	"github.com/meridian-api/meridian/platform/adapter"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/profiles/api"
	"github.com/meridian-api/meridian/profiles/store"
)

func main() {
	h := handler{store.Open(lambdaenv.Must(os.Getenv))}
	adapter.Start(api.MergePreferences, h.merge)
}

type handler struct{ profiles *store.Store }

func (h handler) merge(ctx context.Context, in api.MergeInput) (api.MergeOutput, error) {
	if err := in.Caller.OwnerOr(api.Admin, in.AccountID); err != nil {
		return api.MergeOutput{}, err
	}
	m, err := api.ToMerge(in.Body)
	if err != nil {
		return api.MergeOutput{}, err
	}
	p, err := h.profiles.Merge(ctx, in.AccountID, m, time.Now())
	if err != nil {
		return api.MergeOutput{}, err
	}
	return api.MergeOutput{ETag: precondition.ETag(p.Version), Body: api.FromPreferences(p.Preferences)}, nil
}
