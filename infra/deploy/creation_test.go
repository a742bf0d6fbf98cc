package deploy

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var creationDay = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// unnamed returns a session of a new environment without a file, whose home is us-east-1.
func unnamed(t *testing.T) *session {
	t.Helper()
	s := newSite(t)
	session := s.openTo(t.Output())
	session.named = false
	session.environment.Regions = []string{"us-east-1", "us-west-2"}
	session.settings = map[string]any{"home": "us-east-1", "profile": "lean"}
	return session
}

func variables(pairs ...string) func(string) string {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(key string) string { return values[key] }
}

func TestCreationIsRecordedAndReadBack(t *testing.T) {
	s := unnamed(t)
	err := s.readCreation(t.Context(), variables("REGIONS", "us-east-1", "CREATOR", "ada@example.com"), creationDay)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.recordCreation(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.created, s.environment.Regions = nil, []string{"us-east-1", "us-west-2"}
	if err := s.readCreation(t.Context(), variables(), creationDay.AddDate(0, 0, 3)); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"home": "us-east-1", "profile": "lean", "creator": "ada@example.com",
		"expires": "2026-12-12", "regions": []any{"us-east-1"}}
	if diff := cmp.Diff(want, s.settings); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"us-east-1"}, s.environment.Regions); diff != "" || s.created != nil {
		t.Errorf("Regions, and to be recorded again: %v (-want +got):\n%s", s.created, diff)
	}
}

func TestCreationRefuses(t *testing.T) {
	tests := []struct {
		name      string
		recorded  bool
		variables []string
		want      string
	}{
		{name: "other Regions", recorded: true, variables: []string{"REGIONS", "us-east-1"},
			want: "run ENV=trial go tool mage deploy:regions us-east-1"},
		{name: "the same Regions in another order", recorded: true, variables: []string{"REGIONS", "us-west-2,us-east-1"}},
		{name: "another profile", recorded: true, variables: []string{"PROFILE", "full"},
			want: "created with the profile lean"},
		{name: "Regions without the home", variables: []string{"REGIONS", "us-west-2"}, want: "without the home us-east-1"},
		{name: "a bad date", variables: []string{"EXPIRES", "soon"}, want: `EXPIRES is "soon"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := unnamed(t)
			if test.recorded {
				s.created = &creation{Profile: "lean", Regions: []string{"us-east-1", "us-west-2"}}
				if err := s.recordCreation(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			err := s.readCreation(t.Context(), variables(test.variables...), creationDay)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestRegionsOfACreationChange(t *testing.T) {
	s := unnamed(t)
	s.created = &creation{Profile: "lean", Regions: []string{"us-east-1"}}
	if err := s.recordCreation(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.created = nil
	if err := s.setRegions(t.Context(), []string{"us-east-1", "us-west-2"}); err != nil {
		t.Fatal(err)
	}
	if err := s.readCreation(t.Context(), variables(), creationDay); err != nil || len(s.environment.Regions) != 2 {
		t.Errorf("got %v, %v", s.environment.Regions, err)
	}
}

func TestExpiredEnvironments(t *testing.T) {
	s := unnamed(t)
	for _, test := range []struct {
		expires, now string
		expired      bool
	}{
		{expires: "2026-11-27", now: "2026-11-28T00:00:00Z", expired: true},
		{expires: "2026-11-28", now: "2026-11-28T23:59:59Z"},
		{expires: "", now: "2030-01-01T00:00:00Z"},
	} {
		if err := s.store.WriteRecord(t.Context(), creationRecord, creation{Expires: test.expires}); err != nil {
			t.Fatal(err)
		}
		now, err := time.Parse(time.RFC3339, test.now)
		if err != nil {
			t.Fatal(err)
		}
		found, err := s.expired(t.Context(), now)
		if err != nil || (len(found) == 1) != test.expired {
			t.Errorf("expires %q at %s: got %v, %v", test.expires, test.now, found, err)
		}
	}
}
