package store

import (
	"context"

	"github.com/meridian-api/meridian/accounts"
)

// Create stores a new account. If key is not empty and the same request was
// carried out with that key within a day, Create returns the account as it was
// created then. It fails, in this order, with
//
//   - ErrKeyReused if another request had the key within a day,
//   - ErrExists, or ErrClosed, if the owner already has an account,
//   - ErrEmailTaken if another active account has the address.
//
// It makes one call of DynamoDB, and two more if there is a claim on the address
// that may be void.
func (s *Store) Create(ctx context.Context, a accounts.Account, key string) (accounts.Account, error) {
	w := newWrite(accounts.Account{}, a)
	if key != "" {
		w.record = newRecord(a, key)
	}
	for range maxAttempts {
		found, err := w.run(ctx, s)
		switch {
		case err == nil:
			return w.after, nil
		case found.isEmpty():
			return accounts.Account{}, err
		case found.record != nil && found.record.Request != w.record.Request:
			return accounts.Account{}, accounts.ErrKeyReused
		case found.record != nil:
			return found.record.Account.account(a.ID), nil
		case found.account != nil && found.account.Status == accounts.Closed:
			return accounts.Account{}, accounts.ErrClosed
		case found.account != nil:
			return accounts.Account{}, accounts.ErrExists
		}
		if err := w.adapt(ctx, s, found.claims); err != nil {
			return accounts.Account{}, err
		}
	}
	return accounts.Account{}, errBusy
}
