package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/platform/idempotency"
	"github.com/meridian-api/meridian/platform/lambdaenv"
)

// model is the simplest implementation of a store that behaves as Store must.
type model struct {
	accounts map[string]accounts.Account
	results  map[string]result // by user and key
}

// result is the result of a request with an idempotency key, with its content.
type result struct {
	email   string
	country accounts.Country
	account accounts.Account
}

// requestOf returns the request that creates a with the user's key, or noKey.
func requestOf(user, key string, a accounts.Account) idempotency.Request {
	if key == "" {
		return noKey
	}
	return withKey(user+key, a.Email+string(a.Country))
}

// taken reports whether an active account other than id has the address.
func (m model) taken(email, id string) bool {
	for _, a := range m.accounts {
		if a.ID != id && a.Status == accounts.Active && a.Email == email {
			return true
		}
	}
	return false
}

// create returns the expected result of Create.
func (m model) create(a accounts.Account, key string) (accounts.Account, error) {
	before, exists := m.accounts[a.ID]
	known, repeated := m.results[a.ID+key]
	switch {
	case repeated && key != "" && (known.email != a.Email || known.country != a.Country):
		return a, idempotency.ErrReused
	case repeated && key != "":
		return known.account, nil
	case exists && before.Status == accounts.Closed:
		return a, accounts.ErrClosed
	case exists:
		return a, accounts.ErrExists
	case m.taken(a.Email, a.ID):
		return a, accounts.ErrEmailTaken
	}
	m.accounts[a.ID] = a
	m.results[a.ID+key] = result{a.Email, a.Country, a}
	return a, nil
}

// change returns the expected result of a change of an account.
func (m model) change(id string, change func(accounts.Account) (accounts.Account, error)) (accounts.Account, error) {
	before, exists := m.accounts[id]
	if !exists {
		return before, accounts.ErrNotFound
	}
	after, err := change(before)
	if err != nil {
		return after, err
	}
	if after.Status == accounts.Active && m.taken(after.Email, id) {
		return before, accounts.ErrEmailTaken
	}
	m.accounts[id] = after
	return after, nil
}

// TestModel makes random sequences of requests to the store and to the model and
// compares the results.
func TestModel(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ lambdaenv.Env) {
		ctx, run := context.Background(), 0
		rapid.Check(t, func(t *rapid.T) {
			run++
			users, emails := make([]string, 3), make([]string, 3)
			for i := range users {
				users[i] = fmt.Sprintf("user-%d-%d", run, i)
				emails[i] = fmt.Sprintf("address-%d-%d@example.com", run, i)
			}
			m := model{map[string]accounts.Account{}, map[string]result{}}
			now := time.Now()
			for range rapid.IntRange(1, 10).Draw(t, "requests") {
				now = now.Add(time.Millisecond)
				user := rapid.SampledFrom(users).Draw(t, "user")
				email := rapid.SampledFrom(emails).Draw(t, "email")
				country := rapid.SampledFrom([]accounts.Country{accounts.Canada, accounts.UnitedStates}).Draw(t, "country")
				before := m.accounts[user].Version
				version := before - rapid.Int64Range(0, 1).Draw(t, "stale")
				var got, want accounts.Account
				var gotErr, wantErr error
				switch rapid.SampledFrom([]string{"create", "create", "update", "update", "close"}).Draw(t, "request") {
				case "create":
					key := rapid.SampledFrom([]string{"", "one", "two"}).Draw(t, "key")
					a := accounts.New(user, email, country, now)
					want, wantErr = m.create(a, key)
					got, gotErr = s.Create(ctx, a, requestOf(user, key, a))
				case "update":
					p := accounts.Patch{Email: &email, Country: &country}
					if rapid.Bool().Draw(t, "leaves the address") {
						p.Email = nil
					}
					want, wantErr = m.change(user, func(a accounts.Account) (accounts.Account, error) {
						if a.Version != version {
							return a, accounts.ErrStale
						}
						return a.Patch(p, now)
					})
					got, gotErr = s.Update(ctx, user, onlyVersion(version), p, now)
				case "close":
					want, wantErr = m.change(user, func(a accounts.Account) (accounts.Account, error) {
						if a.Status == accounts.Active && a.Version != version {
							return a, accounts.ErrStale
						}
						return a.Close(now), nil
					})
					got, gotErr = s.Close(ctx, user, onlyVersion(version), now)
				}
				if gotErr == nil && wantErr == nil && want == m.accounts[user] && want.Version != before {
					if got.Version == before {
						t.Fatalf("%+v has the version from before the change", got)
					}
					want.Version = got.Version // the store and the model draw their own
					m.accounts[user] = want
				}
				if !errors.Is(gotErr, wantErr) || gotErr == nil && got != want {
					t.Fatalf("got %+v, %v; want %+v, %v", got, gotErr, want, wantErr)
				}
			}
			m.compare(ctx, t, s, users, emails)
		})
	})
}

// compare checks that the store has the accounts of the model, and a claim for
// each active account and no other.
func (m model) compare(ctx context.Context, t *rapid.T, s *Store, users, emails []string) {
	for _, user := range users {
		got, err := s.Get(ctx, user)
		want, exists := m.accounts[user]
		if exists && (err != nil || got != want) || !exists && !errors.Is(err, accounts.ErrNotFound) {
			t.Fatalf("account %s: got %+v, %v; want %+v", user, got, err, want)
		}
	}
	for _, email := range emails {
		owner := ""
		for _, a := range m.accounts {
			if a.Status == accounts.Active && a.Email == email {
				owner = a.ID
			}
		}
		if c := claimOn(t, s, email); c.Owner != owner && !(owner == "" && c.Left) || owner != "" && c.Left {
			t.Fatalf("claim on %s: got %+v, want the owner %q", email, c, owner)
		}
	}
}
