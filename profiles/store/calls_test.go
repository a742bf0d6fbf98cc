package store

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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

// calls are the calls of an operation in order.
var (
	query       = []string{"Query"}
	queryAndPut = []string{"Query", "PutItem"}
	transaction = []string{"Query", "TransactWriteItems"}
)

// unitsOfDynamoDBLocal are the units that DynamoDB Local charges in place of those that
// AWS documents, by operation and step: see dynamodbtest.Meter.IsDynamoDBLocal.
var unitsOfDynamoDBLocal = map[string]struct{ read, written float64 }{
	"checkProfiles absent":           {0, 0},
	"putProfile new":                 {0, 4},
	"deleteProfile of three Regions": {1, 4},
	"putProfile after a deletion, with the remains of another Region's write": {1, 4},
	"deleteProfile large": {2, 28},
}

// TestCallsAndCapacity compares the store's calls and capacity units with the
// documented ones, and the actions with the operations' rights.
func TestCallsAndCapacity(t *testing.T) {
	metered(t, func(t *testing.T, s *Store, m *dynamodbtest.Meter) {
		ctx := t.Context()
		other := &Store{db: s.db, table: s.table, region: "us-west-2"}
		third := &Store{db: s.db, table: s.table, region: "eu-west-1"}
		large := content // between 5 and 6 KiB
		for range 10 {
			page := profiles.Link{Label: "page", URL: "https://ada.example.com/" + strings.Repeat("x", 500)}
			large.Links = append(large.Links, page)
		}
		put := func(_ profiles.Profile, err error) error { return err }
		used := map[string][]string{}
		rights := map[string][]string{}
		for _, step := range []struct {
			op            rest.Described
			name          string
			do            func() error
			calls         []string
			read, written float64
		}{
			{&api.Check, "absent", func() error { return s.Probe(ctx) }, query, 0.5, 0},
			{&api.Put, "new", func() error { return put(s.Create(ctx, "ada", content, noon)) }, transaction, 1, 4},
			{&api.Put, "existing", func() error {
				return refusal(put(s.Create(ctx, "ada", content, noon)), profiles.ErrExists)
			}, query, 1, 0},
			{&api.Put, "stale", func() error {
				return refusal(put(s.Replace(ctx, "ada", onlyVersions(1), content, noon)), profiles.ErrStale)
			}, query, 1, 0},
			{&api.Get, "", func() error { return put(s.Get(ctx, "ada")) }, query, 0.5, 0},
			{&api.GetPublic, "", func() error { _, err := s.DisplayName(ctx, "ada"); return err }, query, 0.5, 0},
			{&api.MergePreferences, "", func() error {
				return put(s.Merge(ctx, "ada", setMany(0, 5, boolean(true)), noon))
			}, queryAndPut, 1, 1},
			{&api.Get, "with preferences", func() error { return put(s.Get(ctx, "ada")) }, query, 0.5, 0},
			{&api.MergePreferences, "refused", func() error {
				return refusal(put(s.Merge(ctx, "ada", setMany(0, 5, text("")), noon)), nil)
			}, query, 1, 0},
			{&api.MergePreferences, "first of another Region", func() error {
				return put(other.Merge(ctx, "ada", setMany(0, 1, boolean(true)), noon))
			}, transaction, 1, 4},
			{&api.Get, "written by two Regions", func() error { return put(s.Get(ctx, "ada")) }, query, 0.5, 0},
			{&api.Put, "first of another Region", func() error {
				return put(third.Replace(ctx, "ada", anyVersion, content, noon))
			}, transaction, 1, 4},
			{&api.Delete, "of three Regions", func() error { return s.Delete(ctx, "ada", anyVersion) }, transaction, 1, 8},
			{&api.Put, "after a deletion, with the remains of another Region's write", func() error {
				remains := item{AccountID: "ada", Part: copyPart(life{s.region, 1}, other.region), Version: 1}
				if err := s.table.Put(remains).Run(ctx); err != nil {
					return err
				}
				m.Take()
				return put(s.Create(ctx, "ada", content, noon))
			}, transaction, 1, 6},
			{&api.Put, "large", func() error {
				return put(s.Replace(ctx, "ada", anyVersion, large, noon))
			}, queryAndPut, 1, 6},
			{&api.Get, "large", func() error { return put(s.Get(ctx, "ada")) }, query, 1, 0},
			{&api.GetPublic, "large", func() error { _, err := s.DisplayName(ctx, "ada"); return err }, query, 1, 0},
			{&api.MergePreferences, "large", func() error { return put(s.Merge(ctx, "ada", nil, noon)) }, queryAndPut, 2, 6},
			{&api.Delete, "stale", func() error {
				return refusal(s.Delete(ctx, "ada", onlyVersions(1)), profiles.ErrStale)
			}, query, 2, 0},
			{&api.Delete, "large", func() error { return s.Delete(ctx, "ada", anyVersion) }, transaction, 2, 14},
			{&api.Delete, "absent", func() error { return s.Delete(ctx, "ada", onlyVersions(1)) }, query, 1, 0},
		} {
			op := step.op.Describe()
			if err := step.do(); err != nil {
				t.Errorf("%s, %s: %v", op.ID, step.name, err)
			}
			got := m.Take()
			if diff := cmp.Diff(step.calls, got.Calls); diff != "" {
				t.Errorf("%s, %s: calls (-want +got):\n%s", op.ID, step.name, diff)
			}
			if other, differs := unitsOfDynamoDBLocal[op.ID+" "+step.name]; differs && m.IsDynamoDBLocal() {
				step.read, step.written = other.read, other.written
			}
			if got.Read != step.read || got.Written != step.written {
				t.Errorf("%s, %s: %v read and %v write units, want %v and %v",
					op.ID, step.name, got.Read, got.Written, step.read, step.written)
			}
			used[op.ID] = append(used[op.ID], got.Actions...)
			rights[op.ID] = nil
			for _, g := range op.Uses {
				rights[op.ID] = append(rights[op.ID], g.Actions...)
			}
		}
		for id := range rights {
			slices.Sort(used[id])
			slices.Sort(rights[id])
			if diff := cmp.Diff(slices.Compact(rights[id]), slices.Compact(used[id])); diff != "" {
				t.Errorf("%s: actions (-rights +used):\n%s", id, diff)
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
			m.Before(1, func() bool { m.Lose(); return true }) // the write, after the query
			p, err := step.do()
			if err != nil {
				t.Fatalf("%s: %v", step.operation, err)
			}
			if calls := m.Take().Calls; len(calls) != 3 {
				t.Errorf("%s: %s, want a query, a write and its repetition", step.operation, calls)
			}
			if last = p; p.Version == 0 {
				continue
			}
			assertProfile(t, "Get after "+step.operation, must(s.Get(ctx, "ada"))(t), p)
		}
	})
}
