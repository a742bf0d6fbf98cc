package store

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/profiles"
	"github.com/meridian-api/meridian/profiles/tables"
)

// each runs a test of the store on every DynamoDB there is.
func each(t *testing.T, test func(t *testing.T, s *Store)) {
	dynamodbtest.Each(t, []resource.Table{tables.Profiles}, func(t *testing.T, env lambdaenv.Env) { test(t, Open(env)) })
}

var (
	noon    = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	content = profiles.Content{
		DisplayName: "Ada", Locale: "fr-CA", TimeZone: "America/Toronto",
		Links: []profiles.Link{{Label: "Blog", URL: "https://ada.example.com"}},
	}
	whatever = precondition.Match{Any: true}
)

func only(versions ...int64) precondition.Match { return precondition.Match{Versions: versions} }

// must is for calls that a test takes for granted.
func must[T interface{}](value T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func TestLife(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		if err := s.Probe(ctx); err != nil {
			t.Fatal(err)
		}
		absent := func(when string) {
			t.Helper()
			if p, err := s.Get(ctx, "ada"); !errors.Is(err, profiles.ErrNotFound) || p.DisplayName != "" {
				t.Errorf("%s: got %+v, %v", when, p, err)
			}
			if name, err := s.DisplayName(ctx, "ada"); !errors.Is(err, profiles.ErrNotFound) || name != "" {
				t.Errorf("%s: got the name %q, %v", when, name, err)
			}
			if _, err := s.Replace(ctx, "ada", whatever, content, noon); !errors.Is(err, profiles.ErrStale) {
				t.Errorf("%s, replaced: %v", when, err)
			}
			if err := s.Delete(ctx, "ada", only(7)); err != nil {
				t.Errorf("%s, deleted: %v", when, err)
			}
		}
		absent("before it is created")

		first := must(s.Create(ctx, "ada", content, noon.Add(999*time.Microsecond)))(t)
		want := profiles.Profile{AccountID: "ada", Content: content, Preferences: profiles.Preferences{}, UpdatedAt: noon, Version: first.Version}
		if !reflect.DeepEqual(first, want) || first.Version <= 0 {
			t.Errorf("created %+v, want %+v", first, want)
		}
		if _, err := s.Create(ctx, "ada", content, noon); !errors.Is(err, profiles.ErrExists) {
			t.Errorf("created again: %v", err)
		}

		other := profiles.Content{DisplayName: "Countess", Locale: "en", TimeZone: "UTC"}
		second := must(s.Replace(ctx, "ada", only(3, first.Version), other, noon.Add(time.Hour)))(t)
		want = profiles.Profile{AccountID: "ada", Content: other, Preferences: profiles.Preferences{}, UpdatedAt: noon.Add(time.Hour), Version: second.Version}
		if !reflect.DeepEqual(second, want) || second.Version == first.Version {
			t.Errorf("replaced %+v, want %+v", second, want)
		}
		for _, stale := range []precondition.Match{only(first.Version), only(0), {}} {
			if _, err := s.Replace(ctx, "ada", stale, content, noon); !errors.Is(err, profiles.ErrStale) {
				t.Errorf("replaced at %+v: %v", stale, err)
			}
			if err := s.Delete(ctx, "ada", stale); !errors.Is(err, profiles.ErrStale) {
				t.Errorf("deleted at %+v: %v", stale, err)
			}
		}
		if got, err := s.Get(ctx, "ada"); err != nil || !reflect.DeepEqual(got, second) {
			t.Errorf("got %+v, %v; want %+v", got, err, second)
		}
		if name, err := s.DisplayName(ctx, "ada"); err != nil || name != "Countess" {
			t.Errorf("got the name %q, %v", name, err)
		}

		if err := s.Delete(ctx, "ada", only(second.Version)); err != nil {
			t.Fatal(err)
		}
		absent("after it was deleted")
		again := must(s.Create(ctx, "ada", content, noon))(t)
		if _, err := s.Replace(ctx, "ada", only(first.Version), other, noon); !errors.Is(err, profiles.ErrStale) {
			t.Errorf("the version of a deleted profile matches the one of the next, %d: %v", again.Version, err)
		}
		if err := s.Delete(ctx, "ada", whatever); err != nil {
			t.Error(err)
		}
		absent("after it was deleted at any version")
	})
}

func TestConsentHasTheTimeItWasGiven(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx, now := t.Context(), noon
		p := must(s.Create(ctx, "ada", content, now))(t)
		for i, step := range []struct {
			consent bool
			given   time.Duration // after noon; 0 is not
		}{{true, 1}, {true, 1}, {false, 0}, {false, 0}, {true, 5}, {true, 5}} {
			now = now.Add(time.Hour)
			c := content
			c.MarketingConsent = step.consent
			p = must(s.Replace(ctx, "ada", only(p.Version), c, now))(t)
			var want time.Time
			if step.given > 0 {
				want = noon.Add(step.given * time.Hour)
			}
			if p.MarketingConsent != step.consent || !p.MarketingConsentAt.Equal(want) {
				t.Errorf("step %d: consent %v since %v, want %v since %v", i, p.MarketingConsent, p.MarketingConsentAt, step.consent, want)
			}
		}
		if p = must(s.Merge(ctx, "ada", profiles.Merge{"theme": text("dark")}, now.Add(time.Hour)))(t); !p.MarketingConsentAt.Equal(noon.Add(5 * time.Hour)) {
			t.Errorf("after a merge: since %v", p.MarketingConsentAt)
		}
	})
}
