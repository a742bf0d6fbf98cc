package store

import (
	"testing"
	"time"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// TestEveryFailureIsReturned refuses each call of each operation in turn and
// checks that the operation fails.
func TestEveryFailureIsReturned(t *testing.T) {
	each(t, func(t *testing.T, direct *Store, env lambdaenv.Env) {
		ctx := t.Context()
		s, m := metered(t, env)
		for name, prepare := range map[string]func() func() error{
			"Create": func() func() error {
				a := accounts.New(newSubject(), newAddress("ada"), accounts.Canada, time.Now())
				return func() error { _, err := s.Create(ctx, a, "key"); return err }
			},
			"Create with an address that its owner has left": func() func() error {
				leaver := mustCreate(t, direct, newSubject(), newAddress("left"))
				putItems(t, direct, newItem(leaver.Close(time.Now())))
				a := accounts.New(newSubject(), leaver.Email, accounts.Canada, time.Now())
				return func() error { _, err := s.Create(ctx, a, ""); return err }
			},
			"Get": func() func() error {
				a := mustCreate(t, direct, newSubject(), newAddress("ada"))
				return func() error { _, err := s.Get(ctx, a.ID); return err }
			},
			"Update": func() func() error {
				a := mustCreate(t, direct, newSubject(), newAddress("ada"))
				return func() error {
					_, err := s.Update(ctx, a.ID, anyVersion, withEmail(newAddress("new")), time.Now())
					return err
				}
			},
			"Update of an account that has lost its address": func() func() error {
				loser, _ := bothRegions(t, direct)
				return func() error {
					_, err := s.Update(ctx, loser.ID, anyVersion, withCountry(accounts.UnitedStates), time.Now())
					return err
				}
			},
			"List": func() func() error {
				return func() error { _, _, err := s.List(ctx, accounts.Active, 1, ""); return err }
			},
			"Reconcile": func() func() error {
				for next := "more"; next != ""; { // repair what the earlier subtests left
					r, err := direct.Reconcile(ctx, 100, "", 0)
					if err != nil {
						t.Fatal(err)
					}
					next = r.Next
				}
				bothRegions(t, direct)
				return func() error { _, err := s.Reconcile(ctx, 100, "", 0); return err }
			},
			"Probe": func() func() error { return func() error { return s.Probe(ctx) } },
		} {
			t.Run(name, func(t *testing.T) { dynamodbtest.EachCallRefused(t, m, prepare) })
		}
	})
}
