package store

import (
	"testing"
	"time"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// TestLostAnswers loses DynamoDB's answer to a write that was carried out: the
// SDK repeats it, and the store must not take its own write for another's.
func TestLostAnswers(t *testing.T) {
	each(t, func(t *testing.T, _ *Store, env lambdaenv.Env) {
		ctx := t.Context()
		s, m := metered(t, env)
		a := accounts.New(somebody(), address("ada"), accounts.Canada, time.Now())
		m.Lose()
		created, err := s.Create(ctx, a, "")
		as(t, "created", created, err, a)
		change := func(what string, f func(accounts.Account) (accounts.Account, error), version int64) accounts.Account {
			t.Helper()
			m.Lose()
			b, err := s.Change(ctx, a.ID, func(a accounts.Account) (accounts.Account, error) {
				if a.Version != version {
					return a, accounts.ErrStale
				}
				m.Lose() // the answer to the write that comes, after that to the read
				return f(a)
			})
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			return b
		}
		b := change("patched", patching(withEmail(address("other"))), a.Version)
		c := change("closed", closing, b.Version)
		read, err := s.Get(ctx, a.ID)
		as(t, "read", read, err, c)
		if calls := m.Take().Calls; len(calls) < 2*5 {
			t.Errorf("no answer was lost: %v", calls)
		}
	})
}
