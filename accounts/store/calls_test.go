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

// TestCalls holds the store to what the operations' comments say of their calls
// and capacity units, and the operations' rights to what the calls need.
func TestCalls(t *testing.T) {
	const (
		get, write, query, batch = "GetItem", "TransactWriteItems", "Query", "BatchGetItem"
	)
	each(t, func(t *testing.T, direct *Store, env lambdaenv.Env) {
		ctx := context.Background()
		s, m := metered(t, env)
		local := *env.AWS("DYNAMODB").BaseEndpoint == os.Getenv(dynamodbtest.LocalVariable)
		var used []string
		expect := func(what string, wantRead, wantWritten float64, wantCalls ...string) {
			t.Helper()
			got := m.Take()
			used = append(used, got.Actions...)
			if local {
				got.Written = wantWritten // DynamoDB Local counts a transaction's units wrongly; the embedded engine as AWS does
			}
			if !slices.Equal(got.Calls, wantCalls) || got.Read != wantRead || got.Written != wantWritten {
				t.Errorf("%s: calls %s, %v units read, %v written; want %s, %v, %v",
					what, got.Calls, got.Read, got.Written, wantCalls, wantRead, wantWritten)
			}
		}
		// uses compares the rights that the calls since the last time needed with those declared.
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
				t.Errorf("%s uses %v, and declares %v", op.Describe().ID, used, declared)
			}
			used = nil
		}
		create := func(id, email, key string) error {
			_, err := s.Create(ctx, accounts.New(id, email, accounts.Canada, time.Now()), key)
			return err
		}
		change := func(id string, f func(accounts.Account) (accounts.Account, error)) error {
			_, err := s.Change(ctx, id, f)
			return err
		}
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		ada, bob, email := somebody(), somebody(), address("ada")

		ok(create(ada, email, "key"))
		expect("create with a key", 0, 7, write)
		ok(create(ada, email, "key"))
		expect("the same again", 0, 0, write) // the units of what fails are not told
		ok(create(bob, address("bob"), ""))
		expect("create without a key", 0, 5, write)
		fails(t, "taken", create(somebody(), email, ""), accounts.ErrEmailTaken)
		expect("create with a taken address", 1, 0, write, get)
		left := address("left")
		force(t, direct, claimItem{Key: claimKey(accounts.NormalizeEmail(left)), Owner: bob, Version: 1})
		ok(create(somebody(), left, ""))
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

		ok(change(ada, patching(withCountry(accounts.UnitedStates))))
		expect("patch the country", 1, 5, get, write)
		ok(change(ada, patching(withEmail(address("ada")))))
		expect("patch the address", 1, 7, get, write)
		ok(change(ada, patching(withCountry(accounts.UnitedStates))))
		expect("patch nothing", 1, 0, get)
		uses(&api.Update)

		ok(change(ada, closing))
		expect("close", 1, 6, get, write)
		ok(change(ada, closing))
		expect("close again", 1, 0, get)
		uses(&api.Close)

		_, _, err := s.List(ctx, accounts.Active, api.DefaultLimit, "")
		ok(err)
		expect("list", 0.5, 0, query)
		uses(&api.List)

		// Bob's claim is another's, and its owner is looked at.
		b, err := direct.Get(ctx, bob)
		ok(err)
		rival := open(t, direct, somebody(), address("rival"))
		force(t, direct, claimItem{Key: claimKey(b.Email), Owner: rival.ID, Version: rival.Version})
		rival.Email = b.Email
		force(t, direct, toItem(rival))
		r, err := s.Reconcile(ctx, 100, "", 0)
		if err != nil || len(r.Contested) != 1 || r.Contested[0] != bob {
			t.Fatalf("reconciled: %+v, %v", r, err)
		}
		expect("contest", 0.5+2+1, 5, query, batch, batch, write)
		force(t, direct, toItem(rival.Close(time.Now())))
		r, err = s.Reconcile(ctx, 100, "", 0)
		if err != nil || len(r.Restored) != 1 || r.Restored[0] != bob {
			t.Fatalf("reconciled: %+v, %v", r, err)
		}
		expect("restore", 0.5+2+1, 5, query, batch, batch, write)
		uses(&api.Reconcile)
	})
}

// TestWritesAreBounded lets the claim in the way change hands each time before
// it is taken: a write gives up after a single-digit number of calls.
func TestWritesAreBounded(t *testing.T) {
	each(t, func(t *testing.T, direct *Store, env lambdaenv.Env) {
		s, m := metered(t, env)
		a, bob := open(t, direct, somebody(), address("ada")), open(t, direct, somebody(), address("bob"))
		wanted := accounts.NormalizeEmail(address("wanted"))
		left := claimItem{claimKey(wanted), bob.ID, 1}
		var hand func()
		hand = func() {
			left.Version++
			force(t, direct, left)
			m.AfterGet(hand)
		}
		hand()
		_, err := s.Create(t.Context(), accounts.New(somebody(), wanted, accounts.Canada, time.Now()), "key")
		fails(t, "create", err, errBusy)
		created := m.Take().Calls
		_, err = s.Change(t.Context(), a.ID, patching(withEmail(wanted)))
		fails(t, "change", err, errBusy)
		if changed := m.Take().Calls; len(created) != 2*maxAttempts || len(changed) != 1+2*maxAttempts || len(changed) > 9 {
			t.Errorf("created with the calls %s, changed with %s", created, changed)
		}
	})
}

// TestRepairsAreBounded holds a reconciliation to a single-digit number of calls.
func TestRepairsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, direct *Store, env lambdaenv.Env) {
		s, m := metered(t, env)
		const damaged = 2*maxRepairs + 2
		for range damaged {
			a := open(t, direct, somebody(), address("a"))
			if err := direct.table.Delete(hashKey, claimKey(a.Email)).Run(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		restored, next := 0, ""
		for round := 1; ; round++ {
			r, err := s.Reconcile(t.Context(), 100, next, 0)
			if err != nil || len(r.Restored) > maxRepairs {
				t.Fatalf("%+v, %v", r, err)
			}
			if calls := m.Take().Calls; len(calls) > 9 {
				t.Fatalf("round %d made the calls %s", round, strings.Join(calls, ", "))
			}
			restored += len(r.Restored)
			if next = r.Next; next == "" {
				break
			}
		}
		if restored != damaged {
			t.Errorf("restored %d of %d", restored, damaged)
		}
	})
}
