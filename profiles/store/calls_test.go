package store

import (
	"errors"
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

// metered runs the test like each, with a meter between the store and DynamoDB.
func metered(t *testing.T, test func(t *testing.T, s *Store, m *dynamodbtest.Meter)) {
	dynamodbtest.Each(t, []resource.Table{tables.Profiles}, func(t *testing.T, env lambdaenv.Env) {
		behind, m := dynamodbtest.Through(t, env)
		test(t, Open(behind), m)
	})
}

// TestCallsAndCapacity compares the store's calls and capacity units with the
// documented ones, and the actions with the operations' rights.
func TestCallsAndCapacity(t *testing.T) {
	metered(t, func(t *testing.T, s *Store, m *dynamodbtest.Meter) {
		ctx := t.Context()
		large := content // between 5 and 6 KiB
		for range 10 {
			page := profiles.Link{Label: "page", URL: "https://ada.example.com/" + strings.Repeat("x", 500)}
			large.Links = append(large.Links, page)
		}
		for _, step := range []struct {
			op    rest.Described
			name  string
			do    func() error
			units float64 // 0 for a refused write, which does not return its units
		}{
			{&api.Check, "", func() error { return s.Probe(ctx) }, 0.5},
			{&api.Put, "new", func() error { _, err := s.Create(ctx, "ada", content, noon); return err }, 1},
			{&api.Put, "existing", func() error {
				_, err := s.Create(ctx, "ada", content, noon)
				return refusal(err, profiles.ErrExists)
			}, 0},
			{&api.Put, "stale", func() error {
				_, err := s.Replace(ctx, "ada", onlyVersions(1), content, noon)
				return refusal(err, profiles.ErrStale)
			}, 0},
			{&api.Get, "", func() error { _, err := s.Get(ctx, "ada"); return err }, 0.5},
			{&api.GetPublic, "", func() error { _, err := s.DisplayName(ctx, "ada"); return err }, 0.5},
			{&api.MergePreferences, "", func() error {
				_, err := s.Merge(ctx, "ada", setMany(0, 5, boolean(true)), noon)
				return err
			}, 1},
			{&api.MergePreferences, "refused", func() error {
				_, err := s.Merge(ctx, "ada", setMany(0, 5, text("")), noon)
				return refusal(err, nil)
			}, 0},
			{&api.Put, "large", func() error { _, err := s.Replace(ctx, "ada", anyVersion, large, noon); return err }, 6},
			{&api.Get, "large", func() error { _, err := s.Get(ctx, "ada"); return err }, 1},
			{&api.GetPublic, "large", func() error { _, err := s.DisplayName(ctx, "ada"); return err }, 1},
			{&api.MergePreferences, "large", func() error { _, err := s.Merge(ctx, "ada", nil, noon); return err }, 6},
			{&api.Delete, "stale", func() error {
				return refusal(s.Delete(ctx, "ada", onlyVersions(1)), profiles.ErrStale)
			}, 0},
			{&api.Delete, "large", func() error { return s.Delete(ctx, "ada", anyVersion) }, 6},
			{&api.Delete, "absent", func() error { return s.Delete(ctx, "ada", onlyVersions(1)) }, 1},
		} {
			op := step.op.Describe()
			if err := step.do(); err != nil {
				t.Errorf("%s, %s: %v", op.ID, step.name, err)
			}
			got := m.Take()
			if len(got.Calls) != 1 || len(op.Uses) != 1 || !slices.Equal(got.Actions, op.Uses[0].Actions) {
				t.Errorf("%s, %s: called %s, with the rights %+v", op.ID, step.name, got.Calls, op.Uses)
			}
			if units := got.Read + got.Written; units != step.units {
				t.Errorf("%s, %s: %v units, want %v", op.ID, step.name, units, step.units)
			}
		}
	})
}

// refusal returns nil if err is want, or if want is nil and err is any error.
func refusal(err, want error) error {
	switch {
	case err == nil:
		return errors.New("not refused")
	case want == nil || errors.Is(err, want):
		return nil
	}
	return err
}

// TestLostResponses loses the response to a write that was carried out, so that
// the SDK repeats it. A change with a condition on the version must recognize its
// own first attempt.
func TestLostResponses(t *testing.T) {
	metered(t, func(t *testing.T, s *Store, m *dynamodbtest.Meter) {
		ctx := t.Context()
		var last profiles.Profile
		for _, step := range []struct {
			operation string
			do        func() (profiles.Profile, error)
		}{
			{"create", func() (profiles.Profile, error) { return s.Create(ctx, "ada", content, noon) }},
			{"replace", func() (profiles.Profile, error) {
				return s.Replace(ctx, "ada", onlyVersions(last.Version), content, noon)
			}},
			{"merge", func() (profiles.Profile, error) {
				return s.Merge(ctx, "ada", setMany(0, profiles.MaxMerged, text("x")), noon)
			}},
			{"merge up to the limit", func() (profiles.Profile, error) {
				return s.Merge(ctx, "ada", setMany(profiles.MaxMerged, profiles.MaxPreferences-profiles.MaxMerged, text("x")), noon)
			}},
			{"delete", func() (profiles.Profile, error) {
				return profiles.Profile{}, s.Delete(ctx, "ada", onlyVersions(last.Version))
			}},
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
			assertProfile(t, "Get after "+step.operation, must(s.Get(ctx, "ada"))(t), p)
		}
	})
}
