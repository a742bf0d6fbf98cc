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

// race calls do in many goroutines at once. It returns the accounts of the calls
// that succeeded and the number of failures by error.
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
				lost[errBusy]++ // or errClaimed: the winner is not known yet
			default:
				lost[err]++
			}
		})
	}
	close(begin)
	all.Wait()
	return won, lost
}

func TestOneOfSeveralWritersSucceeds(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ lambdaenv.Env) {
		ctx := context.Background()
		t.Run("create with one address", func(t *testing.T) {
			email := newAddress("ada")
			won, lost := race(func(int) (accounts.Account, error) {
				return s.Create(ctx, accounts.New(newSubject(), email, accounts.Canada, time.Now()), noKey)
			})
			if len(won) != 1 || lost[accounts.ErrEmailTaken]+lost[errBusy] != racers-1 {
				t.Fatalf("%d calls succeeded, failures: %v", len(won), lost)
			}
			if c := claimOn(t, s, email); c.Owner != won[0].ID {
				t.Errorf("%s succeeded, and the claim is %+v", won[0].ID, c)
			}
		})
		t.Run("create for one user", func(t *testing.T) {
			ada := newSubject()
			won, lost := race(func(int) (accounts.Account, error) {
				return s.Create(ctx, accounts.New(ada, newAddress("ada"), accounts.Canada, time.Now()), noKey)
			})
			if len(won) != 1 || lost[accounts.ErrExists]+lost[errBusy] != racers-1 {
				t.Fatalf("%d calls succeeded, failures: %v", len(won), lost)
			}
		})
		t.Run("create with one key", func(t *testing.T) {
			ada, email := newSubject(), newAddress("ada")
			won, lost := race(func(i int) (accounts.Account, error) {
				now := time.Now().Add(time.Duration(i) * time.Second)
				return s.Create(ctx, accounts.New(ada, email, accounts.Canada, now), withKey(ada, "content"))
			})
			if len(won)+lost[errBusy] != racers || len(won) == 0 {
				t.Fatalf("%d calls succeeded, failures: %v", len(won), lost)
			}
			for _, a := range won {
				if a != won[0] {
					t.Fatalf("one call returned %+v, another %+v", a, won[0])
				}
			}
		})
		t.Run("update one version", func(t *testing.T) {
			a := mustCreate(t, s, newSubject(), newAddress("ada"))
			won, lost := race(func(i int) (accounts.Account, error) {
				p := withCountry(accounts.UnitedStates)
				if i%2 == 0 {
					p = withEmail(newAddress("other"))
				}
				return s.Update(ctx, a.ID, onlyVersion(a.Version), p, time.Now())
			})
			if len(won) != 1 || lost[accounts.ErrStale]+lost[errBusy] != racers-1 {
				t.Fatalf("%d calls succeeded, failures: %v", len(won), lost)
			}
			read, err := s.Get(ctx, a.ID)
			assertAccount(t, "after the race", read, err, won[0])
		})
		t.Run("update to one address", func(t *testing.T) {
			email := newAddress("wanted")
			var ids [racers]string
			for i := range ids {
				ids[i] = mustCreate(t, s, newSubject(), newAddress("own")).ID
			}
			won, lost := race(func(i int) (accounts.Account, error) {
				return s.Update(ctx, ids[i], anyVersion, withEmail(email), time.Now())
			})
			if len(won) != 1 || lost[accounts.ErrEmailTaken]+lost[errBusy] != racers-1 {
				t.Fatalf("%d calls succeeded, failures: %v", len(won), lost)
			}
			if c := claimOn(t, s, email); c.Owner != won[0].ID || won[0].Email != strings.ToLower(email) {
				t.Errorf("%+v succeeded, and the claim is %+v", won[0], c)
			}
		})
		t.Run("close one account", func(t *testing.T) {
			a := mustCreate(t, s, newSubject(), newAddress("ada"))
			won, lost := race(func(int) (accounts.Account, error) { return s.Close(ctx, a.ID, anyVersion, time.Now()) })
			if len(won)+lost[errBusy] != racers || len(won) == 0 {
				t.Fatalf("%d calls succeeded, failures: %v", len(won), lost)
			}
			for _, b := range won {
				if b != won[0] {
					t.Fatalf("one call returned %+v, another %+v", b, won[0])
				}
			}
		})
	})
}
