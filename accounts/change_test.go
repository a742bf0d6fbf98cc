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
		if a.Status != Active || a.EmailStatus != Confirmed || !a.Claims() || a.Version < 1 || a.CreatedAt != a.UpdatedAt {
			t.Fatalf("New returned %+v", a)
		}
		next := func(b Account) {
			if b.ID != a.ID || b.CreatedAt != a.CreatedAt {
				t.Fatalf("the identity of %+v changed: %+v", a, b)
			}
			if (b == a) != (b.Version == a.Version) || b.Version < a.Version || b.UpdatedAt.Before(a.UpdatedAt) {
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
				if next(a.Close(tick(t, &now))); a.Status != Closed || a.Claims() {
					t.Fatalf("Close returned %+v", a)
				}
			},
			"contest": func(t *rapid.T) {
				if next(a.Contest(tick(t, &now))); a.Claims() {
					t.Fatalf("Contest returned %+v", a)
				}
			},
			"confirm": func(t *rapid.T) {
				if next(a.Confirm(tick(t, &now))); a.Claims() != (a.Status == Active) {
					t.Fatalf("Confirm returned %+v", a)
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
		want.Email, want.EmailStatus = NormalizeEmail(*p.Email), Confirmed
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

func TestChangesAtDifferentTimesHaveDifferentVersions(t *testing.T) {
	now := time.Now()
	a := New("ada", "ada@example.com", Canada, now)
	country := UnitedStates
	east, _ := a.Patch(Patch{Country: &country}, now.Add(time.Second))
	west := a.Close(now.Add(time.Second + time.Microsecond))
	if east.Version == west.Version {
		t.Errorf("%+v and %+v have the same version", east, west)
	}
}

func TestVersionIsTheTimeOfTheChange(t *testing.T) {
	now := time.Date(2026, 3, 4, 19, 15, 17, 123_456_789, time.UTC)
	a := New("ada", " Ada@Example.COM ", Canada, now)
	want := Account{
		ID: "ada", Email: "ada@example.com", EmailStatus: Confirmed, Country: Canada, Status: Active,
		CreatedAt: time.Date(2026, 3, 4, 19, 15, 17, 123_000_000, time.UTC),
		UpdatedAt: time.Date(2026, 3, 4, 19, 15, 17, 123_000_000, time.UTC),
		Version:   now.UnixMicro(),
	}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Errorf("New (-want +got):\n%s", diff)
	}
	for _, test := range []struct {
		name string
		now  time.Time
		want int64
	}{
		{"later", now.Add(time.Second), now.Add(time.Second).UnixMicro()},
		{"at the same time", now, a.Version + 1},
		{"with a clock that is behind", now.Add(-time.Hour), a.Version + 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := a.Close(test.now).Version; got != test.want {
				t.Errorf("got the version %d, want %d", got, test.want)
			}
		})
	}
}
