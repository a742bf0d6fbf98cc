package store

import (
	"context"
	"slices"
	"time"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/platform/dynamodb"
)

// write is one transaction: an account and the claims that go with it, so that
// within a Region they always agree.
type write struct {
	before accounts.Account // zero for a new account
	after  accounts.Account
	claims []claimStep
	record *recordItem // of an idempotent request, or nil
}

// claimStep is what a write does about the claim on an address.
type claimStep struct {
	part  claimPart
	email string
	// seen is another's claim: a void one that take replaces, or the valid one to yield to.
	seen accounts.Claim
}

type claimPart int

const (
	take   claimPart = iota // make the claim, if it is free or the account's own
	keep                    // the account must have it
	yield                   // another must have it
	remove                  // give it up, if it is the account's own
)

// newWrite makes the write that takes an account from before to after.
func newWrite(before, after accounts.Account) write {
	w := write{before: before, after: after}
	same := before.Email == after.Email
	switch {
	case after.Claims() && before.Claims() && same:
		w.claims = append(w.claims, claimStep{part: keep, email: after.Email})
	case after.Claims():
		w.claims = append(w.claims, claimStep{part: take, email: after.Email})
	}
	if before.Claims() && !(after.Claims() && same) {
		w.claims = append(w.claims, claimStep{part: remove, email: before.Email})
	}
	return w
}

// met is what the conditions that failed have met.
type met struct {
	account *accounts.Account
	claims  map[int]accounts.Claim // by position in write.claims; zero for none
	record  *recordItem
}

func (m met) nothing() bool { return m.account == nil && len(m.claims) == 0 && m.record == nil }

// run carries the write out, or fails with what its conditions have met.
func (w write) run(ctx context.Context, s *Store) (met, error) {
	tx := s.db.WriteTx()
	w.writeAccount(s, tx)
	for _, c := range w.claims {
		c.write(s, tx, w.after)
	}
	if w.record != nil {
		tx.Put(s.table.Put(w.record).If("attribute_not_exists(pk) OR expiresAt <= ?", time.Now().Unix()))
	}
	err := tx.Run(ctx)
	m := met{claims: map[int]accounts.Claim{}}
	for i, item := range dynamodb.FailedConditions(err) {
		if e := m.add(w, i, item); e != nil {
			return met{}, e
		}
	}
	return m, err
}

// add decodes what the condition of the action at position i has met.
func (m *met) add(w write, i int, item dynamo.Item) (err error) {
	switch {
	case i == 0:
		m.account = &accounts.Account{}
		*m.account, err = accountOf(item)
	case i <= len(w.claims):
		m.claims[i-1], err = claimOf(item)
	default:
		m.record = &recordItem{}
		err = dynamo.UnmarshalItem(item, m.record)
	}
	return err
}

func (w write) writeAccount(s *Store, tx *dynamo.WriteTx) {
	key := accountKey(w.after.ID)
	switch w.before.Version {
	case 0:
		tx.Put(s.table.Put(toItem(w.after)).If("attribute_not_exists(pk)"))
	case w.after.Version:
		tx.Check(s.table.Check(hashKey, key).If("version = ?", w.before.Version))
	default:
		// Not the whole item: a newer release's attributes survive an older one's write.
		f := toFields(w.after)
		tx.Update(s.table.Update(hashKey, key).
			Set("email", f.Email).Set("emailStatus", f.EmailStatus).Set("country", f.Country).
			Set("status", f.Status).Set("updatedAt", f.UpdatedAt).Set("version", f.Version).
			If("version = ?", w.before.Version))
	}
}

func (c claimStep) write(s *Store, tx *dynamo.WriteTx, a accounts.Account) {
	key := claimKey(c.email)
	switch c.part {
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

// adapt changes the write to fit the claims that it met, or fails with ErrEmailTaken.
func (w *write) adapt(ctx context.Context, s *Store, met map[int]accounts.Claim) error {
	var steps []claimStep
	for i, c := range w.claims {
		claim, failed := met[i]
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

// adaptStep is what takes the place of a step that met another's claim, or none.
func (w *write) adaptStep(ctx context.Context, s *Store, c claimStep, claim accounts.Claim) ([]claimStep, error) {
	if c.part == yield { // the other one is gone: begin again
		w.after = w.after.Confirm(time.Now())
	}
	switch {
	case c.part == remove: // lost to another Region's account: there is nothing to give up
		return nil, nil
	case claim == accounts.Claim{} || claim.Owner == w.after.ID: // lost, or void and given up meanwhile
		return []claimStep{{part: take, email: c.email}}, nil
	}
	owner, err := s.owner(ctx, claim)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	switch {
	case claim.Void(c.email, owner, now):
		return []claimStep{{part: take, email: c.email, seen: claim}}, nil
	case c.part == take:
		return nil, accounts.ErrEmailTaken
	}
	w.after = w.after.Contest(now)
	return []claimStep{{part: yield, email: c.email, seen: claim}}, nil
}
