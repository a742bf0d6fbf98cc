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
				return func() error { _, err := s.Create(ctx, a, withKey(a.ID, "content")); return err }
			},
			"Create with an address that its owner has left": func() func() error {
				leaver := mustCreate(t, direct, newSubject(), newAddress("left"))
				putItems(t, direct, newItem(leaver.Close(time.Now())))
				a := accounts.New(newSubject(), leaver.Email, accounts.Canada, time.Now())
				return func() error { _, err := s.Create(ctx, a, noKey); return err }
			},
			"Create with an expired claim": func() func() error {
				email := accounts.NormalizeEmail(newAddress("claimed"))
				putItems(t, direct, claimItem{Key: claimKey(email), Owner: newSubject(), Token: 1})
				a := accounts.New(newSubject(), email, accounts.Canada, time.Now())
				return func() error { _, err := s.Create(ctx, a, noKey); return err }
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
			"Close": func() func() error {
				a := mustCreate(t, direct, newSubject(), newAddress("ada"))
				return func() error { _, err := s.Close(ctx, a.ID, anyVersion, time.Now()); return err }
			},
			"List": func() func() error {
				return func() error { _, _, err := s.List(ctx, accounts.Active, 1, ""); return err }
			},
			"Probe": func() func() error { return func() error { return s.Probe(ctx) } },
		} {
			t.Run(name, func(t *testing.T) { dynamodbtest.EachCallRefused(t, m, prepare) })
		}
	})
}
