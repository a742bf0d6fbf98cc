package cursor

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/secrets"
)

// manager is a Secrets Manager of two Regions. A rotation reaches the second Region after
// a lag.
type manager struct {
	rotated []time.Time // of each version
	fetches int
	err     error
}

const regionLag = 5 * time.Second

// region is the Source of a Region.
type region struct {
	*manager
	lag time.Duration
}

func (r region) Fetch(_ context.Context, _ string, stage secrets.Stage) (secrets.Secret, error) {
	r.fetches++
	if r.err != nil {
		return secrets.Secret{}, r.err
	}
	n := len(r.rotated) - 1
	for n > 0 && time.Since(r.rotated[n]) < r.lag {
		n--
	}
	if stage == secrets.Previous {
		n--
	}
	if n < 0 {
		return secrets.Secret{}, secrets.ErrNoStage
	}
	return secrets.Secret{Version: fmt.Sprint(n), Created: r.rotated[n], Value: fmt.Appendf(nil, "%032d", n)}, nil
}

// TestCursorsSurviveRotations signs and opens cursors in functions of two Regions that
// start and end at any time, while the key is rotated every day. No cursor is refused that
// is younger than the time between two rotations.
func TestCursorsSurviveRotations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(1, 2))
		m := &manager{rotated: []time.Time{time.Now().Add(-24 * time.Hour)}}
		regions := []region{{m, 0}, {m, regionLag}}
		start := func() *Signer { return NewSigner(regions[random.IntN(2)], "cursor", secrets.Options{}) }
		signers := make([]*Signer, 24)
		for n := range signers {
			signers[n] = start()
		}
		type signed struct {
			cursor string
			at     time.Time
		}
		var cursors []signed
		opened := 0
		for rotation := range 4 {
			for range 2000 {
				time.Sleep(time.Duration(random.IntN(60)) * time.Second)
				n := random.IntN(len(signers))
				if random.IntN(10) == 0 {
					signers[n] = start()
				}
				cursor, err := signers[n].Sign(t.Context(), "list", []byte("here"))
				if err != nil {
					t.Fatal(err)
				}
				cursors = append(cursors, signed{cursor, time.Now()})
				old := cursors[len(cursors)-1-random.IntN(min(len(cursors), 300))]
				if _, err := signers[random.IntN(len(signers))].Open(t.Context(), "list", old.cursor); err != nil {
					t.Fatalf("rotation %d: a cursor of %s ago: %v", rotation, time.Since(old.at), err)
				}
				opened++
			}
			m.rotated = append(m.rotated, time.Now())
		}
		t.Logf("%d cursors, %d fetches", opened, m.fetches)
	})
}

// TestNewKeyDoesNotSignYet checks that a function signs with the previous key until the
// current one is settled.
func TestNewKeyDoesNotSignYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &manager{rotated: []time.Time{time.Now().Add(-time.Hour)}}
		old := NewSigner(region{m, 0}, "cursor", secrets.Options{Stale: 48 * time.Hour})
		if _, err := old.Sign(t.Context(), "list", nil); err != nil {
			t.Fatal(err)
		}
		m.rotated = append(m.rotated, time.Now())
		for _, test := range []struct {
			after time.Duration
			known bool // to a function that cannot read the keys any more
		}{{0, true}, {settled - time.Second, true}, {settled, false}} {
			time.Sleep(test.after - time.Since(m.rotated[1]))
			m.err = nil
			cursor, err := NewSigner(region{m, 0}, "cursor", secrets.Options{}).Sign(t.Context(), "list", nil)
			if err != nil {
				t.Fatal(err)
			}
			m.err = errors.New("down")
			_, err = old.Open(t.Context(), "list", cursor)
			if (err == nil) != test.known || !test.known && !problem.Is(err, problem.Unavailable) {
				t.Errorf("%s after the rotation: %v, known: %v", test.after, err, test.known)
			}
		}
	})
}

// TestJunkDoesNotFetch sends cursors that no key has signed.
func TestJunkDoesNotFetch(t *testing.T) {
	for _, rotations := range []int{0, 1} {
		t.Run(fmt.Sprintf("%d rotations", rotations), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &manager{}
				for n := range rotations + 1 {
					m.rotated = append(m.rotated, time.Now().Add(time.Duration(n-9)*time.Hour))
				}
				s := NewSigner(region{m, 0}, "cursor", secrets.Options{})
				for range 1000 {
					if _, err := s.Open(t.Context(), "list", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"); !problem.Is(err, problem.Invalid) {
						t.Fatalf("junk: %v", err)
					}
					time.Sleep(10 * time.Millisecond)
				}
				if most := 2 + 2; m.fetches > most { // two keys, and one of them every 5 s
					t.Errorf("%d fetches in 10 s, want at most %d", m.fetches, most)
				}
			})
		})
	}
}

// TestOpenAfterRotation opens cursors in functions that have read a key before a rotation.
func TestOpenAfterRotation(t *testing.T) {
	sign := func(t *testing.T, m *manager) string {
		t.Helper()
		cursor, err := NewSigner(region{m, 0}, "cursor", secrets.Options{}).Sign(t.Context(), "list", nil)
		if err != nil {
			t.Fatal(err)
		}
		return cursor
	}
	open := func(t *testing.T, s *Signer, cursor string) {
		t.Helper()
		if _, err := s.Open(t.Context(), "list", cursor); err != nil {
			t.Errorf("Open: %v", err)
		}
	}
	t.Run("the previous key is another one now", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := &manager{rotated: []time.Time{time.Now().Add(-2 * time.Hour)}}
			oldest := sign(t, m)
			m.rotated = append(m.rotated, time.Now())
			time.Sleep(time.Hour)
			s := NewSigner(region{m, 0}, "cursor", secrets.Options{TTL: 5 * time.Minute})
			middle := sign(t, m)
			open(t, s, middle) // reads the current key
			time.Sleep(4 * time.Minute)
			open(t, s, oldest) // reads the previous key
			m.rotated = append(m.rotated, time.Now())
			time.Sleep(time.Minute) // the current key is read again, the previous one is not
			open(t, s, middle)
		})
	})
	t.Run("the current key is another one now", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := &manager{rotated: []time.Time{time.Now().Add(-time.Hour)}}
			s := NewSigner(region{m, 0}, "cursor", secrets.Options{TTL: time.Hour})
			open(t, s, sign(t, m))
			m.rotated = append(m.rotated, time.Now())
			time.Sleep(settled)
			open(t, s, sign(t, m))
		})
	})
}
