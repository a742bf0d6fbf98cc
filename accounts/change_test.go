package accounts

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	emails    = rapid.SampledFrom([]string{"ada@example.com", "Ada@Example.COM", "bob@example.com"})
	countries = rapid.SampledFrom([]Country{Canada, UnitedStates})
)

// tick advances now by a random duration, or sets it back, because the clocks of
// two Lambdas differ.
func tick(t *rapid.T, now *time.Time) time.Time {
	*now = now.Add(time.Duration(rapid.Int64Range(-int64(time.Second), int64(time.Minute)).Draw(t, "elapsed")))
	return *now
}

// TestLife makes random sequences of changes and checks the rules after each.
func TestLife(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 3, 4, 19, 15, 17, 123456789, time.UTC)
		a := New("ada", emails.Draw(t, "email"), countries.Draw(t, "country"), now)
		if a.Status != Active || a.Version < 1 || a.CreatedAt != a.UpdatedAt {
			t.Fatalf("New returned %+v", a)
		}
		next := func(b Account) {
			if b.ID != a.ID || b.CreatedAt != a.CreatedAt {
				t.Fatalf("the identity of %+v changed: %+v", a, b)
			}
			if (b == a) != (b.Version == a.Version) || b.UpdatedAt.Before(a.UpdatedAt) {
				t.Fatalf("%+v became %+v: the version must change with the account", a, b)
			}
			if a.Status == Closed && b != a {
				t.Fatalf("the closed account %+v became %+v", a, b)
			}
			a = b
		}
		t.Repeat(map[string]func(*rapid.T){
			"patch": func(t *rapid.T) {
				var p Patch
				if rapid.Bool().Draw(t, "sets email") {
					email := emails.Draw(t, "email")
					p.Email = &email
				}
				if rapid.Bool().Draw(t, "sets country") {
					country := countries.Draw(t, "country")
					p.Country = &country
				}
				before := a
				b, err := a.Patch(p, tick(t, &now))
				if (a.Status == Closed) != errors.Is(err, ErrClosed) {
					t.Fatalf("%+v: %v", a, err)
				}
				next(b)
				if err == nil {
					assertPatched(t, before, p, b)
				}
			},
			"close": func(t *rapid.T) {
				if next(a.Close(tick(t, &now))); a.Status != Closed {
					t.Fatalf("Close returned %+v", a)
				}
			},
		})
	})
}

// assertPatched fails the test unless b is a with the members of the patch set and
// the other members unchanged.
func assertPatched(t *rapid.T, a Account, p Patch, b Account) {
	want := a
	if p.Email != nil {
		want.Email = NormalizeEmail(*p.Email)
	}
	if p.Country != nil {
		want.Country = *p.Country
	}
	want.Version, want.UpdatedAt = b.Version, b.UpdatedAt
	if b != want {
		t.Fatalf("%+v became %+v, want %+v", a, b, want)
	}
}

func TestPatchIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.UnixMicro(rapid.Int64Range(1, 1<<52).Draw(t, "now"))
		email, country := emails.Draw(t, "email"), countries.Draw(t, "country")
		a := New("ada", emails.Draw(t, "first email"), countries.Draw(t, "first country"), now)
		p := Patch{Email: &email, Country: &country}
		once, err := a.Patch(p, now)
		if err != nil {
			t.Fatal(err)
		}
		if twice, err := once.Patch(p, now.Add(time.Hour)); err != nil || twice != once {
			t.Fatalf("the first patch returned %+v, the second %+v, %v", once, twice, err)
		}
	})
}

// TestVersionNeverNamesTwoContents changes one account in two ways at one time, with
// the clock that it was opened with, and with a clock that is behind.
func TestVersionNeverNamesTwoContents(t *testing.T) {
	now, country := time.Now(), UnitedStates
	a := New("ada", "ada@example.com", Canada, now)
	versions := map[int64]Account{a.Version: a}
	for _, clock := range []time.Time{now, now.Add(-time.Hour)} {
		moved, err := a.Patch(Patch{Country: &country}, clock)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range []Account{moved, a.Close(clock)} {
			if c, used := versions[b.Version]; used {
				t.Errorf("%+v and %+v have one version", b, c)
			}
			if b.UpdatedAt.Before(a.UpdatedAt) {
				t.Errorf("the change of %+v is dated before it: %+v", a, b)
			}
			versions[b.Version] = b
		}
	}
}

func TestNewAccount(t *testing.T) {
	now := time.Date(2026, 3, 4, 19, 15, 17, 123_456_789, time.UTC)
	a := New("ada", " Ada@Example.COM ", Canada, now)
	opened := time.Date(2026, 3, 4, 19, 15, 17, 123_000_000, time.UTC)
	want := Account{
		ID: "ada", Email: "ada@example.com", Country: Canada, Status: Active,
		CreatedAt: opened, UpdatedAt: opened, Version: a.Version,
	}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Errorf("New (-want +got):\n%s", diff)
	}
}

func TestProves(t *testing.T) {
	for _, test := range []struct {
		name, verified, email string
		want                  error
	}{
		{"the address", "ada@example.com", "ada@example.com", nil},
		{"another spelling", "Ada@example.com", " ada@EXAMPLE.com", nil},
		{"another address", "ada@example.com", "eve@example.com", ErrUnproved},
		{"no verified address", "", "", ErrUnproved},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := Proves(test.verified, test.email); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}
