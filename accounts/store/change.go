package store

import (
	"context"

	"github.com/meridian-api/meridian/accounts"
)

// Change replaces an account by what change makes of it, and answers that.
// change is called again when another writer was faster, with what that one
// wrote, so it alone decides whether it still applies; its errors are passed
// on. An account that it leaves at its version is not written.
//
// A change also finds out when the account has lost its address to another
// Region's: the account is Contested then. It fails with ErrNotFound, and with
// ErrEmailTaken if change sets an address that is another active account's.
//
// Two calls of DynamoDB, one if nothing is written; one more for each faster
// writer, two for each claim of another account that is met.
func (s *Store) Change(
	ctx context.Context, id string, change func(accounts.Account) (accounts.Account, error),
) (accounts.Account, error) {
	before, err := s.get(ctx, id, true)
	if err != nil {
		return accounts.Account{}, err
	}
	var w write
	for range maxAttempts {
		if w.before != before {
			after, err := change(before)
			if err != nil || after.Version == before.Version {
				return after, err
			}
			w = newWrite(before, after)
		}
		met, err := w.run(ctx, s)
		switch {
		case err == nil:
			return w.after, nil
		case met.nothing():
			return accounts.Account{}, err
		case met.account != nil && met.account.Version == 0:
			return accounts.Account{}, accounts.ErrNotFound
		case met.account != nil:
			before = *met.account
			continue
		}
		if err := w.adapt(ctx, s, met.claims); err != nil {
			return accounts.Account{}, err
		}
	}
	return accounts.Account{}, errBusy
}
