// Command update-account serves updateAccount.
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
	adapter.Start(api.Update, h.update)
}

type handler struct{ accounts *store.Store }

func (h handler) update(ctx context.Context, in api.UpdateInput) (api.ChangeOutput, error) {
	if err := in.Caller.OwnerOr(api.Admin, in.AccountID); err != nil {
		return api.ChangeOutput{}, err
	}
	if in.Body.Email != nil {
		if !in.Caller.Owns(in.AccountID) { // an administrator cannot prove another user's address
			return api.ChangeOutput{}, accounts.ErrUnproved
		}
		if err := accounts.Proves(in.Caller.Email, *in.Body.Email); err != nil {
			return api.ChangeOutput{}, err
		}
	}
	match, err := precondition.ParseIfMatch(in.IfMatch)
	if err != nil {
		return api.ChangeOutput{}, err
	}
	a, err := h.accounts.Update(ctx, in.AccountID, match, in.Body.Domain(), time.Now())
	if err != nil {
		return api.ChangeOutput{}, err
	}
	return api.ChangeOutput{ETag: precondition.ETag(a.Version), Body: api.FromDomain(a)}, nil
}
