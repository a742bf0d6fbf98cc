package store

import (
	"testing"
	"time"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// TestLostResponses loses DynamoDB's response to a write that was carried out.
// The SDK repeats the write, and the store must not take its own first attempt
// for the write of another.
func TestLostResponses(t *testing.T) {
	each(t, func(t *testing.T, _ *Store, env lambdaenv.Env) {
		ctx := t.Context()
		s, m := metered(t, env)
		a := accounts.New(newSubject(), newAddress("ada"), accounts.Canada, time.Now())
		m.Lose()
		created, err := s.Create(ctx, a, noKey)
		assertAccount(t, "create", created, err, a)
		change := func(name string, decide func(accounts.Account) (accounts.Account, error), version int64) accounts.Account {
			t.Helper()
			m.Lose()
			b, err := s.change(ctx, a.ID, func(a accounts.Account) (accounts.Account, error) {
				if a.Version != version {
					return a, accounts.ErrStale
				}
				m.Lose() // the response to the write that follows; the first call lost the read's
				return decide(a)
			})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return b
		}
		b := change("update", func(a accounts.Account) (accounts.Account, error) {
			return a.Patch(withEmail(newAddress("other")), time.Now())
		}, a.Version)
		c := change("close", func(a accounts.Account) (accounts.Account, error) {
			return a.Close(time.Now()), nil
		}, b.Version)
		read, err := s.Get(ctx, a.ID)
		assertAccount(t, "get", read, err, c)
		if calls := m.Take().Calls; len(calls) < 2*5 {
			t.Errorf("made only the calls %v, so no response was lost", calls)
		}
	})
}
