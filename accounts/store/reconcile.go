package store

import (
	"context"
	"errors"
	"time"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/accounts"
)

// maxRepairs limits the transactions of one reconciliation, and so its calls.
const maxRepairs = 5

// Reconciliation is the result of Reconcile.
type Reconciliation struct {
	// Checked is the number of accounts that were checked.
	Checked int
	// Restored are the accounts that got their claims back, and Contested those
	// whose addresses other accounts have.
	Restored, Contested []string
	// Waiting is the number of accounts that are too young or were changed meanwhile.
	Waiting int
	// Next is the position to continue from, empty at the end.
	Next string
}

// Reconcile examines at most limit active accounts and the claims on their
// addresses, oldest first, from the position after on. It makes at most
// maxRepairs repairs and skips what was written less than settle ago; see
// accounts.Examine.
//
// It makes at most three calls of DynamoDB, and one for each repair.
func (s *Store) Reconcile(ctx context.Context, limit int, after string, settle time.Duration) (Reconciliation, error) {
	var r Reconciliation
	page, next, err := s.page(ctx, accounts.Active, dynamo.Ascending, limit, after)
	if err != nil {
		return r, err
	}
	claims, owners, err := s.claimsOf(ctx, page)
	if err != nil {
		return r, err
	}
	now := time.Now()
	for _, a := range page {
		c := claims[claimKey(a.Email)]
		finding := accounts.Examine(a, c, owners[c.Owner], settle, now)
		if (finding == accounts.Restore || finding == accounts.Lost) && len(r.Restored)+len(r.Contested) == maxRepairs {
			return r, nil // r.Next is the position of the previous account
		}
		if err := s.repair(ctx, &r, a, c, finding, now); err != nil {
			return r, err
		}
		r.Checked++
		r.Next = position(a)
	}
	r.Next = next
	return r, nil
}

// repair makes the repair that a finding calls for. If the account or the claim
// has changed since it was read, the next reconciliation examines it again.
func (s *Store) repair(
	ctx context.Context, r *Reconciliation, a accounts.Account, c accounts.Claim, f accounts.Finding, now time.Time,
) error {
	var w write
	var done *[]string
	switch f {
	case accounts.Sound:
		return nil
	case accounts.Wait:
		r.Waiting++
		return nil
	case accounts.Restore:
		w = write{before: a, after: a.Confirm(now), claims: []claimStep{{action: take, email: a.Email, seen: c}}}
		done = &r.Restored
	case accounts.Lost:
		w = write{before: a, after: a.Contest(now), claims: []claimStep{{action: yield, email: a.Email, seen: c}}}
		done = &r.Contested
	}
	found, err := w.run(ctx, s)
	switch {
	case err == nil:
		*done = append(*done, a.ID)
	case found.isEmpty():
		return err
	default:
		r.Waiting++
	}
	return nil
}

// claimsOf reads the claims on the addresses of the accounts, by key, and the
// other accounts that have some of these claims, by ID. The reads are consistent.
func (s *Store) claimsOf(ctx context.Context, page []accounts.Account) (map[string]accounts.Claim, map[string]accounts.Account, error) {
	owners := map[string]accounts.Account{}
	keys := map[string]bool{}
	for _, a := range page {
		keys[claimKey(a.Email)] = true
	}
	var claimItems []claimItem
	if err := s.batch(ctx, keys, &claimItems); err != nil {
		return nil, nil, err
	}
	claims := map[string]accounts.Claim{}
	keys = map[string]bool{}
	for _, i := range claimItems {
		claims[i.Key] = i.claim()
	}
	for _, a := range page {
		if c := claims[claimKey(a.Email)]; c.Owner != "" && c.Owner != a.ID {
			keys[accountKey(c.Owner)] = true
		}
	}
	var ownerItems []accountItem
	if err := s.batch(ctx, keys, &ownerItems); err != nil {
		return nil, nil, err
	}
	for _, i := range ownerItems {
		owners[i.account().ID] = i.account()
	}
	return claims, owners, nil
}

// batch reads the items with the keys, at most 100, into the slice that out points to.
func (s *Store) batch(ctx context.Context, keys map[string]bool, out any) error {
	if len(keys) == 0 {
		return nil
	}
	var list []dynamo.Keyed
	for key := range keys {
		list = append(list, dynamo.Keys{key})
	}
	err := s.table.Batch(hashKey).Get(list...).Consistent(true).All(ctx, out)
	if errors.Is(err, dynamo.ErrNotFound) {
		return nil
	}
	return err
}
