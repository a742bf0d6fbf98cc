package store

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/profiles"
)

func text(s string) *profiles.Preference    { return &profiles.Preference{Text: &s} }
func number(n float64) *profiles.Preference { return &profiles.Preference{Number: &n} }
func boolean(b bool) *profiles.Preference   { return &profiles.Preference{Boolean: &b} }

// name is of the greatest length: expressions must have room for that.
func name(i int) string {
	return fmt.Sprintf("%s%02d", strings.Repeat("x", profiles.MaxNameLength-2), i)
}

// set is a merge that sets n preferences, counted from first.
func set(first, n int, p *profiles.Preference) profiles.Merge {
	m := profiles.Merge{}
	for i := range n {
		m[name(first+i)] = p
	}
	return m
}

func TestMerge(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		if _, err := s.Merge(ctx, "ada", profiles.Merge{"theme": text("dark")}, noon); !errors.Is(err, profiles.ErrNotFound) {
			t.Errorf("without a profile: %v", err)
		}
		if _, err := s.Get(ctx, "ada"); !errors.Is(err, profiles.ErrNotFound) {
			t.Errorf("the merge made a profile: %v", err)
		}
		last := must(s.Create(ctx, "ada", content, noon))(t)
		want := profiles.Preferences{}
		for i, m := range []profiles.Merge{
			{"theme": text("dark"), "sound": boolean(false), "size": number(14.5)},
			{"theme": text(""), "size": nil, "absent": nil},
			{},
			{"name": text("reserved"), "a.b": text("a path?"), "size": number(-0.1), "c-d_e": number(0)},
			{"a": number(math.MaxInt32), "b": number(1<<53 - 1), "c": number(-1e-100), "d": number(math.Copysign(0, -1)), "e": number(1.0 / 3)},
		} {
			for name, p := range m {
				if delete(want, name); p != nil {
					want[name] = *p
				}
			}
			now := noon.Add(time.Duration(i+1) * time.Minute)
			p := must(s.Merge(ctx, "ada", m, now))(t)
			if !reflect.DeepEqual(p.Preferences, want) || !p.UpdatedAt.Equal(now) || p.Version == last.Version || !reflect.DeepEqual(p.Content, content) {
				t.Errorf("merge %d: got %+v, want %+v", i, p, want)
			}
			if got := must(s.Get(ctx, "ada"))(t); !reflect.DeepEqual(got, p) {
				t.Errorf("merge %d: read %+v, want %+v", i, got, p)
			}
			last = p
		}
		if p := must(s.Replace(ctx, "ada", only(last.Version), content, noon))(t); !reflect.DeepEqual(p.Preferences, want) {
			t.Errorf("a new content has other preferences: %+v", p)
		}
	})
}

func TestMergeKeepsTypesAndBounds(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		must(s.Create(ctx, "ada", content, noon))(t)
		must(s.Merge(ctx, "ada", set(0, profiles.MaxMerged, text("é")), noon))(t)
		accepted := func(what string, m profiles.Merge) {
			t.Helper()
			if _, err := s.Merge(ctx, "ada", m, noon); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		refused := func(what string, m profiles.Merge, reason string) {
			t.Helper()
			before := must(s.Get(ctx, "ada"))(t)
			_, err := s.Merge(ctx, "ada", m, noon)
			if !problem.Is(err, problem.Conflict) || !strings.Contains(err.Error(), reason) {
				t.Errorf("%s: got %v, want %s", what, err, reason)
			}
			if after := must(s.Get(ctx, "ada"))(t); !reflect.DeepEqual(after, before) {
				t.Errorf("%s: part of it was done: %+v", what, after)
			}
		}
		refused("another type", profiles.Merge{"new": text("x"), name(0): number(1), name(1): nil}, "is a text. Remove it before you set it to a number")
		accepted("removed", profiles.Merge{name(0): nil})
		accepted("then set to another type", profiles.Merge{name(0): boolean(true)})
		accepted("as many as fit", set(profiles.MaxMerged, profiles.MaxPreferences-profiles.MaxMerged, number(1)))
		refused("one more", profiles.Merge{"more": text("x")}, "at most 50")
		refused("one more in place of another", profiles.Merge{"more": text("x"), name(1): nil}, "at most 50")
		accepted("all that it sets are there", set(1, profiles.MaxMerged-1, text("y")))
		accepted("room for one", profiles.Merge{name(1): nil})
		refused("one more, and one that is there", profiles.Merge{"more": text("x"), name(2): text("z")}, "at most 50")
		accepted("one more", profiles.Merge{"more": text("x")})
		if p := must(s.Get(ctx, "ada"))(t); len(p.Preferences) != profiles.MaxPreferences {
			t.Errorf("%d preferences", len(p.Preferences))
		}
	})
}
