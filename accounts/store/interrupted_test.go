package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/meridian-api/meridian/accounts"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/problem"
)

// writer is an operation of ada that gets or leaves the wanted address.
type writer struct {
	name    string
	prepare func(t *testing.T, s *Store, ada, bob, wanted string)
	run     func(ctx context.Context, s *Store, ada, wanted string) error
}

var writers = []writer{
	{
		name:    "create",
		prepare: func(*testing.T, *Store, string, string, string) {},
		run: func(ctx context.Context, s *Store, ada, wanted string) error {
			_, err := s.Create(ctx, accounts.New(ada, wanted, accounts.Canada, time.Now()), noKey)
			return err
		},
	},
	{
		name: "take over bob's expired claim",
		prepare: func(t *testing.T, s *Store, _, bob, wanted string) {
			putItems(t, s, claimItem{Key: claimKey(accounts.NormalizeEmail(wanted)), Owner: bob, Token: 1})
		},
		run: func(ctx context.Context, s *Store, ada, wanted string) error {
			_, err := s.Create(ctx, accounts.New(ada, wanted, accounts.Canada, time.Now()), noKey)
			return err
		},
	},
	{
		name:    "move to the address",
		prepare: func(t *testing.T, s *Store, ada, _, _ string) { mustCreate(t, s, ada, newAddress("first")) },
		run: func(ctx context.Context, s *Store, ada, wanted string) error {
			_, err := s.Update(ctx, ada, anyVersion, withEmail(wanted), time.Now())
			return err
		},
	},
	{
		name:    "leave the address",
		prepare: func(t *testing.T, s *Store, ada, _, wanted string) { mustCreate(t, s, ada, wanted) },
		run: func(ctx context.Context, s *Store, ada, _ string) error {
			_, err := s.Update(ctx, ada, anyVersion, withEmail(newAddress("next")), time.Now())
			return err
		},
	},
	{
		name:    "close",
		prepare: func(t *testing.T, s *Store, ada, _, wanted string) { mustCreate(t, s, ada, wanted) },
		run: func(ctx context.Context, s *Store, ada, _ string) error {
			_, err := s.Close(ctx, ada, anyVersion, time.Now())
			return err
		},
	},
}

// TestAddressIsUniqueWhenAWriterStopsBetweenItsSteps kills a writer before each of its
// calls. Then a second person takes the address, after the claim has expired.
func TestAddressIsUniqueWhenAWriterStopsBetweenItsSteps(t *testing.T) {
	eachStep(t, func(t *testing.T, i interruption) {
		ctx, kill := context.WithCancel(t.Context())
		i.meter.Before(i.step, func() bool { kill(); return false })
		if err := i.run(ctx, i.store, i.ada, i.wanted); err == nil {
			t.Fatal("the writer was not killed")
		}
		i.bobTakes(t)
		i.assertOneOwner(t)
		// Ada's client repeats the request, which ends one way or the other.
		err := i.run(t.Context(), i.direct.after(time.Hour), i.ada, i.wanted)
		var p *problem.Error
		if err != nil && (!errors.As(err, &p) || p.Kind != problem.Conflict) {
			t.Errorf("the repeated request: %v", err)
		}
		i.assertOneOwner(t)
	})
}

// TestAddressIsUniqueWhenAWriterIsLateBetweenItsSteps delays a writer before each of
// its calls for longer than a claim lives. Meanwhile a second person takes the address.
func TestAddressIsUniqueWhenAWriterIsLateBetweenItsSteps(t *testing.T) {
	eachStep(t, func(t *testing.T, i interruption) {
		i.meter.Before(i.step, func() bool {
			i.bobTakes(t)
			return true
		})
		err := i.run(t.Context(), i.store, i.ada, i.wanted)
		var p *problem.Error
		if err != nil && !errors.As(err, &p) {
			t.Errorf("the late writer: %v", err)
		}
		i.assertOneOwner(t)
	})
}

