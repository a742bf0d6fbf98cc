package store

import (
	"context"
	"time"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/platform/precondition"
)

// Update applies a patch to an account if match contains the account's version.
// It fails, in this order, with
//
//   - ErrNotFound if there is no such account,
//   - ErrStale if match does not contain its version,
//   - ErrClosed if the account is closed,
//   - ErrEmailTaken if another active account has the address.
//
// An update also detects that another Region's account has taken the address;
// the account is Contested then. For the calls of DynamoDB see change.
func (s *Store) Update(
	ctx context.Context, id string, match precondition.Match, p accounts.Patch, now time.Time,
) (accounts.Account, error) {
	return s.change(ctx, id, func(a accounts.Account) (accounts.Account, error) {
		if !match.Contains(a.Version) {
			return a, accounts.ErrStale
		}
		return a.Patch(p, now)
	})
}

// Close closes an account permanently. It fails with ErrNotFound if there is no
// such account, and with ErrStale if the account is active and match does not
// contain its version. A closed account stays unchanged whatever match contains,
// because a repeated request has the version from before the first one (RFC
// 9110, section 13.1.1). For the calls of DynamoDB see change.
func (s *Store) Close(ctx context.Context, id string, match precondition.Match, now time.Time) (accounts.Account, error) {
	return s.change(ctx, id, func(a accounts.Account) (accounts.Account, error) {
		if a.Status == accounts.Active && !match.Contains(a.Version) {
			return a, accounts.ErrStale
		}
		return a.Close(now), nil
	})
}

// change replaces an account by the result of decide and returns it. If another
// writer is faster, change calls decide again with the account that the other
// one wrote. It returns decide's errors unchanged. If decide keeps the version,
// nothing is written.
//
// It makes two calls of DynamoDB, or one if nothing is written. Each faster
// writer adds one call, and each claim of another account on the address two.
func (s *Store) change(
	ctx context.Context, id string, decide func(accounts.Account) (accounts.Account, error),
) (accounts.Account, error) {
	before, err := s.get(ctx, id, true)
	if err != nil {
		return accounts.Account{}, err
	}
	var w write
	for range maxAttempts {
		if w.before != before {
			after, err := decide(before)
			if err != nil || after.Version == before.Version {
				return after, err
			}
			w = newWrite(before, after)
		}
		found, err := w.run(ctx, s)
		switch {
		case err == nil:
			return w.after, nil
		case found.isEmpty():
			return accounts.Account{}, err
		case found.account != nil && found.account.Version == 0:
			return accounts.Account{}, accounts.ErrNotFound
		case found.account != nil:
			before = *found.account
			continue
		}
		if err := w.adapt(ctx, s, found.claims); err != nil {
			return accounts.Account{}, err
		}
	}
	return accounts.Account{}, errBusy
}
