package store

import (
	"context"

	"github.com/meridian-api/meridian/accounts"
)

// Create opens a new account, or answers the one that it opened before for the
// same key, if key is not empty. It fails, in this order, with
//
//   - ErrKeyReused if the key came with another request within a day,
//   - ErrExists, or ErrClosed, if the owner has an account already,
//   - ErrEmailTaken if the address is another active account's.
//
// One call of DynamoDB; two more when the address has a claim that may be void.
func (s *Store) Create(ctx context.Context, a accounts.Account, key string) (accounts.Account, error) {
	w := newWrite(accounts.Account{}, a)
	if key != "" {
		w.record = newRecord(a, key)
	}
	for range maxAttempts {
		met, err := w.run(ctx, s)
		switch {
		case err == nil:
			return w.after, nil
		case met.nothing():
			return accounts.Account{}, err
		case met.record != nil && met.record.Request != w.record.Request:
			return accounts.Account{}, accounts.ErrKeyReused
		case met.record != nil:
			return met.record.Account.account(a.ID), nil
		case met.account != nil && met.account.Status == accounts.Closed:
			return accounts.Account{}, accounts.ErrClosed
		case met.account != nil:
			return accounts.Account{}, accounts.ErrExists
		}
		if err := w.adapt(ctx, s, met.claims); err != nil {
			return accounts.Account{}, err
		}
	}
	return accounts.Account{}, errBusy
}
