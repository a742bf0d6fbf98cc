package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/profiles"
)

// Create stores a new profile for an account. It fails with ErrExists if the
// Region already has one.
func (s *Store) Create(ctx context.Context, accountID string, c profiles.Content, now time.Time) (p profiles.Profile, err error) {
	now = toMillisecond(now)
	err = s.change(ctx, accountID, func(st state) error {
		if len(st.copies) > 0 {
			return profiles.ErrExists
		}
		ledger, l := st.creates()
		facts := st.merged()
		at := facts.next(s.region, now)
		facts.setContent(c, at, now)
		own := facts.written(accountID, copyPart(l, s.region), at, now)
		p, _ = st.with(own).profile()
		tx := s.db.WriteTx().Put(s.put(ledger, st.ledger)).Put(s.put(own, item{}))
		return s.erase(tx, st.remains).Run(ctx)
	})
	return p, err
}

// Replace stores another content for an account's profile. It fails with ErrStale
// if there is no such profile or match does not contain its version.
func (s *Store) Replace(ctx context.Context, accountID string, match precondition.Match, c profiles.Content, now time.Time) (p profiles.Profile, err error) {
	now = toMillisecond(now)
	err = s.change(ctx, accountID, func(st state) error {
		if !st.matches(match) {
			return profiles.ErrStale
		}
		p, err = s.write(ctx, st, now, func(facts *item, at stamp) { facts.setContent(c, at, now) })
		return err
	})
	return p, err
}

// Merge sets and removes preferences of an account's profile. It applies the complete
// merge or nothing. It fails with ErrNotFound if there is no such profile, and with a
// Conflict problem if a preference has another type or there would be too many.
func (s *Store) Merge(ctx context.Context, accountID string, m profiles.Merge, now time.Time) (p profiles.Profile, err error) {
	now = toMillisecond(now)
	err = s.change(ctx, accountID, func(st state) error {
		present, err := st.profile()
		if err != nil {
			return err
		}
		if err := m.Clash(present.Preferences); err != nil {
			return err
		}
		p, err = s.write(ctx, st, now, func(facts *item, at stamp) { facts.merge(m, at) })
		return err
	})
	return p, err
}

// Delete deletes the profile of an account. It succeeds if there is no such
// profile, and fails with ErrStale if match does not contain the profile's version.
func (s *Store) Delete(ctx context.Context, accountID string, match precondition.Match) error {
	return s.change(ctx, accountID, func(st state) error {
		if len(st.copies) == 0 {
			if len(st.remains) == 0 {
				return nil
			}
			return s.erase(s.db.WriteTx(), st.remains).Run(ctx)
		}
		if !st.matches(match) {
			return profiles.ErrStale
		}
		own := copyPart(st.life(), s.region)
		del := s.table.Delete(hashKey, accountID).Range(rangeKey, own)
		if st.own.Version == 0 {
			del.If("attribute_not_exists(accountId)")
		} else {
			del.If("version = ?", st.own.Version)
		}
		tx := s.db.WriteTx().Put(s.put(st.deletes(), st.ledger)).Delete(del)
		for _, c := range st.copies {
			if c.Part != own {
				s.erase(tx, []item{c})
			}
		}
		return s.erase(tx, st.remains).Run(ctx)
	})
}

// write writes the Region's copy of the profile after a change of the merged copies,
// and returns the profile. The first copy of a Region is written together with a check
// that the Region has not deleted the profile; the later ones would no longer exist.
func (s *Store) write(ctx context.Context, st state, now time.Time, change func(facts *item, at stamp)) (profiles.Profile, error) {
	facts := st.merged()
	at := facts.next(s.region, now)
	change(&facts, at)
	own := facts.written(st.accountID, copyPart(st.life(), s.region), at, now)
	p, err := st.with(own).profile()
	if err != nil {
		return p, err
	}
	if st.own.Version == 0 {
		check := s.table.Check(hashKey, st.accountID).Range(rangeKey, ledgerPart(s.region))
		if st.ledger.Version == 0 {
			check.IfNotExists()
		} else {
			check.If("version = ?", st.ledger.Version)
		}
		return p, s.db.WriteTx().Check(check).Put(s.put(own, st.own)).Run(ctx)
	}
	err = dynamodb.OnFailedCondition(s.put(own, st.own).Run(ctx), func(found item) error {
		if found.Version == own.Version { // the SDK repeated a write whose response was lost
			return nil
		}
		return errLost
	})
	return p, err
}

// put returns the write of an item in place of the one that was read, whose version is
// 0 if it did not exist.
func (s *Store) put(i, read item) *dynamo.Put {
	if read.Version == 0 {
		return s.table.Put(i).If("attribute_not_exists(accountId)")
	}
	return s.table.Put(i).If("version = ?", read.Version)
}

// erase adds the removal of copies of deleted profiles to a transaction.
func (s *Store) erase(tx *dynamo.WriteTx, remains []item) *dynamo.WriteTx {
	for _, c := range remains {
		tx.Delete(s.table.Delete(hashKey, c.AccountID).Range(rangeKey, c.Part))
	}
	return tx
}

// errLost means that another request of the Region wrote first.
var errLost = errors.New("another request wrote the profile first")

// retryUnit is the growth of the longest delay before the next attempt.
const retryUnit = 4 * time.Millisecond

// change reads an account and tries a change of it until no other request of the Region
// comes between. Each time one of the requests succeeds, so they all do in the end. The
// context's end is an Unavailable problem.
func (s *Store) change(ctx context.Context, accountID string, try func(st state) error) error {
	for attempt := 1; ; attempt++ {
		st, err := s.read(ctx, accountID, s.table.Get(hashKey, accountID).Consistent(true))
		if err != nil {
			return err
		}
		err = try(st)
		if !errors.Is(err, errLost) && len(dynamodb.FailedConditions(err)) == 0 && !conflicts(err) {
			return err
		}
		select {
		case <-ctx.Done():
			p := problem.Wrap(problem.Unavailable, err, "The profile is being changed by too many requests.")
			p.RetryAfter = 1
			return p
		case <-time.After(rand.N(time.Duration(min(attempt, 16)) * retryUnit)):
		}
	}
}

// conflicts reports whether a write met a transaction on the same item.
func conflicts(err error) bool {
	var conflict *types.TransactionConflictException
	var canceled *types.TransactionCanceledException
	return errors.As(err, &conflict) || errors.As(err, &canceled) &&
		slices.ContainsFunc(canceled.CancellationReasons, func(r types.CancellationReason) bool {
			return r.Code != nil && *r.Code == "TransactionConflict"
		})
}

// toMillisecond returns a time in UTC with the precision of a profile's times.
func toMillisecond(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
