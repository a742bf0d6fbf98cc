package store

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/platform/dynamodb/dynamodbtest"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/profiles"
	"github.com/meridian-api/meridian/profiles/api"
	"github.com/meridian-api/meridian/profiles/tables"
)

// metered is each with a store that goes through a meter.
func metered(t *testing.T, test func(t *testing.T, s *Store, m *dynamodbtest.Meter)) {
	dynamodbtest.Each(t, []resource.Table{tables.Profiles}, func(t *testing.T, env lambdaenv.Env) {
		behind, m := dynamodbtest.Through(t, env)
		test(t, Open(behind), m)
	})
}

// TestCallsAndCapacity holds what the operations' doc comments and the README
// tell: one call each, of the kind that the operation has the right to.
func TestCallsAndCapacity(t *testing.T) {
	metered(t, func(t *testing.T, s *Store, m *dynamodbtest.Meter) {
		ctx := t.Context()
		large := content // of more than 5 KiB and less than 6
		for range 10 {
			large.Links = append(large.Links, profiles.Link{Label: "page", URL: "https://ada.example.com/" + strings.Repeat("x", 500)})
		}
		for _, step := range []struct {
			of       rest.Described
			when     string
			do       func() error
			capacity float64 // a refused write's is not told
		}{
			{&api.Check, "", func() error { return s.Probe(ctx) }, 0.5},
			{&api.Put, "new", func() error { _, err := s.Create(ctx, "ada", content, noon); return err }, 1},
			{&api.Put, "there already", func() error { _, err := s.Create(ctx, "ada", content, noon); return is(err, profiles.ErrExists) }, 0},
			{&api.Put, "stale", func() error {
				_, err := s.Replace(ctx, "ada", only(1), content, noon)
				return is(err, profiles.ErrStale)
			}, 0},
			{&api.Get, "", func() error { _, err := s.Get(ctx, "ada"); return err }, 0.5},
			{&api.GetPublic, "", func() error { _, err := s.DisplayName(ctx, "ada"); return err }, 0.5},
			{&api.MergePreferences, "", func() error { _, err := s.Merge(ctx, "ada", set(0, 5, boolean(true)), noon); return err }, 1},
			{&api.MergePreferences, "refused", func() error { _, err := s.Merge(ctx, "ada", set(0, 5, text("")), noon); return is(err, nil) }, 0},
			{&api.Put, "large", func() error { _, err := s.Replace(ctx, "ada", whatever, large, noon); return err }, 6},
			{&api.Get, "large", func() error { _, err := s.Get(ctx, "ada"); return err }, 1},
			{&api.GetPublic, "large", func() error { _, err := s.DisplayName(ctx, "ada"); return err }, 1},
			{&api.MergePreferences, "large", func() error { _, err := s.Merge(ctx, "ada", nil, noon); return err }, 6},
			{&api.Delete, "stale", func() error { return is(s.Delete(ctx, "ada", only(1)), profiles.ErrStale) }, 0},
			{&api.Delete, "large", func() error { return s.Delete(ctx, "ada", whatever) }, 6},
			{&api.Delete, "none", func() error { return s.Delete(ctx, "ada", only(1)) }, 1},
		} {
			op := step.of.Describe()
			if err := step.do(); err != nil {
				t.Errorf("%s, %s: %v", op.ID, step.when, err)
			}
			got := m.Take()
			if len(got.Calls) != 1 || len(op.Uses) != 1 || !slices.Equal(got.Actions, op.Uses[0].Actions) {
				t.Errorf("%s, %s: called %s, and may %+v", op.ID, step.when, got.Calls, op.Uses)
			}
			if units := got.Read + got.Written; units != step.capacity {
				t.Errorf("%s, %s: %v units, want %v", op.ID, step.when, units, step.capacity)
			}
		}
	})
}

// is turns an expected refusal, any when want is nil, into success.
func is(err, want error) error {
	switch {
	case err == nil:
		return errors.New("not refused")
	case want == nil || errors.Is(err, want):
		return nil
	}
	return err
}

// TestLostAnswers repeats what came through, as the SDK does: a change that is
// conditional on a version must recognize its own.
func TestLostAnswers(t *testing.T) {
	metered(t, func(t *testing.T, s *Store, m *dynamodbtest.Meter) {
		ctx := t.Context()
		var last profiles.Profile
		for _, step := range []struct {
			operation string
			do        func() (profiles.Profile, error)
		}{
			{"create", func() (profiles.Profile, error) { return s.Create(ctx, "ada", content, noon) }},
			{"replace", func() (profiles.Profile, error) { return s.Replace(ctx, "ada", only(last.Version), content, noon) }},
			{"merge", func() (profiles.Profile, error) {
				return s.Merge(ctx, "ada", set(0, profiles.MaxMerged, text("x")), noon)
			}},
			{"merge up to the bound", func() (profiles.Profile, error) {
				return s.Merge(ctx, "ada", set(profiles.MaxMerged, profiles.MaxPreferences-profiles.MaxMerged, text("x")), noon)
			}},
			{"delete", func() (profiles.Profile, error) { return profiles.Profile{}, s.Delete(ctx, "ada", only(last.Version)) }},
		} {
			m.Take()
			m.Lose()
			p, err := step.do()
			if err != nil {
				t.Fatalf("%s: %v", step.operation, err)
			}
			if calls := m.Take().Calls; len(calls) != 2 {
				t.Errorf("%s: %s, want one call and its repetition", step.operation, calls)
			}
			if last = p; p.Version == 0 {
				continue
			}
			if got := must(s.Get(ctx, "ada"))(t); !reflect.DeepEqual(got, p) {
				t.Errorf("%s: %+v is there, and %+v was told", step.operation, got, p)
			}
		}
	})
}
