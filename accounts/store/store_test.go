package store

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// TestStore is the conformance suite: each test has subjects and addresses of
// its own in one table.
func TestStore(t *testing.T) {
	suite := map[string]func(*testing.T, *Store){
		"an account is read as it was written":            testRoundTrip,
		"a user has one account":                          testOneAccount,
		"an address is one active account's":              testOneAddress,
		"an address moves with the account":               testAddressMoves,
		"an account closes for good":                      testClose,
		"what changes nothing is not written":             testNoChange,
		"a change applies to the version it is meant for": testVersions,
		"a key gets the first answer":                     testKey,
		"a key is used for one request":                   testKeyReused,
		"a key is forgotten after a day":                  testKeyExpires,
		"a request that failed leaves no trace":           testFailedKey,
	}
	each(t, func(t *testing.T, s *Store, _ lambdaenv.Env) {
		if err := s.Probe(context.Background()); err != nil {
			t.Fatal(err)
		}
		for name, test := range suite {
			t.Run(name, func(t *testing.T) { test(t, s) })
		}
	})
}

func testRoundTrip(t *testing.T, s *Store) {
	ctx, ada := t.Context(), somebody()
	_, err := s.Get(ctx, ada)
	fails(t, "before it is opened", err, accounts.ErrNotFound)
	a := accounts.New(ada, " "+strings.ToUpper(address("ada")), accounts.Canada, time.Now())
	created, err := s.Create(ctx, a, "")
	as(t, "created", created, err, a)
	read, err := s.Get(ctx, ada)
	as(t, "read", read, err, a)
	if c := claimed(t, s, a.Email); c != (accounts.Claim{Owner: ada, Version: a.Version}) {
		t.Errorf("the claim is %+v", c)
	}
}

func testOneAccount(t *testing.T, s *Store) {
	ada, second := somebody(), address("second")
	a := open(t, s, ada, address("ada"))
	_, err := s.Create(t.Context(), accounts.New(ada, second, accounts.Canada, time.Now()), "")
	fails(t, "a second account", err, accounts.ErrExists)
	if c := claimed(t, s, second); c != (accounts.Claim{}) {
		t.Errorf("the second address is claimed: %+v", c)
	}
	read, err := s.Get(t.Context(), ada)
	as(t, "the first", read, err, a)
}

func testOneAddress(t *testing.T, s *Store) {
	ctx, email, bob := t.Context(), address("ada"), somebody()
	a := open(t, s, somebody(), email)
	_, err := s.Create(ctx, accounts.New(bob, strings.ToUpper(email), accounts.Canada, time.Now()), "")
	fails(t, "opened with the same address", err, accounts.ErrEmailTaken)
	_, err = s.Get(ctx, bob)
	fails(t, "read after that", err, accounts.ErrNotFound)
	b := open(t, s, bob, address("bob"))
	_, err = s.Change(ctx, bob, patching(withEmail(email)))
	fails(t, "patched to the same address", err, accounts.ErrEmailTaken)
	read, err := s.Get(ctx, bob)
	as(t, "after that", read, err, b)
	if c := claimed(t, s, email); c.Owner != a.ID {
		t.Errorf("the claim is %+v", c)
	}
}

func testAddressMoves(t *testing.T, s *Store) {
	ctx, first, second, ada := t.Context(), address("first"), address("second"), somebody()
	open(t, s, ada, first)
	moved, err := s.Change(ctx, ada, patching(withEmail(second)))
	if err != nil || moved.Email != strings.ToLower(second) || moved.EmailStatus != accounts.Confirmed {
		t.Fatalf("got %+v, %v", moved, err)
	}
	if c := claimed(t, s, second); c != (accounts.Claim{Owner: ada, Version: moved.Version}) {
		t.Errorf("the claim is %+v", c)
	}
	open(t, s, somebody(), first)
	_, err = s.Change(ctx, ada, patching(withEmail(first)))
	fails(t, "back to an address that is another's by now", err, accounts.ErrEmailTaken)
}

