package store

import (
	"context"
	"slices"
	"time"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/platform/dynamodb"
)

// write is a transaction of an account and its claims, so that they always agree
// within a Region.
type write struct {
	before accounts.Account // zero for a new account
	after  accounts.Account
	claims []claimStep
	record *recordItem // of an idempotent request, or nil
}

// claimStep is the part of a write that concerns the claim on an address.
type claimStep struct {
	action claimAction
	email  string
	// seen is another account's claim: the void one that take replaces, or the
	// valid one for yield.
	seen accounts.Claim
}

type claimAction int

const (
	take   claimAction = iota // put the claim, if the address is free or the account has the claim
	keep                      // check that the account has the claim
	yield                     // check that another account has the claim
	remove                    // delete the claim, if the account has it
)

// newWrite returns the write that changes an account from before to after.
func newWrite(before, after accounts.Account) write {
	w := write{before: before, after: after}
	same := before.Email == after.Email
	switch {
	case after.Claims() && before.Claims() && same:
		w.claims = append(w.claims, claimStep{action: keep, email: after.Email})
	case after.Claims():
		w.claims = append(w.claims, claimStep{action: take, email: after.Email})
	}
	if before.Claims() && !(after.Claims() && same) {
		w.claims = append(w.claims, claimStep{action: remove, email: before.Email})
	}
	return w
}

// conflict is what a transaction's failed conditions found in the table.
type conflict struct {
	account *accounts.Account
	claims  map[int]accounts.Claim // by index in write.claims; zero if there is no claim
	record  *recordItem
}

func (c conflict) isEmpty() bool { return c.account == nil && len(c.claims) == 0 && c.record == nil }

// run executes the transaction. If it fails because of conditions, the conflict
// says what these found.
func (w write) run(ctx context.Context, s *Store) (conflict, error) {
	tx := s.db.WriteTx()
	w.writeAccount(s, tx)
	for _, c := range w.claims {
		c.write(s, tx, w.after)
	}
	if w.record != nil {
		tx.Put(s.table.Put(w.record).If("attribute_not_exists(pk) OR expiresAt <= ?", time.Now().Unix()))
	}
	err := tx.Run(ctx)
	found := conflict{claims: map[int]accounts.Claim{}}
	for i, item := range dynamodb.FailedConditions(err) {
		if e := found.add(w, i, item); e != nil {
			return conflict{}, e
		}
	}
	return found, err
}

// add decodes the item that the condition of the transaction's action i found.
func (c *conflict) add(w write, i int, item dynamo.Item) (err error) {
	switch {
	case i == 0:
		c.account = &accounts.Account{}
		*c.account, err = decodeAccount(item)
	case i <= len(w.claims):
		c.claims[i-1], err = decodeClaim(item)
	default:
		c.record = &recordItem{}
		err = dynamo.UnmarshalItem(item, c.record)
	}
	return err
}

func (w write) writeAccount(s *Store, tx *dynamo.WriteTx) {
	key := accountKey(w.after.ID)
	switch w.before.Version {
	case 0:
		tx.Put(s.table.Put(newItem(w.after)).If("attribute_not_exists(pk)"))
	case w.after.Version:
		tx.Check(s.table.Check(hashKey, key).If("version = ?", w.before.Version))
	default:
		// An update, not a put, so that the attributes of a newer release survive a
		// write by an older release.
		f := newFields(w.after)
		tx.Update(s.table.Update(hashKey, key).
			Set("email", f.Email).Set("emailStatus", f.EmailStatus).Set("country", f.Country).
			Set("status", f.Status).Set("updatedAt", f.UpdatedAt).Set("version", f.Version).
			If("version = ?", w.before.Version))
	}
}

func (c claimStep) write(s *Store, tx *dynamo.WriteTx, a accounts.Account) {
	key := claimKey(c.email)
	switch c.action {
	case take:
		put := s.table.Put(claimItem{key, a.ID, a.Version})
		if c.seen == (accounts.Claim{}) {
			put.If("attribute_not_exists(pk) OR 'owner' = ?", a.ID)
		} else {
			put.If("'owner' = ? AND version = ?", c.seen.Owner, c.seen.Version)
		}
		tx.Put(put)
	case keep:
		tx.Check(s.table.Check(hashKey, key).If("'owner' = ?", a.ID))
	case yield:
		tx.Check(s.table.Check(hashKey, key).If("'owner' = ? AND version = ?", c.seen.Owner, c.seen.Version))
	case remove:
		tx.Delete(s.table.Delete(hashKey, key).If("attribute_not_exists(pk) OR 'owner' = ?", a.ID))
	}
}

// adapt changes the write to fit the claims that its conditions found. It fails
// with ErrEmailTaken if another account has the address.
func (w *write) adapt(ctx context.Context, s *Store, found map[int]accounts.Claim) error {
	var steps []claimStep
	for i, c := range w.claims {
		claim, failed := found[i]
		if failed {
			next, err := w.adaptStep(ctx, s, c, claim)
			if err != nil {
				return err
			}
			steps = append(steps, next...)
		} else {
			steps = append(steps, c)
		}
	}
	w.claims = slices.Clip(steps)
	return nil
}

// adaptStep returns the steps that replace a step whose condition found the
// claim, which is zero if there is no claim.
func (w *write) adaptStep(ctx context.Context, s *Store, c claimStep, claim accounts.Claim) ([]claimStep, error) {
	if c.action == yield { // the other account's claim has changed: start again
		w.after = w.after.Confirm(time.Now())
	}
	switch {
	case c.action == remove: // another Region's account has the claim: nothing to delete
		return nil, nil
	case claim == accounts.Claim{} || claim.Owner == w.after.ID: // the claim was lost, or deleted meanwhile
		return []claimStep{{action: take, email: c.email}}, nil
	}
	owner, err := s.owner(ctx, claim)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	switch {
	case claim.Void(c.email, owner, now):
		return []claimStep{{action: take, email: c.email, seen: claim}}, nil
	case c.action == take:
		return nil, accounts.ErrEmailTaken
	}
	w.after = w.after.Contest(now)
	return []claimStep{{action: yield, email: c.email, seen: claim}}, nil
}