// interruption is one run of a writer that is interrupted before a step.
type interruption struct {
	writer
	step             int
	store, direct    *Store // store calls DynamoDB through the meter
	meter            interface{ Before(int, func() bool) }
	ada, bob, wanted string
}

// eachStep runs the test for each writer, interrupted before each of its calls.
func eachStep(t *testing.T, test func(*testing.T, interruption)) {
	each(t, func(t *testing.T, direct *Store, env lambdaenv.Env) {
		s, m := metered(t, env)
		for _, w := range writers {
			ada, wanted := newSubject(), newAddress("wanted")
			w.prepare(t, direct, ada, newSubject(), wanted)
			m.Take()
			if err := w.run(t.Context(), s, ada, wanted); err != nil {
				t.Fatalf("%s without an interruption: %v", w.name, err)
			}
			for step := range m.Take().Calls {
				t.Run(fmt.Sprintf("%s, before call %d", w.name, step+1), func(t *testing.T) {
					i := interruption{writer: w, step: step, store: s, direct: direct, meter: m}
					i.ada, i.bob, i.wanted = newSubject(), newSubject(), accounts.NormalizeEmail(newAddress("wanted"))
					w.prepare(t, direct, i.ada, i.bob, i.wanted)
					test(t, i)
				})
			}
		}
	})
}

// bobTakes tries to open an account of bob with the address, with a clock at which all
// claims have expired. It must succeed unless ada is active with the address.
func (i interruption) bobTakes(t *testing.T) {
	b := accounts.New(i.bob, i.wanted, accounts.Canada, time.Now())
	_, err := i.direct.after(time.Hour).Create(context.WithoutCancel(t.Context()), b, noKey)
	ada := i.read(t, i.ada)
	if has := ada.Status == accounts.Active && ada.Email == i.wanted; has != errors.Is(err,
		accounts.ErrEmailTaken) || !has && err != nil {
		t.Errorf("bob takes the address while ada is %+v: %v", ada, err)
	}
}

// assertOneOwner checks that at most one account is active with the address.
func (i interruption) assertOneOwner(t *testing.T) {
	t.Helper()
	ada, bob := i.read(t, i.ada), i.read(t, i.bob)
	both := ada.Status == accounts.Active && bob.Status == accounts.Active && ada.Email == bob.Email
	owner := ""
	for _, a := range []accounts.Account{ada, bob} {
		if a.Status == accounts.Active && a.Email == i.wanted {
			owner = a.ID
		}
	}
	if c := claimOn(t, i.direct, i.wanted); both || owner != "" && (c.Owner != owner || c.Left) {
		t.Errorf("ada is %+v, bob is %+v, and the claim is %+v", ada, bob, c)
	}
}

// read returns an account, or the zero Account if it does not exist.
func (i interruption) read(t *testing.T, id string) accounts.Account {
	t.Helper()
	a, err := i.direct.Get(context.WithoutCancel(t.Context()), id)
	if err != nil && !errors.Is(err, accounts.ErrNotFound) {
		t.Fatal(err)
	}
	return a
}

// TestFreshClaimIsNotTakenOver checks that an address that is being claimed is refused
// with the time after which to try again, and not taken from a writer at work.
func TestFreshClaimIsNotTakenOver(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ lambdaenv.Env) {
		ctx, email := t.Context(), accounts.NormalizeEmail(newAddress("fresh"))
		if _, err := s.claim(ctx, newSubject(), email); err != nil {
			t.Fatal(err)
		}
		for _, clock := range []time.Duration{0, claimLife - 2*time.Second, -claimLife + 2*time.Second} {
			_, err := s.after(clock).Create(ctx, accounts.New(newSubject(), email, accounts.Canada, time.Now()), noKey)
			assertError(t, "create with a clock "+clock.String()+" ahead", err, errClaimed)
		}
		if errClaimed.RetryAfter != 10 {
			t.Errorf("the client may retry after %d s, want 10", errClaimed.RetryAfter)
		}
		mustCreate(t, s.after(claimLife+time.Second), newSubject(), email)
	})
}
