package store

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/api"
	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/rest"
)

// TestCalls compares the store's calls and capacity units with the documented
// ones, and the rights that the calls need with the operations' rights.
func TestCalls(t *testing.T) {
	const (
		get, write, query, batch = "GetItem", "TransactWriteItems", "Query", "BatchGetItem"
	)
	each(t, func(t *testing.T, direct *Store, env lambdaenv.Env) {
		ctx := context.Background()
		s, m := metered(t, env)
		local := *env.AWS("DYNAMODB").BaseEndpoint == os.Getenv(dynamodbtest.LocalVariable)
		var used []string
		expect := func(name string, wantRead, wantWritten float64, wantCalls ...string) {
			t.Helper()
			got := m.Take()
			used = append(used, got.Actions...)
			if local {
				got.Written = wantWritten // DynamoDB Local counts the units of a transaction wrongly
			}
			if !slices.Equal(got.Calls, wantCalls) || got.Read != wantRead || got.Written != wantWritten {
				t.Errorf("%s: calls %s, %v units read, %v written; want %s, %v, %v",
					name, got.Calls, got.Read, got.Written, wantCalls, wantRead, wantWritten)
			}
		}
		// uses compares the rights needed by the calls since its last call with the rights that op declares.
		uses := func(op rest.Described) {
			t.Helper()
			var declared []string
			for _, g := range op.Describe().Uses {
				if g.Table != "" {
					declared = append(declared, g.Actions...)
				}
			}
			slices.Sort(declared)
			slices.Sort(used)
			if used = slices.Compact(used); !slices.Equal(used, declared) {
				t.Errorf("%s uses %v and declares %v", op.Describe().ID, used, declared)
			}
			used = nil
		}
		ada, bob, email := newSubject(), newSubject(), newAddress("ada")
		create := func(id, email, key string) error {
			_, err := s.Create(ctx, accounts.New(id, email, accounts.Canada, time.Now()), key)
			return err
		}
		update := func(p accounts.Patch) error {
			_, err := s.Update(ctx, ada, anyVersion, p, time.Now())
			return err
		}
		closeAda := func() error {
			_, err := s.Close(ctx, ada, anyVersion, time.Now())
			return err
		}
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		ok(create(ada, email, "key"))
		expect("create with a key", 0, 7, write)
		ok(create(ada, email, "key"))
		expect("the same again", 0, 0, write) // a failed transaction does not return its units
		ok(create(bob, newAddress("bob"), ""))
		expect("create without a key", 0, 5, write)
		assertError(t, "taken", create(newSubject(), email, ""), accounts.ErrEmailTaken)
		expect("create with a taken address", 1, 0, write, get)
		left := newAddress("left")
		putItems(t, direct, claimItem{Key: claimKey(accounts.NormalizeEmail(left)), Owner: bob, Version: 1})
		ok(create(newSubject(), left, ""))
		expect("create with an address that was left", 1, 5, write, get, write)
		uses(&api.Create)

		for _, op := range []rest.Described{&api.Get, &api.GetMine} {
			_, err := s.Get(ctx, ada)
			ok(err)
			expect("get", 0.5, 0, get)
			uses(op)
		}
		ok(s.Probe(ctx))
		expect("probe", 0.5, 0, get)
		uses(&api.Check)

		ok(update(withCountry(accounts.UnitedStates)))
		expect("change the country", 1, 5, get, write)
		ok(update(withEmail(newAddress("ada"))))
		expect("change the address", 1, 7, get, write)
		ok(update(withCountry(accounts.UnitedStates)))
		expect("change nothing", 1, 0, get)
		uses(&api.Update)

		ok(closeAda())
		expect("close", 1, 6, get, write)
		ok(closeAda())
		expect("close again", 1, 0, get)
		uses(&api.Close)

		_, _, err := s.List(ctx, accounts.Active, api.DefaultLimit, "")
		ok(err)
		expect("list", 0.5, 0, query)
		uses(&api.List)

		// Another account has the claim on Bob's address, so its owner is read.
		b, err := direct.Get(ctx, bob)
		ok(err)
		rival := mustCreate(t, direct, newSubject(), newAddress("rival"))
		putItems(t, direct, claimItem{Key: claimKey(b.Email), Owner: rival.ID, Version: rival.Version})
		rival.Email = b.Email
		putItems(t, direct, newItem(rival))
		r, err := s.Reconcile(ctx, 100, "", 0)
		if err != nil || len(r.Contested) != 1 || r.Contested[0] != bob {
			t.Fatalf("reconcile: got %+v, %v", r, err)
		}
		expect("contest", 0.5+2+1, 5, query, batch, batch, write)
		putItems(t, direct, newItem(rival.Close(time.Now())))
		r, err = s.Reconcile(ctx, 100, "", 0)
		if err != nil || len(r.Restored) != 1 || r.Restored[0] != bob {
			t.Fatalf("reconcile: got %+v, %v", r, err)
		}
		expect("restore", 0.5+2+1, 5, query, batch, batch, write)
		uses(&api.Reconcile)
	})
}

// TestWritesAreBounded changes the claim of another account each time before a
// write can replace it, and checks that the write gives up after at most nine
// calls.
func TestWritesAreBounded(t *testing.T) {
	each(t, func(t *testing.T, direct *Store, env lambdaenv.Env) {
		s, m := metered(t, env)
		a := mustCreate(t, direct, newSubject(), newAddress("ada"))
		bob := mustCreate(t, direct, newSubject(), newAddress("bob"))
		wanted := accounts.NormalizeEmail(newAddress("wanted"))
		left := claimItem{claimKey(wanted), bob.ID, 1}
		var renew func()
		renew = func() {
			left.Version++
			putItems(t, direct, left)
			m.AfterGet(renew)
		}
		renew()
		_, err := s.Create(t.Context(), accounts.New(newSubject(), wanted, accounts.Canada, time.Now()), "key")
		assertError(t, "create", err, errBusy)
		created := m.Take().Calls
		_, err = s.Update(t.Context(), a.ID, anyVersion, withEmail(wanted), time.Now())
		assertError(t, "update", err, errBusy)
		if changed := m.Take().Calls; len(created) != 2*maxAttempts || len(changed) != 1+2*maxAttempts || len(changed) > 9 {
			t.Errorf("create made the calls %s, update made the calls %s", created, changed)
		}
	})
}

// TestRepairsAreBounded checks that a reconciliation makes at most nine calls.
func TestRepairsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, direct *Store, env lambdaenv.Env) {
		s, m := metered(t, env)
		const damaged = 2*maxRepairs + 2
		for range damaged {
			a := mustCreate(t, direct, newSubject(), newAddress("a"))
			if err := direct.table.Delete(hashKey, claimKey(a.Email)).Run(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		restored, next := 0, ""
		for round := 1; round <= damaged; round++ {
			r, err := s.Reconcile(t.Context(), 100, next, 0)
			if err != nil || len(r.Restored) > maxRepairs {
				t.Fatalf("%+v, %v", r, err)
			}
			if calls := m.Take().Calls; len(calls) > 9 {
				t.Fatalf("reconciliation %d made the calls %s", round, strings.Join(calls, ", "))
			}
			restored += len(r.Restored)
			if next = r.Next; next == "" {
				break
			}
		}
		if restored != damaged {
			t.Errorf("restored %d accounts, want %d", restored, damaged)
		}
	})
}
