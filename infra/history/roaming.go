package history

import (
	"fmt"
	"slices"
	"strings"
)

// merged is what clients did to a profile that is written in several Regions.
type merged struct {
	ops  []op
	cuts [][2]int64 // times during which no write passed between the Regions
}

func (h *history) merged(user int) merged {
	return merged{ops: h.profileOps(user), cuts: cuts(h.events)}
}

// cuts returns the times during which the link between the Regions was surely cut.
func cuts(events []event) [][2]int64 {
	var list [][2]int64
	pair := pairs[0]
	since := int64(-1)
	for _, e := range events {
		switch {
		case e.text == fmt.Sprintf("cut %s from %s", pair[0], pair[1]) && since < 0:
			since = e.end
		case e.text == fmt.Sprintf("heal %s to %s", pair[0], pair[1]) && since >= 0:
			list = append(list, [2]int64{since, e.begin})
			since = -1
		}
	}
	return list
}

// ignorant reports whether a cannot know of b: a ended before b began, or the link of their
// Regions was cut from the begin of b to the end of a.
func (m merged) ignorant(a, b op) bool {
	if a.outcome() == unknown {
		return false
	}
	return a.ret < b.call || a.region != "" && b.region != "" && a.region != b.region &&
		slices.ContainsFunc(m.cuts, func(c [2]int64) bool { return c[0] < b.call && a.ret < c[1] })
}

// replaces reports whether b surely knew of a: both have a response of one Region, a first.
func replaces(b, a op) bool {
	return a.outcome() == done && b.outcome() == done && a.region != "" && a.region == b.region && a.ret < b.call
}

// check returns an error for the first promise that the final profile breaks.
func (m merged) check(keeps bool) error {
	end := m.ops[len(m.ops)-1]
	if end.client != finalClient || end.outcome() == unknown {
		return nil // checkAgreement reports it
	}
	if !keeps {
		return m.checkDeletion(end)
	}
	if end.status != 200 {
		for _, o := range m.ops {
			if o.kind == createProfile && o.outcome() == done {
				return fmt.Errorf("the profile is lost: %s, then %s", o, end)
			}
		}
		return nil
	}
	if err := m.checkConsent(end); err != nil {
		return err
	}
	return m.checkPreferences(end)
}

// checkDeletion checks that a deleted profile stays deleted, and that another one stays.
func (m merged) checkDeletion(end op) error {
	var creates, deletes []op
	for _, o := range m.ops {
		if o.kind == createProfile && o.outcome() != refused {
			creates = append(creates, o)
		}
		if o.kind == deleteProfile && o.outcome() != refused {
			deletes = append(deletes, o)
		}
	}
	for _, c := range creates {
		deleted := slices.ContainsFunc(deletes, func(d op) bool { return replaces(d, c) })
		if end.status == 200 && !deleted {
			return nil
		}
		later := slices.ContainsFunc(deletes, func(d op) bool { return d.outcome() == unknown || d.ret > c.call })
		if end.status != 200 && c.outcome() == done && !later {
			return fmt.Errorf("the profile is lost: %s, then %s", c, end)
		}
	}
	if end.status == 200 {
		return fmt.Errorf("a deleted profile is back: %s", end)
	}
	return nil
}

// checkConsent checks that a withdrawal wins over consent that was given without knowledge
// of it. A request is a withdrawal if it replaces a version with consent.
func (m merged) checkConsent(end op) error {
	if !end.response.consent {
		return nil
	}
	consents := map[string]bool{} // versions with consent
	for _, o := range m.ops {
		if o.etag != "" && o.response.name != "" && o.response.consent {
			consents[o.etag] = true
		}
	}
	var withdrawals, grants []op
	for _, o := range m.ops {
		switch {
		case o.kind != createProfile && o.kind != replaceProfile:
		case o.request.consent && o.outcome() != refused:
			grants = append(grants, o)
		case !o.request.consent && o.outcome() == done && consents[o.match]:
			withdrawals = append(withdrawals, o)
		}
	}
	for _, g := range grants {
		if !slices.ContainsFunc(withdrawals, func(w op) bool { return m.ignorant(g, w) }) {
			return nil
		}
	}
	return fmt.Errorf("consent is back after the withdrawals %v: %s", withdrawals, end)
}

// checkPreferences checks that no acknowledged preference is lost, neither in the end nor in
// later responses of the Region that acknowledged it.
func (m merged) checkPreferences(end op) error {
	final := parsePrefs(end.prefs)
	for _, o := range m.ops {
		if o.kind != mergePreferences {
			continue
		}
		for name, value := range o.set {
			if got, ok := final[name]; o.outcome() == done && (!ok || strings.HasPrefix(name, "own") && got != value) {
				return fmt.Errorf("the preference %s=%d is lost: %s, then %s", name, value, o, end)
			}
			if final[name] != value {
				continue
			}
			if o.outcome() == refused {
				return fmt.Errorf("a refused preference is set: %s, then %s", o, end)
			}
			for _, later := range m.ops {
				if _, ok := later.set[name]; ok && replaces(later, o) {
					return fmt.Errorf("an older preference is back: %s, then %s, then %s", o, later, end)
				}
			}
		}
		if err := m.checkSeen(o); err != nil {
			return err
		}
	}
	return nil
}

// checkSeen checks that a Region shows the preferences that it has acknowledged.
func (m merged) checkSeen(o op) error {
	for _, later := range m.ops {
		shows := later.status/100 == 2 && later.kind != deleteProfile
		if !shows || !replaces(later, o) {
			continue
		}
		prefs := parsePrefs(later.prefs)
		for name := range o.set {
			if _, ok := prefs[name]; !ok {
				return fmt.Errorf("the preference %s is missing: %s, then %s", name, o, later)
			}
		}
	}
	return nil
}
