package store

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/platform/idempotency"
	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// TestStore runs the conformance suite. All tests share one table; each uses
// subjects and addresses of its own.
func TestStore(t *testing.T) {
	suite := map[string]func(*testing.T, *Store){
		"Get returns the created account":                testRoundTrip,
		"a user has at most one account":                 testOneAccount,
		"an address has at most one active account":      testOneAddress,
		"an address moves with the account":              testAddressMoves,
		"a closed account stays closed":                  testClose,
		"an update without effect keeps the version":     testNoChange,
		"an update applies to the versions of the match": testVersions,
		"Close applies to the versions of the match":     testCloseVersions,
		"a repeated key returns the first result":        testKey,
		"a key is valid for one request":                 testKeyReused,
		"a key is remembered when the account is closed": testKeyOfClosed,
		"a failed request stores nothing":                testFailedKey,
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
	ctx, ada := t.Context(), newSubject()
	_, err := s.Get(ctx, ada)
	assertError(t, "get before create", err, accounts.ErrNotFound)
	a := accounts.New(ada, " "+strings.ToUpper(newAddress("ada")), accounts.Canada, time.Now())
	created, err := s.Create(ctx, a, noKey)
	assertAccount(t, "create", created, err, a)
	read, err := s.Get(ctx, ada)
	assertAccount(t, "get", read, err, a)
	if c := claimOn(t, s, a.Email); c.Owner != ada {
		t.Errorf("got the claim %+v", c)
	}
}

func testOneAccount(t *testing.T, s *Store) {
	ada, second := newSubject(), newAddress("second")
	a := mustCreate(t, s, ada, newAddress("ada"))
	_, err := s.Create(t.Context(), accounts.New(ada, second, accounts.Canada, time.Now()), noKey)
	assertError(t, "create a second account", err, accounts.ErrExists)
	if c := claimOn(t, s, second); c != (claimItem{}) {
		t.Errorf("got the claim %+v on the second address", c)
	}
	read, err := s.Get(t.Context(), ada)
	assertAccount(t, "get the first account", read, err, a)
}

func testOneAddress(t *testing.T, s *Store) {
	ctx, email, bob := t.Context(), newAddress("ada"), newSubject()
	a := mustCreate(t, s, newSubject(), email)
	_, err := s.Create(ctx, accounts.New(bob, strings.ToUpper(email), accounts.Canada, time.Now()), noKey)
	assertError(t, "create with the same address", err, accounts.ErrEmailTaken)
	_, err = s.Get(ctx, bob)
	assertError(t, "get after the refused create", err, accounts.ErrNotFound)
	b := mustCreate(t, s, bob, newAddress("bob"))
	_, err = s.Update(ctx, bob, anyVersion, withEmail(email), time.Now())
	assertError(t, "update to the same address", err, accounts.ErrEmailTaken)
	read, err := s.Get(ctx, bob)
	assertAccount(t, "get afterwards", read, err, b)
	if c := claimOn(t, s, email); c.Owner != a.ID {
		t.Errorf("got the claim %+v", c)
	}
}

func testAddressMoves(t *testing.T, s *Store) {
	ctx, first, second, ada := t.Context(), newAddress("first"), newAddress("second"), newSubject()
	mustCreate(t, s, ada, first)
	moved, err := s.Update(ctx, ada, anyVersion, withEmail(second), time.Now())
	if err != nil || moved.Email != strings.ToLower(second) {
		t.Fatalf("got %+v, %v", moved, err)
	}
	if c := claimOn(t, s, second); c.Owner != ada {
		t.Errorf("got the claim %+v", c)
	}
	mustCreate(t, s, newSubject(), first)
	_, err = s.Update(ctx, ada, anyVersion, withEmail(first), time.Now())
	assertError(t, "update to an address that another account has taken", err, accounts.ErrEmailTaken)
}

func testClose(t *testing.T, s *Store) {
	ctx, email, ada := t.Context(), newAddress("ada"), newSubject()
	a := mustCreate(t, s, ada, email)
	closed, err := s.Close(ctx, ada, anyVersion, time.Now())
	if err != nil || closed.Status != accounts.Closed || closed.Version == a.Version {
		t.Fatalf("got %+v, %v", closed, err)
	}
	again, err := s.Close(ctx, ada, anyVersion, time.Now())
	assertAccount(t, "close again", again, err, closed)
	read, err := s.Get(ctx, ada)
	assertAccount(t, "get", read, err, closed)
	_, err = s.Update(ctx, ada, anyVersion, withCountry(accounts.UnitedStates), time.Now())
	assertError(t, "update", err, accounts.ErrClosed)
	_, err = s.Create(ctx, accounts.New(ada, newAddress("new"), accounts.Canada, time.Now()), noKey)
	assertError(t, "create again", err, accounts.ErrClosed)
	mustCreate(t, s, newSubject(), email) // the address is free again
	_, err = s.Close(ctx, ada, anyVersion, time.Now())
	if c := claimOn(t, s, email); err != nil || c.Owner == ada || c.Owner == "" {
		t.Errorf("close a third time: %v, and another account's claim became %+v", err, c)
	}
	_, err = s.Close(ctx, newSubject(), anyVersion, time.Now())
	assertError(t, "close an account that does not exist", err, accounts.ErrNotFound)
}

func testNoChange(t *testing.T, s *Store) {
	ada := newSubject()
	a := mustCreate(t, s, ada, newAddress("ada"))
	same, err := s.Update(t.Context(), ada, anyVersion, accounts.Patch{Email: &a.Email, Country: &a.Country}, time.Now())
	assertAccount(t, "update to the same values", same, err, a)
}

func testVersions(t *testing.T, s *Store) {
	ctx, ada := t.Context(), newSubject()
	a := mustCreate(t, s, ada, newAddress("ada"))
	b, err := s.Update(ctx, ada, onlyVersion(a.Version), withCountry(accounts.UnitedStates), time.Now())
	if err != nil || b.Version == a.Version || b.Country != accounts.UnitedStates {
		t.Fatalf("got %+v, %v", b, err)
	}
	_, err = s.Update(ctx, ada, onlyVersion(a.Version), withCountry(accounts.Canada), time.Now())
	assertError(t, "update the previous version", err, accounts.ErrStale)
	read, err := s.Get(ctx, ada)
	assertAccount(t, "get afterwards", read, err, b)
}

func testCloseVersions(t *testing.T, s *Store) {
	ctx, ada := t.Context(), newSubject()
	a := mustCreate(t, s, ada, newAddress("ada"))
	_, err := s.Close(ctx, ada, onlyVersion(a.Version-1), time.Now())
	assertError(t, "close another version", err, accounts.ErrStale)
	read, err := s.Get(ctx, ada)
	assertAccount(t, "get afterwards", read, err, a)
	closed, err := s.Close(ctx, ada, onlyVersion(a.Version), time.Now())
	if err != nil || closed.Status != accounts.Closed {
		t.Fatalf("close: got %+v, %v", closed, err)
	}
	again, err := s.Close(ctx, ada, onlyVersion(a.Version), time.Now())
	assertAccount(t, "close again with the version before", again, err, closed)
	_, err = s.Update(ctx, ada, onlyVersion(a.Version), withCountry(accounts.UnitedStates), time.Now())
	assertError(t, "update the version before", err, accounts.ErrStale)
}

func testKey(t *testing.T, s *Store) {
	ctx, ada, email := t.Context(), newSubject(), newAddress("ada")
	key := withKey(ada, "content")
	first, err := s.Create(ctx, accounts.New(ada, email, accounts.Canada, time.Now()), key)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []accounts.Patch{withCountry(accounts.UnitedStates), withEmail(newAddress("moved"))} {
		if _, err := s.Update(ctx, ada, anyVersion, p, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	mustCreate(t, s, newSubject(), email) // the address belongs to another account now
	later := accounts.New(ada, email, accounts.Canada, time.Now().Add(time.Hour))
	again, err := s.Create(ctx, later, key)
	assertAccount(t, "create with the same key", again, err, first)
	_, err = s.Create(ctx, later, withKey("another", "content"))
	assertError(t, "create with another key", err, accounts.ErrExists)
	bob := accounts.New(newSubject(), newAddress("bob"), accounts.Canada, time.Now())
	his, err := s.Create(ctx, bob, key)
	assertAccount(t, "another user's create with the same key", his, err, bob)
}

func testKeyReused(t *testing.T, s *Store) {
	ctx, ada, email := t.Context(), newSubject(), newAddress("ada")
	a := accounts.New(ada, email, accounts.Canada, time.Now())
	if _, err := s.Create(ctx, a, withKey(ada, "content")); err != nil {
		t.Fatal(err)
	}
	_, err := s.Create(ctx, a, withKey(ada, "other content"))
	assertError(t, "same key, other content", err, idempotency.ErrReused)
}

func testKeyOfClosed(t *testing.T, s *Store) {
	ctx, ada := t.Context(), newSubject()
	key := withKey(ada, "content")
	a := accounts.New(ada, newAddress("ada"), accounts.Canada, time.Now())
	first, err := s.Create(ctx, a, key)
	assertAccount(t, "create", first, err, a)
	closed, err := s.Close(ctx, ada, anyVersion, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Create(ctx, accounts.New(ada, a.Email, accounts.Canada, time.Now()), key)
	assertAccount(t, "create again", again, err, first)
	read, err := s.Get(ctx, ada)
	assertAccount(t, "get", read, err, closed)
}

func testFailedKey(t *testing.T, s *Store) {
	ctx, email, bob := t.Context(), newAddress("ada"), newSubject()
	mustCreate(t, s, newSubject(), email)
	_, err := s.Create(ctx, accounts.New(bob, email, accounts.Canada, time.Now()), withKey(bob, "taken"))
	assertError(t, "create with a taken address", err, accounts.ErrEmailTaken)
	b := accounts.New(bob, newAddress("bob"), accounts.Canada, time.Now())
	created, err := s.Create(ctx, b, withKey(bob, "free"))
	assertAccount(t, "create another account with the key", created, err, b)
}
