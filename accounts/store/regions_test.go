package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// claimedBy is a claim on the address of a, as another Region may have left it.
func claimedBy(owner string, version int64, a accounts.Account) claimItem {
	return claimItem{Key: claimKey(a.Email), Owner: owner, Version: version}
}

// bothRegions is what is left when two Regions opened an account with one
// address each and the second Region's claim was the last: the first account
// is the loser, and does not know.
func bothRegions(t *testing.T, s *Store) (loser, winner accounts.Account) {
	t.Helper()
	email := address("both")
	loser = open(t, s, somebody(), email)
	winner = accounts.New(somebody(), email, accounts.Canada, time.Now())
	force(t, s, toItem(winner), claimedBy(winner.ID, winner.Version, winner))
	return loser, winner
}

// TestAfterReplication makes requests on what two Regions have left behind.
func TestAfterReplication(t *testing.T) {
	suite := map[string]func(context.Context, *testing.T, *Store){
		"the loser's next change finds out": func(ctx context.Context, t *testing.T, s *Store) {
			loser, winner := bothRegions(t, s)
			a, err := s.Change(ctx, loser.ID, patching(withCountry(accounts.UnitedStates)))
			if err != nil || a.EmailStatus != accounts.Contested || a.Country != accounts.UnitedStates || a.Email != loser.Email {
				t.Errorf("the loser: %+v, %v", a, err)
			}
			b, err := s.Change(ctx, winner.ID, patching(withCountry(accounts.UnitedStates)))
			if err != nil || b.EmailStatus != accounts.Confirmed {
				t.Errorf("the winner: %+v, %v", b, err)
			}
			if a, err = s.Change(ctx, loser.ID, patching(withCountry(accounts.Canada))); err != nil || a.EmailStatus != accounts.Contested {
				t.Errorf("the loser once more: %+v, %v", a, err)
			}
		},
		"the loser can take another address": func(ctx context.Context, t *testing.T, s *Store) {
			loser, winner := bothRegions(t, s)
			_, err := s.Change(ctx, loser.ID, patching(withEmail("other-"+winner.Email)))
			a, _ := s.Get(ctx, loser.ID)
			if err != nil || a.EmailStatus != accounts.Confirmed || claimed(t, s, a.Email).Owner != loser.ID {
				t.Errorf("got %+v, %v", a, err)
			}
			if c := claimed(t, s, winner.Email); c.Owner != winner.ID {
				t.Errorf("the winner's claim is %+v", c)
			}
		},
		"the contested loser gets no address that another has": func(ctx context.Context, t *testing.T, s *Store) {
			loser, winner := bothRegions(t, s)
			if _, err := s.Change(ctx, loser.ID, func(a accounts.Account) (accounts.Account, error) { return a.Contest(time.Now()), nil }); err != nil {
				t.Fatal(err)
			}
			_, err := s.Change(ctx, loser.ID, patching(withEmail(loser.Email)))
			fails(t, "the same address", err, accounts.ErrEmailTaken)
			if _, err := s.Change(ctx, winner.ID, closing); err != nil {
				t.Fatal(err)
			}
			a, err := s.Change(ctx, loser.ID, patching(withEmail(loser.Email)))
			if err != nil || a.EmailStatus != accounts.Confirmed || claimed(t, s, a.Email).Owner != loser.ID {
				t.Errorf("the same address, free by now: %+v, %v", a, err)
			}
		},
		"the loser's close leaves the winner's claim": func(ctx context.Context, t *testing.T, s *Store) {
			loser, winner := bothRegions(t, s)
			if _, err := s.Change(ctx, loser.ID, closing); err != nil {
				t.Fatal(err)
			}
			if c := claimed(t, s, winner.Email); c.Owner != winner.ID {
				t.Errorf("the winner's claim is %+v", c)
			}
		},
		"a change puts a claim back that was lost": func(ctx context.Context, t *testing.T, s *Store) {
			a := open(t, s, somebody(), address("ada"))
			if err := s.table.Delete(hashKey, claimKey(a.Email)).Run(ctx); err != nil {
				t.Fatal(err)
			}
			b, err := s.Change(ctx, a.ID, patching(withCountry(accounts.UnitedStates)))
			if err != nil || b.EmailStatus != accounts.Confirmed || claimed(t, s, a.Email).Owner != a.ID {
				t.Errorf("got %+v, %v", b, err)
			}
		},
		"a change takes back what another left behind": func(ctx context.Context, t *testing.T, s *Store) {
			loser, winner := bothRegions(t, s)
			force(t, s, toItem(winner.Close(time.Now())))
			b, err := s.Change(ctx, loser.ID, patching(withCountry(accounts.UnitedStates)))
			if err != nil || b.EmailStatus != accounts.Confirmed || claimed(t, s, b.Email).Owner != loser.ID {
				t.Errorf("got %+v, %v", b, err)
			}
		},
		"an address is free when its owner has left it": func(ctx context.Context, t *testing.T, s *Store) {
			a := open(t, s, somebody(), address("ada"))
			left := address("left")
			force(t, s, claimItem{claimKey(accounts.NormalizeEmail(left)), a.ID, a.Version})
			b := open(t, s, somebody(), left)
			if c := claimed(t, s, left); c.Owner != b.ID {
				t.Errorf("the claim is %+v", c)
			}
		},
		"an address is taken while its owner is on the way": func(ctx context.Context, t *testing.T, s *Store) {
			a := open(t, s, somebody(), address("ada"))
			coming := address("coming")
			for name, owner := range map[string]string{"a change": a.ID, "an account": somebody()} {
				force(t, s, claimItem{claimKey(accounts.NormalizeEmail(coming)), owner, time.Now().UnixMicro()})
				_, err := s.Create(ctx, accounts.New(somebody(), coming, accounts.Canada, time.Now()), "")
				fails(t, name+" is under way", err, accounts.ErrEmailTaken)
			}
		},
	}
	each(t, func(t *testing.T, s *Store, _ lambdaenv.Env) {
		for name, test := range suite {
			t.Run(name, func(t *testing.T) { test(t.Context(), t, s) })
		}
	})
}

