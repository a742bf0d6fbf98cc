// Command close-account serves closeAccount.
package main

import (
	"context"
	"os"
	"time"

	"github.com/meridian-api/meridian/accounts/api"
	"github.com/meridian-api/meridian/accounts/store"
	"github.com/meridian-api/meridian/platform/adapter"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/precondition"
)

func main() {
	h := handler{store.Open(lambdaenv.Must(os.Getenv))}
	adapter.Start(api.Close, h.close)
}

type handler struct{ accounts *store.Store }

func (h handler) close(ctx context.Context, in api.CloseInput) (api.ChangeOutput, error) {
	if err := in.Caller.OwnerOr(api.Admin, in.AccountID); err != nil {
		return api.ChangeOutput{}, err
	}
	match := precondition.ParseOptionalIfMatch(in.IfMatch)
	a, err := h.accounts.Close(ctx, in.AccountID, match, time.Now())
	if err != nil {
		return api.ChangeOutput{}, err
	}
	return api.ChangeOutput{ETag: precondition.ETag(a.Version), Body: api.FromDomain(a)}, nil
}
