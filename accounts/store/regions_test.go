package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// claimedBy returns an owner's claim on the address of a.
func claimedBy(owner string, version int64, a accounts.Account) claimItem {
	return claimItem{Key: claimKey(a.Email), Owner: owner, Version: version}
}

// bothRegions writes the state after two Regions created an account with the
// same address and the second Region's claim was written last. The first account
// has lost the address, but its status is still confirmed.
func bothRegions(t *testing.T, s *Store) (loser, winner accounts.Account) {
	t.Helper()
	email := newAddress("both")
	loser = mustCreate(t, s, newSubject(), email)
	winner = accounts.New(newSubject(), email, accounts.Canada, time.Now())
	putItems(t, s, newItem(winner), claimedBy(winner.ID, winner.Version, winner))
	return loser, winner
}

// TestAfterReplication makes requests in states that two Regions have written.
func TestAfterReplication(t *testing.T) {
	suite := map[string]func(context.Context, *testing.T, *Store){
		"the next update of the loser contests it": func(ctx context.Context, t *testing.T, s *Store) {
			loser, winner := bothRegions(t, s)
			a, err := s.Update(ctx, loser.ID, anyVersion, withCountry(accounts.UnitedStates), time.Now())
			if err != nil || a.EmailStatus != accounts.Contested ||
				a.Country != accounts.UnitedStates || a.Email != loser.Email {
				t.Errorf("update the loser: got %+v, %v", a, err)
			}
			b, err := s.Update(ctx, winner.ID, anyVersion, withCountry(accounts.UnitedStates), time.Now())
			if err != nil || b.EmailStatus != accounts.Confirmed {
				t.Errorf("update the winner: got %+v, %v", b, err)
			}
			a, err = s.Update(ctx, loser.ID, anyVersion, withCountry(accounts.Canada), time.Now())
			if err != nil || a.EmailStatus != accounts.Contested {
				t.Errorf("update the loser again: got %+v, %v", a, err)
			}
		},
		"the loser can set another address": func(ctx context.Context, t *testing.T, s *Store) {
			loser, winner := bothRegions(t, s)
			_, err := s.Update(ctx, loser.ID, anyVersion, withEmail("other-"+winner.Email), time.Now())
			a, _ := s.Get(ctx, loser.ID)
			if err != nil || a.EmailStatus != accounts.Confirmed || claimOn(t, s, a.Email).Owner != loser.ID {
				t.Errorf("got %+v, %v", a, err)
			}
			if c := claimOn(t, s, winner.Email); c.Owner != winner.ID {
				t.Errorf("the winner's claim is %+v", c)
			}
		},
		"the contested loser cannot set a taken address": func(ctx context.Context, t *testing.T, s *Store) {
			loser, winner := bothRegions(t, s)
			contest := func(a accounts.Account) (accounts.Account, error) { return a.Contest(time.Now()), nil }
			if _, err := s.change(ctx, loser.ID, contest); err != nil {
				t.Fatal(err)
			}
			_, err := s.Update(ctx, loser.ID, anyVersion, withEmail(loser.Email), time.Now())
			assertError(t, "set the same address", err, accounts.ErrEmailTaken)
			if _, err := s.Close(ctx, winner.ID, anyVersion, time.Now()); err != nil {
				t.Fatal(err)
			}
			a, err := s.Update(ctx, loser.ID, anyVersion, withEmail(loser.Email), time.Now())
			if err != nil || a.EmailStatus != accounts.Confirmed || claimOn(t, s, a.Email).Owner != loser.ID {
				t.Errorf("set the same address after it became free: got %+v, %v", a, err)
			}
		},
		"closing the loser keeps the winner's claim": func(ctx context.Context, t *testing.T, s *Store) {
			loser, winner := bothRegions(t, s)
			if _, err := s.Close(ctx, loser.ID, anyVersion, time.Now()); err != nil {
				t.Fatal(err)
			}
			if c := claimOn(t, s, winner.Email); c.Owner != winner.ID {
				t.Errorf("the winner's claim is %+v", c)
			}
		},
		"an update restores a lost claim": func(ctx context.Context, t *testing.T, s *Store) {
			a := mustCreate(t, s, newSubject(), newAddress("ada"))
			if err := s.table.Delete(hashKey, claimKey(a.Email)).Run(ctx); err != nil {
				t.Fatal(err)
			}
			b, err := s.Update(ctx, a.ID, anyVersion, withCountry(accounts.UnitedStates), time.Now())
			if err != nil || b.EmailStatus != accounts.Confirmed || claimOn(t, s, a.Email).Owner != a.ID {
				t.Errorf("got %+v, %v", b, err)
			}
		},
		"an update replaces the claim of a closed account": func(ctx context.Context, t *testing.T, s *Store) {
			loser, winner := bothRegions(t, s)
			putItems(t, s, newItem(winner.Close(time.Now())))
			b, err := s.Update(ctx, loser.ID, anyVersion, withCountry(accounts.UnitedStates), time.Now())
			if err != nil || b.EmailStatus != accounts.Confirmed || claimOn(t, s, b.Email).Owner != loser.ID {
				t.Errorf("got %+v, %v", b, err)
			}
		},
		"an address is free after its owner has left it": func(ctx context.Context, t *testing.T, s *Store) {
			a := mustCreate(t, s, newSubject(), newAddress("ada"))
			left := newAddress("left")
			putItems(t, s, claimItem{claimKey(accounts.NormalizeEmail(left)), a.ID, a.Version})
			b := mustCreate(t, s, newSubject(), left)
			if c := claimOn(t, s, left); c.Owner != b.ID {
				t.Errorf("the claim is %+v", c)
			}
		},
		"an address is taken while its owner is being replicated": func(ctx context.Context, t *testing.T, s *Store) {
			a := mustCreate(t, s, newSubject(), newAddress("ada"))
			coming := newAddress("coming")
			for name, owner := range map[string]string{"changed account": a.ID, "new account": newSubject()} {
				putItems(t, s, claimItem{claimKey(accounts.NormalizeEmail(coming)), owner, time.Now().UnixMicro()})
				_, err := s.Create(ctx, accounts.New(newSubject(), coming, accounts.Canada, time.Now()), "")
				assertError(t, name, err, accounts.ErrEmailTaken)
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
		lost := mustCreate(t, s, newSubject(), newAddress("lost"))
		if err := s.table.Delete(hashKey, claimKey(lost.Email)).Run(ctx); err != nil {
			t.Fatal(err)
		}
		left, leaver := bothRegions(t, s)
		putItems(t, s, newItem(leaver.Close(time.Now())))
		sound := mustCreate(t, s, newSubject(), newAddress("sound"))
		active := []accounts.Account{loser, winner, lost, left, sound}

		r, err := s.Reconcile(ctx, 100, "", time.Hour)
		if err != nil || r.Checked != 5 || r.Waiting != 3 || len(r.Restored)+len(r.Contested) != 0 || r.Next != "" {
			t.Errorf("within the settle time: got %+v, %v", r, err)
		}

		var restored, contested []string
		next, checked := "", 0
		for range len(active) {
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
			t.Errorf("checked %d, restored %v, contested %v; want 5, %v, %s", checked, restored, contested, want, loser.ID)
		}
		for _, before := range active {
			a, err := s.Get(ctx, before.ID)
			if err != nil || a.Status != accounts.Active || a.Email != before.Email || a.Claims() == (a.ID == loser.ID) {
				t.Errorf("%+v became %+v, %v", before, a, err)
			}
			if owner := claimOn(t, s, a.Email).Owner; (owner == a.ID) != a.Claims() {
				t.Errorf("%+v, and the claim's owner is %s", a, owner)
			}
		}

		r, err = s.Reconcile(ctx, 100, "", 0)
		if err != nil || r.Checked != 5 || r.Waiting+len(r.Restored)+len(r.Contested) != 0 {
			t.Errorf("second time: got %+v, %v", r, err)
		}
		if _, err := s.Close(ctx, winner.ID, anyVersion, time.Now()); err != nil {
			t.Fatal(err)
		}
		r, err = s.Reconcile(ctx, 100, "", 0)
		a, _ := s.Get(ctx, loser.ID)
		if err != nil || !slices.Equal(r.Restored, []string{loser.ID}) || !a.Claims() ||
			claimOn(t, s, a.Email).Owner != loser.ID {
			t.Errorf("after the winner was closed: got %+v, %v; the loser is %+v", r, err, a)
		}
	})
}
