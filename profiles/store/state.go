package store

import (
	"maps"

	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/profiles"
)

// state is the part of an account in one Region's replica.
type state struct {
	accountID string
	region    string // writes the next item
	ledger    item   // of the region; its Version is 0 if it does not exist
	deleted   map[string]int64
	copies    []item // of profiles that are not deleted
	own       item   // the region's copy; its Version is 0 if it does not exist
	remains   []item // copies of deleted profiles
}

// newState sorts the items of an account.
func newState(accountID, region string, items []item) state {
	s := state{accountID: accountID, region: region, deleted: map[string]int64{}}
	for _, i := range items {
		for region, n := range i.Deleted {
			s.deleted[region] = max(s.deleted[region], n)
		}
	}
	for _, i := range items {
		writer, l := i.owner()
		switch {
		case l == life{}:
			if writer == region {
				s.ledger = i
			}
		case l.number <= s.deleted[l.region]:
			s.remains = append(s.remains, i)
		default:
			s.copies = append(s.copies, i)
			if writer == region {
				s.own = i
			}
		}
	}
	return s
}

// life returns the profile of which the Region writes a copy. If several Regions
// created one at once, that is the Region's own, or the first.
func (s state) life() life {
	_, l := s.copies[0].owner()
	if s.own.Version != 0 {
		_, l = s.own.owner()
	}
	return l
}

// merged returns the facts of all copies:
//   - the content with the highest stamp,
//   - each decision on marketing, and the preference with the highest stamp of each
//     name, unless a copy has seen the stamp and no longer has the fact.
//
// Its version is the exclusive or of the copies' versions. Versions are random, so two
// sets of copies, and so two contents, never have the same one.
func (s state) merged() item {
	m := item{Consents: map[stamp]int64{}, Preferences: map[string]entry{}, Seen: map[string]stamp{}}
	for _, c := range s.copies {
		m.Version ^= c.Version
		if c.ContentAt > m.ContentAt {
			m.DisplayName, m.Locale, m.TimeZone, m.Links, m.ContentAt = c.DisplayName, c.Locale, c.TimeZone, c.Links, c.ContentAt
		}
		if c.UpdatedAt.After(m.UpdatedAt) {
			m.UpdatedAt = c.UpdatedAt
		}
		for region, at := range c.Seen {
			m.Seen[region] = max(m.Seen[region], at)
		}
		for at, given := range c.Consents {
			if s.holds(at, func(c item) bool { _, ok := c.Consents[at]; return ok }) {
				m.Consents[at] = given
			}
		}
		for name, e := range c.Preferences {
			if e.At > m.Preferences[name].At && s.holds(e.At, func(c item) bool { return c.Preferences[name].At == e.At }) {
				m.Preferences[name] = e
			}
		}
	}
	return m
}

// holds reports whether every copy that has seen the stamp of a fact has the fact.
func (s state) holds(at stamp, has func(item) bool) bool {
	for _, c := range s.copies {
		if c.Seen[at.region()] >= at && !has(c) {
			return false
		}
	}
	return true
}

// profile returns the profile, or ErrNotFound.
func (s state) profile() (profiles.Profile, error) {
	if len(s.copies) == 0 {
		return profiles.Profile{}, profiles.ErrNotFound
	}
	return s.merged().profile(s.accountID), nil
}

// matches reports whether match contains the version of the profile.
func (s state) matches(match precondition.Match) bool {
	return len(s.copies) > 0 && match.Contains(s.merged().Version)
}

// with returns the state after the Region has written its copy.
func (s state) with(own item) state {
	copies := []item{own}
	for _, c := range s.copies {
		if c.Part != own.Part {
			copies = append(copies, c)
		}
	}
	s.copies, s.own = copies, own
	return s
}

// creates returns the Region's ledger with one more profile, and that profile.
func (s state) creates() (ledger item, l life) {
	ledger = s.ledger
	ledger.AccountID, ledger.Part, ledger.Version = s.accountID, ledgerPart(s.region), precondition.NewVersion()
	ledger.Created++
	return ledger, life{s.region, ledger.Created}
}

// deletes returns the Region's ledger with all profiles of the state deleted.
func (s state) deletes() item {
	ledger := s.ledger
	ledger.AccountID, ledger.Part, ledger.Version = s.accountID, ledgerPart(s.region), precondition.NewVersion()
	ledger.Deleted = maps.Clone(s.deleted)
	for _, c := range s.copies {
		_, l := c.owner()
		ledger.Deleted[l.region] = max(ledger.Deleted[l.region], l.number)
	}
	return ledger
}