func TestReconcile(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ lambdaenv.Env) {
		ctx := t.Context()
		loser, winner := bothRegions(t, s)
		lost := open(t, s, somebody(), address("lost"))
		if err := s.table.Delete(hashKey, claimKey(lost.Email)).Run(ctx); err != nil {
			t.Fatal(err)
		}
		left, leaver := bothRegions(t, s)
		force(t, s, toItem(leaver.Close(time.Now())))
		sound := open(t, s, somebody(), address("sound"))
		active := []accounts.Account{loser, winner, lost, left, sound}

		r, err := s.Reconcile(ctx, 100, "", time.Hour)
		if err != nil || r.Checked != 5 || r.Waiting != 3 || len(r.Restored)+len(r.Contested) != 0 || r.Next != "" {
			t.Errorf("before anything has settled: %+v, %v", r, err)
		}

		var restored, contested []string
		next, checked := "", 0
		for {
			r, err := s.Reconcile(ctx, 2, next, 0)
			if err != nil || r.Waiting != 0 {
				t.Fatalf("%+v, %v", r, err)
			}
			restored, contested = append(restored, r.Restored...), append(contested, r.Contested...)
			checked += r.Checked
			if next = r.Next; next == "" {
				break
			}
		}
		slices.Sort(restored)
		want := []string{lost.ID, left.ID}
		slices.Sort(want)
		if checked != 5 || !slices.Equal(restored, want) || !slices.Equal(contested, []string{loser.ID}) {
			t.Errorf("checked %d, restored %v, contested %v", checked, restored, contested)
		}
		for _, before := range active {
			a, err := s.Get(ctx, before.ID)
			if err != nil || a.Status != accounts.Active || a.Email != before.Email || a.Claims() == (a.ID == loser.ID) {
				t.Errorf("%+v became %+v, %v", before, a, err)
			}
			if owner := claimed(t, s, a.Email).Owner; (owner == a.ID) != a.Claims() {
				t.Errorf("%+v, and the claim is %s's", a, owner)
			}
		}

		r, err = s.Reconcile(ctx, 100, "", 0)
		if err != nil || r.Checked != 5 || r.Waiting+len(r.Restored)+len(r.Contested) != 0 {
			t.Errorf("a second time: %+v, %v", r, err)
		}
		if _, err := s.Change(ctx, winner.ID, closing); err != nil {
			t.Fatal(err)
		}
		r, err = s.Reconcile(ctx, 100, "", 0)
		a, _ := s.Get(ctx, loser.ID)
		if err != nil || !slices.Equal(r.Restored, []string{loser.ID}) || !a.Claims() || claimed(t, s, a.Email).Owner != loser.ID {
			t.Errorf("after the winner has closed: %+v, %v, %+v", r, err, a)
		}
	})
}
