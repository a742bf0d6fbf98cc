package store

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/profiles"
)

func text(s string) *profiles.Preference    { return &profiles.Preference{Text: &s} }
func number(n float64) *profiles.Preference { return &profiles.Preference{Number: &n} }
func boolean(b bool) *profiles.Preference   { return &profiles.Preference{Boolean: &b} }

// longName returns a name of the maximum length, for which expressions must have room.
func longName(i int) string {
	return fmt.Sprintf("%s%02d", strings.Repeat("x", profiles.MaxNameLength-2), i)
}

// setMany returns a merge that sets n preferences, numbered from first.
func setMany(first, n int, p *profiles.Preference) profiles.Merge {
	m := profiles.Merge{}
	for i := range n {
		m[longName(first+i)] = p
	}
	return m
}

func TestMerge(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		if _, err := s.Merge(ctx, "ada", profiles.Merge{"theme": text("dark")}, noon); !errors.Is(err, profiles.ErrNotFound) {
			t.Errorf("Merge without a profile: %v", err)
		}
		if _, err := s.Get(ctx, "ada"); !errors.Is(err, profiles.ErrNotFound) {
			t.Errorf("Get after the refused merge: %v", err)
		}
		last := must(s.Create(ctx, "ada", content, noon))(t)
		want := profiles.Preferences{}
		for i, m := range []profiles.Merge{
			{"theme": text("dark"), "sound": boolean(false), "size": number(14.5)},
			{"theme": text(""), "size": nil, "absent": nil},
			{},
			{"name": text("reserved"), "a.b": text("a path?"), "size": number(-0.1), "c-d_e": number(0)},
			{
				"a": number(math.MaxInt32), "b": number(1<<53 - 1), "c": number(-1e-100),
				"d": number(math.Copysign(0, -1)), "e": number(1.0 / 3),
			},
		} {
			for name, p := range m {
				if delete(want, name); p != nil {
					want[name] = *p
				}
			}
			now := noon.Add(time.Duration(i+1) * time.Minute)
			p := must(s.Merge(ctx, "ada", m, now))(t)
			if diff := cmp.Diff(want, p.Preferences); diff != "" {
				t.Errorf("merge %d: preferences (-want +got):\n%s", i, diff)
			}
			if diff := cmp.Diff(content, p.Content); diff != "" {
				t.Errorf("merge %d: content (-want +got):\n%s", i, diff)
			}
			if !p.UpdatedAt.Equal(now) || p.Version == last.Version {
				t.Errorf("merge %d: updated at %v to the version %d", i, p.UpdatedAt, p.Version)
			}
			assertProfile(t, fmt.Sprint("Get after merge ", i), must(s.Get(ctx, "ada"))(t), p)
			last = p
		}
		replaced := must(s.Replace(ctx, "ada", onlyVersions(last.Version), content, noon))(t)
		if diff := cmp.Diff(want, replaced.Preferences); diff != "" {
			t.Errorf("Replace changed the preferences (-want +got):\n%s", diff)
		}
	})
}

func TestMergeKeepsTypesAndLimits(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		must(s.Create(ctx, "ada", content, noon))(t)
		must(s.Merge(ctx, "ada", setMany(0, profiles.MaxMerged, text("é")), noon))(t)
		assertAccepted := func(name string, m profiles.Merge) {
			t.Helper()
			if _, err := s.Merge(ctx, "ada", m, noon); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		assertRefused := func(name string, m profiles.Merge, reason string) {
			t.Helper()
			before := must(s.Get(ctx, "ada"))(t)
			_, err := s.Merge(ctx, "ada", m, noon)
			if !problem.Is(err, problem.Conflict) || !strings.Contains(err.Error(), reason) {
				t.Errorf("%s: got %v, want %s", name, err, reason)
			}
			assertProfile(t, name+": Get after the refused merge", must(s.Get(ctx, "ada"))(t), before)
		}
		another := profiles.Merge{"new": text("x"), longName(0): number(1), longName(1): nil}
		assertRefused("another type", another, "is a text. Remove it before you set it to a number")
		assertAccepted("remove", profiles.Merge{longName(0): nil})
		assertAccepted("set to another type after removal", profiles.Merge{longName(0): boolean(true)})
		assertAccepted("as many as fit", setMany(profiles.MaxMerged, profiles.MaxPreferences-profiles.MaxMerged, number(1)))
		assertRefused("one more", profiles.Merge{"more": text("x")}, "at most 50")
		assertAccepted("one more in place of another", profiles.Merge{"more": text("x"), longName(1): nil})
		assertAccepted("set existing ones at the limit", setMany(2, profiles.MaxMerged-2, text("y")))
		assertAccepted("remove one", profiles.Merge{longName(2): nil})
		assertRefused("two more and an existing one",
			profiles.Merge{"another": text("x"), "third": text("x"), longName(3): text("z")}, "at most 50")
		assertAccepted("one more and an existing one", profiles.Merge{"another": text("x"), longName(3): text("z")})
		if p := must(s.Get(ctx, "ada"))(t); len(p.Preferences) != profiles.MaxPreferences {
			t.Errorf("got %d preferences, want %d", len(p.Preferences), profiles.MaxPreferences)
		}
	})
}
