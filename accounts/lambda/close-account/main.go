// Command close-account serves closeAccount.
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
	adapter.Start(api.Close, h.close)
}

type handler struct {
	accounts interface {
		Change(ctx context.Context, id string, change func(accounts.Account) (accounts.Account, error)) (accounts.Account, error)
	}
}

func (h handler) close(ctx context.Context, in api.CloseInput) (api.ChangeOutput, error) {
	if err := in.Caller.OwnerOr(api.Admin, in.AccountID); err != nil {
		return api.ChangeOutput{}, err
	}
	match := precondition.ParseOptionalIfMatch(in.IfMatch)
	a, err := h.accounts.Change(ctx, in.AccountID, func(a accounts.Account) (accounts.Account, error) {
		// A close that is repeated has the version from before in If-Match (RFC 9110, section 13.1.1).
		if a.Status == accounts.Active && !match.Contains(a.Version) {
			return a, accounts.ErrStale
		}
		return a.Close(time.Now()), nil
	})
	if err != nil {
		return api.ChangeOutput{}, err
	}
	return api.ChangeOutput{ETag: precondition.ETag(a.Version), Body: api.FromDomain(a)}, nil
}