func testClose(t *testing.T, s *Store) {
	ctx, email, ada := t.Context(), address("ada"), somebody()
	a := open(t, s, ada, email)
	closed, err := s.Change(ctx, ada, closing)
	if err != nil || closed.Status != accounts.Closed || closed.Version <= a.Version {
		t.Fatalf("got %+v, %v", closed, err)
	}
	again, err := s.Change(ctx, ada, closing)
	as(t, "closed again", again, err, closed)
	read, err := s.Get(ctx, ada)
	as(t, "read", read, err, closed)
	_, err = s.Change(ctx, ada, patching(withCountry(accounts.UnitedStates)))
	fails(t, "patched", err, accounts.ErrClosed)
	_, err = s.Create(ctx, accounts.New(ada, address("new"), accounts.Canada, time.Now()), "")
	fails(t, "opened again", err, accounts.ErrClosed)
	open(t, s, somebody(), email) // the address is free
	_, err = s.Change(ctx, ada, closing)
	if c := claimed(t, s, email); err != nil || c.Owner == ada || c.Owner == "" {
		t.Errorf("closed once more: %v, and the address of another is claimed by %+v", err, c)
	}
	_, err = s.Change(ctx, somebody(), closing)
	fails(t, "an account that is not there", err, accounts.ErrNotFound)
}

func testNoChange(t *testing.T, s *Store) {
	ada := somebody()
	a := open(t, s, ada, address("ada"))
	same, err := s.Change(t.Context(), ada, patching(accounts.Patch{Email: &a.Email, Country: &a.Country}))
	as(t, "patched to what it is", same, err, a)
}

func testVersions(t *testing.T, s *Store) {
	ctx, ada := t.Context(), somebody()
	a := open(t, s, ada, address("ada"))
	b, err := s.Change(ctx, ada, ifVersion(a.Version, withCountry(accounts.UnitedStates)))
	if err != nil || b.Version <= a.Version || b.Country != accounts.UnitedStates {
		t.Fatalf("got %+v, %v", b, err)
	}
	_, err = s.Change(ctx, ada, ifVersion(a.Version, withCountry(accounts.Canada)))
	fails(t, "with the version before", err, accounts.ErrStale)
	read, err := s.Get(ctx, ada)
	as(t, "after that", read, err, b)
}

func testKey(t *testing.T, s *Store) {
	ctx, ada, email := t.Context(), somebody(), address("ada")
	first, err := s.Create(ctx, accounts.New(ada, email, accounts.Canada, time.Now()), "key")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Change(ctx, ada, patching(withCountry(accounts.UnitedStates))); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	again, err := s.Create(ctx, accounts.New(ada, strings.ToUpper(email), accounts.Canada, later), "key")
	as(t, "the same key", again, err, first)
	_, err = s.Create(ctx, accounts.New(ada, email, accounts.Canada, later), "another key")
	fails(t, "another key", err, accounts.ErrExists)
	bob := accounts.New(somebody(), address("bob"), accounts.Canada, later)
	his, err := s.Create(ctx, bob, "key")
	as(t, "another user's same key", his, err, bob)
}

func testKeyReused(t *testing.T, s *Store) {
	ctx, ada, email := t.Context(), somebody(), address("ada")
	if _, err := s.Create(ctx, accounts.New(ada, email, accounts.Canada, time.Now()), "key"); err != nil {
		t.Fatal(err)
	}
	_, err := s.Create(ctx, accounts.New(ada, email, accounts.UnitedStates, time.Now()), "key")
	fails(t, "another country", err, accounts.ErrKeyReused)
	_, err = s.Create(ctx, accounts.New(ada, address("other"), accounts.Canada, time.Now()), "key")
	fails(t, "another address", err, accounts.ErrKeyReused)
}

func testKeyExpires(t *testing.T, s *Store) {
	a := accounts.New(somebody(), address("ada"), accounts.Canada, time.Now())
	expired := newRecord(accounts.New(a.ID, address("old"), accounts.Canada, time.Now()), "key")
	if life := time.Until(time.Unix(expired.ExpiresAt, 0)); life < 23*time.Hour || life > 25*time.Hour {
		t.Errorf("a record lives %v", life)
	}
	expired.ExpiresAt = time.Now().Add(-time.Second).Unix() // and TTL has not come by yet
	force(t, s, expired)
	created, err := s.Create(t.Context(), a, "key")
	as(t, "created", created, err, a)
	again, err := s.Create(t.Context(), a, "key")
	as(t, "again", again, err, a)
}

func testFailedKey(t *testing.T, s *Store) {
	ctx, email, bob := t.Context(), address("ada"), somebody()
	open(t, s, somebody(), email)
	_, err := s.Create(ctx, accounts.New(bob, email, accounts.Canada, time.Now()), "key")
	fails(t, "a taken address", err, accounts.ErrEmailTaken)
	b := accounts.New(bob, address("bob"), accounts.Canada, time.Now())
	created, err := s.Create(ctx, b, "key")
	as(t, "another request with the key", created, err, b)
}
