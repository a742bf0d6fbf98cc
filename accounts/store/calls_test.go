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
	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/rest"
)

// TestCalls compares the store's calls and capacity units with the documented
// ones, and the rights that the calls need with the operations' rights.
func TestCalls(t *testing.T) {
	const get, put, update, query = "GetItem", "PutItem", "UpdateItem", "Query"
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
				got.Written = wantWritten // DynamoDB Local counts the units of an index wrongly
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
				if g.Table == tables.Accounts.Name {
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
		ada, email := newSubject(), newAddress("ada")
		create := func(id, email string) error {
			_, err := s.Create(ctx, accounts.New(id, email, accounts.Canada, time.Now()), withKey(id, "content"))
			return err
		}
		change := func(p accounts.Patch) error {
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
		ok(create(ada, email))
		expect("create", 0.5, 3, get, put, put)
		ok(create(ada, email))
		expect("the same again", 0.5, 0, get)
		assertError(t, "taken", create(newSubject(), email), accounts.ErrEmailTaken)
		expect("create with a taken address", 0.5+0.5+1+1, 0, get, put, get, get, get) // a failed write has no units
		left := mustCreate(t, direct, newSubject(), newAddress("left"))
		putItems(t, direct, newItem(left.Close(time.Now())))
		ok(create(newSubject(), left.Email))
		expect("create with the address of a closed account", 0.5+0.5+1, 3, get, put, get, get, put, put)
		moved := mustCreate(t, direct, newSubject(), newAddress("moved"))
		if _, err := direct.Update(ctx, moved.ID, anyVersion, withEmail(newAddress("next")), time.Now()); err != nil {
			t.Fatal(err)
		}
		ok(create(newSubject(), moved.Email))
		expect("create with an address that was left", 0.5+0.5, 3, get, put, get, put, put)
		expired := accounts.NormalizeEmail(newAddress("expired"))
		putItems(t, direct, claimItem{Key: claimKey(expired), Owner: newSubject(), Token: 1})
		ok(create(newSubject(), expired))
		expect("create with an expired claim", 0.5+0.5+1, 1+3, get, put, get, get, update, put, put)
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

		ok(change(withCountry(accounts.UnitedStates)))
		expect("change the country", 0.5, 2, get, update)
		ok(change(withEmail(newAddress("ada"))))
		expect("change the address", 0.5+1, 1+2+1, get, get, put, update, update)
		ok(change(withCountry(accounts.UnitedStates)))
		expect("change nothing", 0.5+1, 0, get, get)
		uses(&api.Update)

		ok(closeAda())
		expect("close", 0.5, 3+1, get, update, update)
		ok(closeAda())
		expect("close again", 0.5, 0, get)
		uses(&api.Close)

		_, _, err := s.List(ctx, accounts.Active, rest.DefaultPageSize, "")
		ok(err)
		expect("list", 0.5, 0, query)
		uses(&api.List)
	})
}

// TestWritesAreBounded changes the account each time before a write can replace it, and
// checks that the write gives up.
func TestWritesAreBounded(t *testing.T) {
	each(t, func(t *testing.T, direct *Store, env lambdaenv.Env) {
		s, m := metered(t, env)
		a := mustCreate(t, direct, newSubject(), newAddress("ada"))
		var overtake func() bool
		overtake = func() bool {
			next := accounts.Canada
			if b, err := direct.Get(t.Context(), a.ID); err != nil || b.Country == next {
				next = accounts.UnitedStates
			}
			if _, err := direct.Update(t.Context(), a.ID, anyVersion, withCountry(next), time.Now()); err != nil {
				t.Error(err)
			}
			m.Before(1, overtake) // the claim, then the next write of the account
			return true
		}
		m.Before(3, overtake)
		_, err := s.Update(t.Context(), a.ID, anyVersion, withEmail(newAddress("wanted")), time.Now())
		assertError(t, "update", err, errBusy)
		if calls := m.Take().Calls; len(calls) != 2+2*(maxAttempts-1) {
			t.Errorf("update made the calls %s", strings.Join(calls, ", "))
		}
	})
}
