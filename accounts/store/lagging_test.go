package store

import (
	"testing"
	"time"

	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/accounts/tables"
	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/platform/idempotency"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/resource"
)

// TestARepeatedRequestFindsTheAccountOfAnotherRegion opens an account after the first call
// of the same request, as in a Region that does not show the account yet. Then the account
// leaves the address, and another account gets it.
func TestARepeatedRequestFindsTheAccountOfAnotherRegion(t *testing.T) {
	each(t, func(t *testing.T, direct *Store, env lambdaenv.Env) {
		s, m := metered(t, env)
		for _, test := range []struct {
			name    string
			request idempotency.Request
			want    error
		}{
			{name: "the same request", request: withKey("key", "content")},
			{name: "other content", request: withKey("key", "other"), want: idempotency.ErrReused},
			{name: "no key", request: noKey, want: accounts.ErrExists},
		} {
			t.Run(test.name, func(t *testing.T) {
				a := accounts.New(newSubject(), newAddress("ada"), accounts.Canada, time.Now())
				m.Before(1, func() bool {
					if _, err := direct.Create(t.Context(), a, withKey("key", "content")); err != nil {
						t.Error(err)
					}
					if _, err := direct.Update(t.Context(), a.ID, anyVersion, withEmail(newAddress("next")), time.Now()); err != nil {
						t.Error(err)
					}
					mustCreate(t, direct, newSubject(), a.Email)
					return true
				})
				got, err := s.Create(t.Context(), a, test.request)
				if test.want != nil {
					assertError(t, "create", err, test.want)
					return
				}
				assertAccount(t, "create", got, err, a)
			})
		}
	})
}

// TestAnAddressIsFreeWhenTheRegionShowsThatItsOwnerHasLeft changes the owner between the
// read of the Region's replica and the up-to-date one. Then earlier versions of the owner, with
// the address, can still arrive in the Region.
func TestAnAddressIsFreeWhenTheRegionShowsThatItsOwnerHasLeft(t *testing.T) {
	each(t, func(t *testing.T, direct *Store, env lambdaenv.Env) {
		s, m := metered(t, env)
		change := func(id string, p accounts.Patch) {
			t.Helper()
			if _, err := direct.Update(t.Context(), id, anyVersion, p, time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		leaver := mustCreate(t, direct, newSubject(), newAddress("left"))
		change(leaver.ID, withEmail(newAddress("next")))
		change(leaver.ID, withCountry(accounts.UnitedStates)) // no longer the version with which it left
		create := func() error {
			_, err := s.Create(t.Context(), accounts.New(newSubject(), leaver.Email, accounts.Canada, time.Now()), noKey)
			return err
		}
		m.Before(3, func() bool {
			change(leaver.ID, withCountry(accounts.Canada))
			return true
		})
		assertError(t, "the replica is behind", create(), errLeaving)
		m.Take()
		if err := create(); err != nil {
			t.Errorf("the replica is up to date: %v", err)
		}
	})
}

// TestAnAddressIsFreeWhenEveryRegionShowsThatItsOwnerHasLeft takes an address while another
// Region's replica, which is a table of its own here, shows its owner as before.
func TestAnAddressIsFreeWhenEveryRegionShowsThatItsOwnerHasLeft(t *testing.T) {
	elsewhere := resource.Table{Name: "elsewhere", HashKey: tables.Accounts.HashKey}
	dynamodbtest.Each(t, []resource.Table{tables.Accounts, elsewhere}, func(t *testing.T, env lambdaenv.Env) {
		direct := Open(env)
		behind, m := dynamodbtest.Through(t, env)
		s, replica := Open(behind), &Store{table: dynamodb.OpenTable(env, elsewhere)}
		s.others = func() []dynamo.Table { return []dynamo.Table{dynamodb.OpenTable(behind, elsewhere)} }
		replicate := func(id string) {
			t.Helper()
			i, err := direct.get(t.Context(), id, true, allAttributes)
			if err != nil {
				t.Fatal(err)
			}
			putItems(t, replica, i)
		}
		closed, moved := mustCreate(t, direct, newSubject(), newAddress("closed")), mustCreate(t, direct, newSubject(),
			newAddress("moved"))
		expired := accounts.NormalizeEmail(newAddress("expired"))
		putItems(t, direct, claimItem{Key: claimKey(expired), Owner: moved.ID, Token: 1})
		for _, a := range []accounts.Account{closed, moved} {
			replicate(a.ID)
		}
		putItems(t, direct, newItem(closed.Close(time.Now())))
		if _, err := direct.Update(t.Context(), moved.ID, anyVersion, withEmail(newAddress("next")), time.Now()); err != nil {
			t.Fatal(err)
		}
		create := func(email string) error {
			_, err := s.Create(t.Context(), accounts.New(newSubject(), email, accounts.Canada, time.Now()), noKey)
			return err
		}
		for _, email := range []string{closed.Email, moved.Email, expired} {
			assertError(t, email+" before replication", create(email), errLeaving)
		}
		for _, a := range []accounts.Account{closed, moved} {
			replicate(a.ID)
		}
		for email, want := range map[string]int{closed.Email: 7, moved.Email: 6, expired: 8} {
			m.Take()
			if err := create(email); err != nil {
				t.Errorf("%s after replication: %v", email, err)
			}
			if calls := m.Take().Calls; len(calls) != want { // one more than without another Region
				t.Errorf("%s took the calls %v, want %d", email, calls, want)
			}
		}
	})
}
