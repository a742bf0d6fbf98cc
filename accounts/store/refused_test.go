package store

import (
	"testing"
	"time"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// TestNoFailureIsOverlooked refuses each call of each operation in turn.
func TestNoFailureIsOverlooked(t *testing.T) {
	each(t, func(t *testing.T, whole *Store, env lambdaenv.Env) {
		ctx := t.Context()
		s, m := metered(t, env)
		for name, prepare := range map[string]func() func() error{
			"Create": func() func() error {
				a := accounts.New(somebody(), address("ada"), accounts.Canada, time.Now())
				return func() error { _, err := s.Create(ctx, a, "key"); return err }
			},
			"Create, of an address that somebody has left": func() func() error {
				leaver := open(t, whole, somebody(), address("left"))
				force(t, whole, toItem(leaver.Close(time.Now())))
				a := accounts.New(somebody(), leaver.Email, accounts.Canada, time.Now())
				return func() error { _, err := s.Create(ctx, a, ""); return err }
			},
			"Get": func() func() error {
				a := open(t, whole, somebody(), address("ada"))
				return func() error { _, err := s.Get(ctx, a.ID); return err }
			},
			"Change": func() func() error {
				a := open(t, whole, somebody(), address("ada"))
				return func() error { _, err := s.Change(ctx, a.ID, patching(withEmail(address("new")))); return err }
			},
			"Change, of a loser": func() func() error {
				loser, _ := bothRegions(t, whole)
				return func() error {
					_, err := s.Change(ctx, loser.ID, patching(withCountry(accounts.UnitedStates)))
					return err
				}
			},
			"List": func() func() error {
				return func() error { _, _, err := s.List(ctx, accounts.Active, 1, ""); return err }
			},
			"Reconcile": func() func() error {
				for next := "more"; next != ""; { // what earlier ones have left
					r, err := whole.Reconcile(ctx, 100, "", 0)
					if err != nil {
						t.Fatal(err)
					}
					next = r.Next
				}
				bothRegions(t, whole)
				return func() error { _, err := s.Reconcile(ctx, 100, "", 0); return err }
			},
			"Probe": func() func() error { return func() error { return s.Probe(ctx) } },
		} {
			t.Run(name, func(t *testing.T) { dynamodbtest.EachCallRefused(t, m, prepare) })
		}
	})
}
