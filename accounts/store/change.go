package store

import (
	"context"
	"time"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/platform/dynamodb"
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
// For the calls of DynamoDB see change.
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

// change replaces an account by the result of decide and returns it. It returns
// decide's errors unchanged. If decide keeps the version, nothing is written.
//
// It makes two calls of DynamoDB: a local read, and a write whose condition checks
// that the read was not too old. Closing costs a call more, and a new address three: the
// address is not claimed before an up-to-date read. If decide finds an error or nothing to
// do, an up-to-date read decides again, too. Each faster writer adds a call or two.
func (s *Store) change(
	ctx context.Context, id string, decide func(accounts.Account) (accounts.Account, error),
) (accounts.Account, error) {
	before, err := s.get(ctx, id, false, allAttributes)
	latest := false
	for range maxAttempts {
		if err != nil {
			return accounts.Account{}, err
		}
		after, decided := before.account(), error(accounts.ErrNotFound)
		if before.Status != "" {
			after, decided = decide(after)
		}
		unchanged := decided != nil || after.Version == before.Version
		if unchanged && (latest || decided == nil && after.Status == accounts.Closed) { // which it stays
			return after, decided
		}
		if !latest && (unchanged || after.Email != before.Email) {
			before, err = s.get(ctx, id, true, allAttributes)
			latest = true
			continue
		}
		var overtaken bool
		if before, overtaken, err = s.replace(ctx, before, after); err == nil && !overtaken {
			return after, nil
		}
		latest = true
	}
	return accounts.Account{}, errBusy
}

// replace writes an account, claims its address first if it is new, and releases the
// address that it leaves. If another writer was faster, replace returns the item that
// the other one wrote.
func (s *Store) replace(ctx context.Context, before accountItem, after accounts.Account) (found accountItem, overtaken bool, err error) {
	moves := after.Email != before.Email
	i := newItem(after)
	// An update, not a put, so that the attributes of a newer release survive a write
	// by an older release.
	update := s.table.Update(hashKey, i.Key).
		Set("email", i.Email).Set("country", i.Country).Set("status", i.Status).
		Set("updatedAt", i.UpdatedAt).Set("version", i.Version).
		If("version = ?", before.Version)
	if moves {
		token, err := s.claim(ctx, after.ID, after.Email)
		if err != nil {
			return before, false, err
		}
		update.Set("claim", token)
		if before.Fence == 0 {
			update.If("attribute_not_exists(fence)")
		} else {
			update.If("fence = ?", before.Fence)
		}
	}
	err = dynamodb.OnFailedCondition(update.Run(ctx), func(other accountItem) error {
		found, overtaken = other, other.Version != after.Version // equal if the SDK repeated a write whose response was lost
		return nil
	})
	if err == nil && !overtaken && (moves || after.Status == accounts.Closed) {
		err = s.release(ctx, before, after)
	}
	return found, overtaken, err
}
