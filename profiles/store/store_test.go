package store

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/profiles"
	"github.com/meridian-api/meridian/profiles/tables"
)

// each runs the test with an empty store on every implementation of DynamoDB.
func each(t *testing.T, test func(t *testing.T, s *Store)) {
	dynamodbtest.Each(t, []resource.Table{tables.Profiles}, func(t *testing.T, env lambdaenv.Env) { test(t, Open(env)) })
}

var (
	noon    = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	content = profiles.Content{
		DisplayName: "Ada", Locale: "fr-CA", TimeZone: "America/Toronto",
		Links: []profiles.Link{{Label: "Blog", URL: "https://ada.example.com"}},
	}
	anyVersion = precondition.Match{Any: true}
)

// onlyVersions returns a match of some versions.
func onlyVersions(versions ...int64) precondition.Match {
	return precondition.Match{Versions: versions}
}

// must returns a function that returns value, or ends the test if err is not nil.
func must[T any](value T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// assertProfile fails the test unless got equals want.
func assertProfile(t *testing.T, name string, got, want profiles.Profile) {
	t.Helper()
	if !reflect.DeepEqual(got, want) { // also compares the times' locations
		t.Errorf("%s (-want +got):\n%s", name, cmp.Diff(want, got))
	}
}

func TestLife(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		if err := s.Probe(ctx); err != nil {
			t.Fatal(err)
		}
		assertAbsent := func(when string) {
			t.Helper()
			if p, err := s.Get(ctx, "ada"); !errors.Is(err, profiles.ErrNotFound) || p.DisplayName != "" {
				t.Errorf("%s: Get returned %+v, %v", when, p, err)
			}
			if name, err := s.DisplayName(ctx, "ada"); !errors.Is(err, profiles.ErrNotFound) || name != "" {
				t.Errorf("%s: DisplayName returned %q, %v", when, name, err)
			}
			if _, err := s.Replace(ctx, "ada", anyVersion, content, noon); !errors.Is(err, profiles.ErrStale) {
				t.Errorf("%s: Replace returned %v", when, err)
			}
			if err := s.Delete(ctx, "ada", onlyVersions(7)); err != nil {
				t.Errorf("%s: Delete returned %v", when, err)
			}
		}
		assertAbsent("before Create")

		first := must(s.Create(ctx, "ada", content, noon.Add(999*time.Microsecond)))(t)
		want := profiles.Profile{
			AccountID: "ada", Content: content, Preferences: profiles.Preferences{}, UpdatedAt: noon, Version: first.Version,
		}
		assertProfile(t, "Create", first, want)
		if first.Version <= 0 {
			t.Errorf("Create returned the version %d", first.Version)
		}
		if _, err := s.Create(ctx, "ada", content, noon); !errors.Is(err, profiles.ErrExists) {
			t.Errorf("second Create: %v", err)
		}

		other := profiles.Content{DisplayName: "Countess", Locale: "en", TimeZone: "UTC"}
		second := must(s.Replace(ctx, "ada", onlyVersions(3, first.Version), other, noon.Add(time.Hour)))(t)
		want = profiles.Profile{
			AccountID: "ada", Content: other, Preferences: profiles.Preferences{},
			UpdatedAt: noon.Add(time.Hour), Version: second.Version,
		}
		assertProfile(t, "Replace", second, want)
		if second.Version == first.Version {
			t.Errorf("Replace kept the version %d", second.Version)
		}
		for _, stale := range []precondition.Match{onlyVersions(first.Version), onlyVersions(0), {}} {
			if _, err := s.Replace(ctx, "ada", stale, content, noon); !errors.Is(err, profiles.ErrStale) {
				t.Errorf("Replace of %+v: %v", stale, err)
			}
			if err := s.Delete(ctx, "ada", stale); !errors.Is(err, profiles.ErrStale) {
				t.Errorf("Delete of %+v: %v", stale, err)
			}
		}
		assertProfile(t, "Get after Replace", must(s.Get(ctx, "ada"))(t), second)
		if name, err := s.DisplayName(ctx, "ada"); err != nil || name != "Countess" {
			t.Errorf("DisplayName returned %q, %v", name, err)
		}

		if err := s.Delete(ctx, "ada", onlyVersions(second.Version)); err != nil {
			t.Fatal(err)
		}
		assertAbsent("after Delete")
		again := must(s.Create(ctx, "ada", content, noon))(t)
		if _, err := s.Replace(ctx, "ada", onlyVersions(first.Version), other, noon); !errors.Is(err, profiles.ErrStale) {
			t.Errorf("Replace of a deleted profile's version, where the new one has %d: %v", again.Version, err)
		}
		if err := s.Delete(ctx, "ada", anyVersion); err != nil {
			t.Error(err)
		}
		assertAbsent("after Delete of any version")
	})
}

func TestConsentKeepsTheTimeItWasGiven(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx, now := t.Context(), noon
		p := must(s.Create(ctx, "ada", content, now))(t)
		for i, step := range []struct {
			consent bool
			since   time.Duration // in hours after noon; 0 without consent
		}{{true, 1}, {true, 1}, {false, 0}, {false, 0}, {true, 5}, {true, 5}} {
			now = now.Add(time.Hour)
			c := content
			c.MarketingConsent = step.consent
			p = must(s.Replace(ctx, "ada", onlyVersions(p.Version), c, now))(t)
			var want time.Time
			if step.since > 0 {
				want = noon.Add(step.since * time.Hour)
			}
			if p.MarketingConsent != step.consent || !p.MarketingConsentAt.Equal(want) {
				t.Errorf("step %d: consent %v since %v, want %v since %v",
					i, p.MarketingConsent, p.MarketingConsentAt, step.consent, want)
			}
		}
		p = must(s.Merge(ctx, "ada", profiles.Merge{"theme": text("dark")}, now.Add(time.Hour)))(t)
		if !p.MarketingConsentAt.Equal(noon.Add(5 * time.Hour)) {
			t.Errorf("after Merge: consent since %v", p.MarketingConsentAt)
		}
	})
}

// TestDeletionOfNoProfileSucceeds deletes a profile that does not exist, before and after it
// existed, also with a version.
func TestDeletionOfNoProfileSucceeds(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		for _, when := range []string{"before", "after"} {
			for name, match := range map[string]precondition.Match{"any version": anyVersion, "a version": onlyVersions(7)} {
				if err := s.Delete(t.Context(), "ada", match); err != nil {
					t.Errorf("%s it existed, with %s: %v", when, name, err)
				}
			}
			if when == "before" {
				must(s.Create(t.Context(), "ada", content, noon))(t)
				if err := s.Delete(t.Context(), "ada", anyVersion); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
