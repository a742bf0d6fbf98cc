package store

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/problem"
)

const racers = 50

// race does the same at once and sorts the outcomes: successes, and failures by
// their error.
func race(do func(i int) (accounts.Account, error)) (won []accounts.Account, lost map[error]int) {
	var mu sync.Mutex
	var all sync.WaitGroup
	begin := make(chan struct{})
	lost = map[error]int{}
	for i := range racers {
		all.Go(func() {
			<-begin
			a, err := do(i)
			mu.Lock()
			defer mu.Unlock()
			var p *problem.Error
			switch {
			case err == nil:
				won = append(won, a)
			case errors.As(err, &p) && p.Kind == problem.Unavailable:
				lost[errBusy]++ // DynamoDB may let transactions on one item collide until no attempt is left
			default:
				lost[err]++
			}
		})
	}
	close(begin)
	all.Wait()
	return won, lost
}

func TestRaces(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ lambdaenv.Env) {
		ctx := context.Background()
		t.Run("of creators of one address", func(t *testing.T) {
			email := address("ada")
			won, lost := race(func(int) (accounts.Account, error) {
				return s.Create(ctx, accounts.New(somebody(), email, accounts.Canada, time.Now()), "")
			})
			if len(won) != 1 || lost[accounts.ErrEmailTaken]+lost[errBusy] != racers-1 {
				t.Fatalf("%d won, lost: %v", len(won), lost)
			}
			if c := claimed(t, s, email); c.Owner != won[0].ID {
				t.Errorf("%s won, and the claim is %+v", won[0].ID, c)
			}
		})
		t.Run("of one user's creators", func(t *testing.T) {
			ada := somebody()
			won, lost := race(func(int) (accounts.Account, error) {
				return s.Create(ctx, accounts.New(ada, address("ada"), accounts.Canada, time.Now()), "")
			})
			if len(won) != 1 || lost[accounts.ErrExists]+lost[errBusy] != racers-1 {
				t.Fatalf("%d won, lost: %v", len(won), lost)
			}
		})
		t.Run("of repetitions of one request", func(t *testing.T) {
			ada, email := somebody(), address("ada")
			won, lost := race(func(i int) (accounts.Account, error) {
				now := time.Now().Add(time.Duration(i) * time.Second)
				return s.Create(ctx, accounts.New(ada, email, accounts.Canada, now), "key")
			})
			if len(won)+lost[errBusy] != racers || len(won) == 0 {
				t.Fatalf("%d won, lost: %v", len(won), lost)
			}
			for _, a := range won {
				if a != won[0] {
					t.Fatalf("one was answered %+v, another %+v", a, won[0])
				}
			}
		})
		t.Run("of patches of one version", func(t *testing.T) {
			a := open(t, s, somebody(), address("ada"))
			won, lost := race(func(i int) (accounts.Account, error) {
				p := withCountry(accounts.UnitedStates)
				if i%2 == 0 {
					p = withEmail(address("other"))
				}
				return s.Change(ctx, a.ID, ifVersion(a.Version, p))
			})
			if len(won) != 1 || lost[accounts.ErrStale]+lost[errBusy] != racers-1 {
				t.Fatalf("%d won, lost: %v", len(won), lost)
			}
			read, err := s.Get(ctx, a.ID)
			as(t, "after the race", read, err, won[0])
		})
		t.Run("of patches to one address", func(t *testing.T) {
			email := address("wanted")
			var ids [racers]string
			for i := range ids {
				ids[i] = open(t, s, somebody(), address("own")).ID
			}
			won, lost := race(func(i int) (accounts.Account, error) { return s.Change(ctx, ids[i], patching(withEmail(email))) })
			if len(won) != 1 || lost[accounts.ErrEmailTaken]+lost[errBusy] != racers-1 {
				t.Fatalf("%d won, lost: %v", len(won), lost)
			}
			if c := claimed(t, s, email); c.Owner != won[0].ID || won[0].Email != strings.ToLower(email) {
				t.Errorf("%+v won, and the claim is %+v", won[0], c)
			}
		})
		t.Run("of closes", func(t *testing.T) {
			a := open(t, s, somebody(), address("ada"))
			won, lost := race(func(int) (accounts.Account, error) { return s.Change(ctx, a.ID, closing) })
			if len(won)+lost[errBusy] != racers || len(won) == 0 {
				t.Fatalf("%d won, lost: %v", len(won), lost)
			}
			for _, b := range won {
				if b != won[0] {
					t.Fatalf("one was answered %+v, another %+v", b, won[0])
				}
			}
		})
	})
}

// TestRenewedClaim lets the owner of a void claim come back to the address when
// it has been found void, and before it is taken.
func TestRenewedClaim(t *testing.T) {
	each(t, func(t *testing.T, direct *Store, env lambdaenv.Env) {
		ctx := t.Context()
		s, m := metered(t, env)
		bob, left := open(t, direct, somebody(), address("bob")), accounts.NormalizeEmail(address("left"))
		force(t, direct, claimItem{claimKey(left), bob.ID, bob.Version})
		m.AfterGet(func() {
			if _, err := direct.Change(ctx, bob.ID, patching(withEmail(left))); err != nil {
				t.Error(err)
			}
		})
		_, err := s.Create(ctx, accounts.New(somebody(), left, accounts.Canada, time.Now()), "")
		fails(t, "an address that its owner came back to", err, accounts.ErrEmailTaken)
		if c := claimed(t, s, left); c.Owner != bob.ID {
			t.Errorf("the claim is %+v", c)
		}
	})
}
