// Command delete-profile serves deleteProfile.
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
	adapter.Start(api.Delete, h.delete)
}

type handler struct{ profiles *store.Store }

func (h handler) delete(ctx context.Context, in api.DeleteInput) (api.DeleteOutput, error) {
	if err := in.Caller.OwnerOr(api.Admin, in.AccountID); err != nil {
		return api.DeleteOutput{}, err
	}
	match := precondition.ParseOptionalIfMatch(in.IfMatch)
	return api.DeleteOutput{}, h.profiles.Delete(ctx, in.AccountID, match)
}
