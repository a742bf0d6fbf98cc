package store

import (
	"context"
	"errors"
	"time"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/accounts"
)

// maxRepairs bounds the transactions of one reconciliation, and so its calls.
const maxRepairs = 5

// Reconciliation is what Reconcile did.
type Reconciliation struct {
	// Checked counts the accounts looked at.
	Checked int
	// Restored and Contested are the accounts that got their claims back, and that lost their addresses.
	Restored, Contested []string
	// Waiting counts the accounts that were too young to judge, or were changed meanwhile.
	Waiting int
	// Next is where to go on, empty at the end.
	Next string
}

// Reconcile examines at most limit active accounts and the claims on their
// addresses, the oldest first from position after on, and repairs at most
// maxRepairs. What was written less than settle ago is left alone. See
// accounts.Examine.
//
// Three calls of DynamoDB at most, and one for each repair.
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
			return r, nil // Next is the account before
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

// repair acts on a finding. What has changed since it was read is left for the
// next reconciliation.
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
		w = write{before: a, after: a.Confirm(now), claims: []claimStep{{part: take, email: a.Email, seen: c}}}
		done = &r.Restored
	case accounts.Lost:
		w = write{before: a, after: a.Contest(now), claims: []claimStep{{part: yield, email: a.Email, seen: c}}}
		done = &r.Contested
	}
	met, err := w.run(ctx, s)
	switch {
	case err == nil:
		*done = append(*done, a.ID)
	case met.nothing():
		return err
	default:
		r.Waiting++
	}
	return nil
}

// claimsOf reads the claims on the accounts' addresses, by key, and the
// accounts of the others who made some of them, by ID. The reads are consistent.
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

// batch reads the items of the keys, at most 100, into the slice that out points to.
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
