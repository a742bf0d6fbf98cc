package store

import (
	"context"
	"errors"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/idempotency"
)

// Create stores a new account. If the same request with a key has opened the
// account before, in any Region, Create returns the account as it was opened. It
// fails, in this order, with
//
//   - idempotency.ErrReused if another request with the key has opened the account,
//   - ErrExists, or ErrClosed, if the owner already has an account,
//   - ErrEmailTaken if another active account has the address.
//
// It makes three calls of DynamoDB: a local read and two writes. For an address with
// the claim of another account see claim. If the address is taken, an up-to-date read looks
// for an account that another Region has opened.
func (s *Store) Create(ctx context.Context, a accounts.Account, r idempotency.Request) (accounts.Account, error) {
	// An account never disappears, so an old copy of it can be trusted. Without a copy,
	// the write's condition decides.
	found, err := s.get(ctx, a.ID, false, allAttributes)
	for range maxAttempts {
		if err != nil {
			return accounts.Account{}, err
		}
		if found.Status != "" {
			return found.openedBy(r)
		}
		var token int64
		if token, err = s.claim(ctx, a.ID, a.Email); err != nil {
			return s.openedMeanwhile(ctx, a.ID, r, err)
		}
		i := newItem(a)
		i.Claim, i.Fence, i.Opening = token, found.Fence, newOpening(a, r)
		put := s.table.Put(i)
		if found.Fence == 0 {
			put.If("attribute_not_exists(pk)")
		} else {
			put.If("attribute_not_exists('status') AND fence = ?", found.Fence)
		}
		conflict := false
		err = dynamodb.OnFailedCondition(put.Run(ctx), func(other accountItem) error {
			found, conflict = other, other.Version != a.Version // equal if the SDK repeated a write whose response was lost
			return nil
		})
		if err == nil && !conflict {
			return a, nil
		}
	}
	return accounts.Account{}, errBusy
}

// openedMeanwhile returns the owner's account if another Region has opened it and this one
// does not show it yet, and refused otherwise. The account may have left the address, so that
// another account has it now.
func (s *Store) openedMeanwhile(ctx context.Context, id string, r idempotency.Request, refused error) (accounts.Account, error) {
	if !errors.Is(refused, accounts.ErrEmailTaken) {
		return accounts.Account{}, refused
	}
	latest, err := s.get(ctx, id, true, allAttributes)
	switch {
	case err != nil:
		return accounts.Account{}, err
	case latest.Status == "":
		return accounts.Account{}, refused
	}
	return latest.openedBy(r)
}

// openedBy returns the account as the request opened it, or the error of a request
// that did not open it.
func (i accountItem) openedBy(r idempotency.Request) (accounts.Account, error) {
	switch {
	case i.Opening != nil && r.Key != "" && i.Opening.Key == r.Key && i.Opening.Content == r.Content:
		return i.opened(), nil
	case i.Opening != nil && r.Key != "" && i.Opening.Key == r.Key:
		return accounts.Account{}, idempotency.ErrReused
	case i.Status == string(accounts.Closed):
		return accounts.Account{}, accounts.ErrClosed
	}
	return accounts.Account{}, accounts.ErrExists
}
