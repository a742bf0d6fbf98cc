package accounts

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	emails    = rapid.SampledFrom([]string{"ada@example.com", "Ada@Example.COM", "bob@example.com"})
	countries = rapid.SampledFrom([]Country{Canada, UnitedStates})
)

// clock draws times that mostly go on, and now and then go back, as clocks of
// two Lambdas do.
func clock(t *rapid.T, now *time.Time) time.Time {
	*now = now.Add(time.Duration(rapid.Int64Range(-int64(time.Second), int64(time.Minute)).Draw(t, "passed")))
	return *now
}

// TestLife holds every sequence of changes to the rules of an account's life.
func TestLife(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 3, 4, 19, 15, 17, 123456789, time.UTC)
		a := New("ada", emails.Draw(t, "email"), countries.Draw(t, "country"), now)
		if a.Status != Active || a.EmailStatus != Confirmed || !a.Claims() || a.Version < 1 || a.CreatedAt != a.UpdatedAt {
			t.Fatalf("new: %+v", a)
		}
		next := func(b Account) {
			if b.ID != a.ID || b.CreatedAt != a.CreatedAt {
				t.Fatalf("%+v became another's: %+v", a, b)
			}
			if (b == a) != (b.Version == a.Version) || b.Version < a.Version || b.UpdatedAt.Before(a.UpdatedAt) {
				t.Fatalf("%+v became %+v: the version tells every change and nothing else", a, b)
			}
			if a.Status == Closed && b != a {
				t.Fatalf("%+v was closed for good, yet became %+v", a, b)
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
				b, err := a.Patch(p, clock(t, &now))
				if (a.Status == Closed) != errors.Is(err, ErrClosed) {
					t.Fatalf("%+v: %v", a, err)
				}
				next(b)
				if err == nil {
					patched(t, before, p, b)
				}
			},
			"close": func(t *rapid.T) {
				if next(a.Close(clock(t, &now))); a.Status != Closed || a.Claims() {
					t.Fatalf("closed: %+v", a)
				}
			},
			"contest": func(t *rapid.T) {
				if next(a.Contest(clock(t, &now))); a.Claims() {
					t.Fatalf("contested: %+v", a)
				}
			},
			"confirm": func(t *rapid.T) {
				if next(a.Confirm(clock(t, &now))); a.Claims() != (a.Status == Active) {
					t.Fatalf("confirmed: %+v", a)
				}
			},
		})
	})
}

// patched holds a patch to its meaning: what is there is set, what is absent stays.
func patched(t *rapid.T, a Account, p Patch, b Account) {
	want := a
	if p.Email != nil {
		want.Email, want.EmailStatus = NormalizeEmail(*p.Email), Confirmed
	}
	if p.Country != nil {
		want.Country = *p.Country
	}
	want.Version, want.UpdatedAt = b.Version, b.UpdatedAt
	if b != want {
		t.Fatalf("%+v patched is %+v, want %+v", a, b, want)
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
			t.Fatalf("%+v, and again %+v, %v", once, twice, err)
		}
	})
}

func TestTwoRegionsNeverMakeTheSameVersion(t *testing.T) {
	now := time.Now()
	a := New("ada", "ada@example.com", Canada, now)
	country := UnitedStates
	east, _ := a.Patch(Patch{Country: &country}, now.Add(time.Second))
	west := a.Close(now.Add(time.Second + time.Microsecond))
	if east.Version == west.Version {
		t.Errorf("%+v and %+v would have one ETag", east, west)
	}
}
