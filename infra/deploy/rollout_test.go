package deploy

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/deploy/internal/recorder"
)

func TestNewEnvironmentNeedsCreate(t *testing.T) {
	s := newSite(t)
	_, err := s.deploy(Options{})
	if err == nil ||
		!strings.Contains(err.Error(), "To create it, run ENV=trial go tool mage deploy:all -create") {
		t.Errorf("error %v", err)
	}
	if applied := s.journal(); len(applied) != 0 {
		t.Errorf("applied %q", applied)
	}
}

func TestSecondRolloutChangesNothing(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.journal()
	out := s.mustDeploy(Options{})
	if applied := s.journal(); len(applied) != 0 || !strings.Contains(out, "Nothing was changed.") {
		t.Errorf("applied %q\n%s", applied, out)
	}
	if want := []string{"1", "1", "1", "1"}; !slices.Equal(s.serves("us-west-2"), want) {
		t.Errorf("us-west-2 serves %q", s.serves("us-west-2"))
	}
}

func TestBrokenReleaseGoesBackInItsRegionOnly(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.version = "2"
	s.contexts["one"] = []string{"get", "new"}
	s.broken["us-west-2 2"] = true
	out, err := s.deploy(Options{})
	if err == nil || !strings.Contains(err.Error(), "smoke us-west-2: smoke test: status 502") {
		t.Fatalf("error %v\n%s", err, out)
	}
	for region, want := range map[string]string{"us-east-1": "2", "us-west-2": "1"} {
		versions := s.serves(region)
		if len(versions) != 4 || slices.ContainsFunc(versions, func(v string) bool { return v != want }) {
			t.Errorf("%s serves %q, want 4 times %s\n%s", region, versions, want, out)
		}
	}
	state, err := recorder.ReadState(s.state("functions/one/us-west-2"))
	if err != nil {
		t.Fatal(err)
	}
	if _, left := state["aws_lambda_function.new"]; left {
		t.Error("the new function is left in us-west-2")
	}
}

func TestAPIThatFailsLeavesTheOtherRegionAlone(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.journal()
	s.version = "2"
	s.fault("apply api/us-east-1 once")
	out, err := s.deploy(Options{})
	if err == nil || !strings.Contains(err.Error(), "apply api/us-east-1") {
		t.Fatalf("error %v\n%s", err, out)
	}
	for _, key := range s.journal() {
		if strings.HasSuffix(key, "us-west-2") {
			t.Errorf("%s was applied", key)
		}
	}
	if got := s.serves("us-east-1"); slices.Contains(got, "2") {
		t.Errorf("us-east-1 serves %q", got)
	}
	s.mustDeploy(Options{})
	for _, region := range s.regions {
		if got := s.serves(region); slices.Contains(got, "1") {
			t.Errorf("after the next run, %s serves %q", region, got)
		}
	}
}

// checkAPI checks the versions that a Region's API has and serves.
func checkAPI(t *testing.T, s *site, region, imported, served string) {
	t.Helper()
	api, err := recorder.ReadAPI(s.dir, region)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := []string{versionOf(api.Imported), versionOf(api.Served)}, []string{imported,
		served}; !slices.Equal(got, want) {
		t.Errorf("the API of %s has and serves %q, want %q", region, got, want)
	}
}

func TestImportThatFailsIsRepeated(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.version = "2"
	s.fault("import api/us-west-2 once")
	out, err := s.deploy(Options{})
	if err == nil || !strings.Contains(err.Error(), "import of api/us-west-2 fails once") {
		t.Fatalf("error %v\n%s", err, out)
	}
	// Terraform's state has the document from before, and the API a part of the next
	// one: going back imports nevertheless.
	checkAPI(t, s, "us-east-1", "2", "2")
	checkAPI(t, s, "us-west-2", "1", "1")
	s.mustDeploy(Options{})
	checkAPI(t, s, "us-west-2", "2", "2")
}

// A Region without an earlier release cannot go back: its API keeps the part until the
// next run.
func TestFirstImportThatFailsIsRepeated(t *testing.T) {
	s := newSite(t)
	s.fault("import api/us-east-1 once")
	out, err := s.deploy(Options{Create: true})
	if err == nil || !strings.Contains(err.Error(), "import of api/us-east-1 fails once") {
		t.Fatalf("error %v\n%s", err, out)
	}
	if api, err := recorder.ReadAPI(s.dir, "us-east-1"); err != nil || api.Served != "" {
		t.Errorf("us-east-1 serves %q, %v", api.Served, err)
	}
	s.mustDeploy(Options{Create: true})
	for _, region := range s.regions {
		checkAPI(t, s, region, "1", "1")
	}
}

func TestRegionAddedAndRemoved(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.regions = append(s.regions, "ca-central-1")
	s.mustDeploy(Options{})
	if got := s.serves("ca-central-1"); len(got) != 4 {
		t.Fatalf("ca-central-1 serves %q", got)
	}
	s.journal()
	s.regions = []string{"us-east-1", "ca-central-1"}
	out := s.mustDeploy(Options{AllowDataLoss: "trial"})
	for _, key := range []string{"api/us-west-2", "functions/one/us-west-2", "functions/two/us-west-2"} {
		if state, err := recorder.ReadState(s.state(key)); err != nil || len(state) != 0 {
			t.Errorf("%s still has %v, %v", key, state, err)
		}
	}
	// The drain, the API, the functions, the replicas, the key.
	want := []string{"api/us-west-2", "api/us-west-2", "functions/one/us-west-2", "functions/two/us-west-2", "data/one",
		"data/two", "global"}
	applied := s.journal()
	slices.Sort(applied[2:4])
	slices.Sort(applied[4:6])
	if diff := cmp.Diff(want, applied); diff != "" {
		t.Errorf("applied (-want +got):\n%s\n%s", diff, out)
	}
}

func TestProtectedRegionStays(t *testing.T) {
	s := newSite(t)
	s.protect = true
	s.mustDeploy(Options{Create: true})
	s.journal()
	s.regions = s.regions[:1]
	_, err := s.deploy(Options{AllowDataLoss: "trial"})
	if err == nil || !strings.Contains(err.Error(), "would lose Region us-west-2") {
		t.Errorf("error %v", err)
	}
	if applied := s.journal(); len(applied) != 0 {
		t.Errorf("applied %q", applied)
	}
}

func TestDestroy(t *testing.T) {
	tests := map[string]struct {
		protect bool
		confirm Confirmation
		want    string // of the error; empty if it is destroyed
	}{
		"protected": {protect: true, confirm: Confirmation{Name: "trial"},
			want: "trial is protected: nothing was changed."},
		"without a terminal": {want: "nothing was destroyed: confirm with -confirm=trial"},
		"another name": {confirm: Confirmation{Ask: strings.NewReader("prod\n")},
			want: `nothing was destroyed: "prod" is not`},
		"confirmed by option": {confirm: Confirmation{Name: "trial"}},
		"confirmed by typing": {confirm: Confirmation{Ask: strings.NewReader("trial\n")}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.mustDeploy(Options{Create: true})
			s.journal()
			s.protect = test.protect
			var out bytes.Buffer
			err := s.open(&out).destroyAll(t.Context(), test.confirm)
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("error %v, want one with %q", err, test.want)
				}
				if applied := s.journal(); len(applied) != 0 {
					t.Errorf("applied %q", applied)
				}
				return
			}
			if err != nil {
				t.Fatalf("%v\n%s", err, out.String())
			}
			if left, err := s.open(&out).existing(t.Context()); err != nil || len(left) != 0 {
				t.Errorf("left are %v, %v", left, err)
			}
			if !strings.Contains(out.String(), "DATA  aws_dynamodb_table.this[\"one\"]") {
				t.Errorf("the data is not shown:\n%s", out.String())
			}
		})
	}
}

func TestRollbackDrainAndStatus(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.version = "2"
	s.mustDeploy(Options{})
	var out bytes.Buffer
	if err := s.open(&out).rollBack(t.Context(), "us-west-2", s); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for region, want := range map[string]string{"us-east-1": "2", "us-west-2": "1"} {
		if got := s.serves(region); slices.ContainsFunc(got, func(v string) bool { return v != want }) {
			t.Errorf("%s serves %q, want %s", region, got, want)
		}
	}
	if err := s.open(&out).setDrained(t.Context(), "us-west-2", true, s); err != nil {
		t.Fatal(err)
	}
	if err := s.open(&out).setDrained(t.Context(), "us-east-1", true, s); err == nil ||
		!strings.Contains(err.Error(), "the last Region in DNS") {
		t.Errorf("draining the last Region: %v", err)
	}
	s.mustDeploy(Options{}) // keeps the Region drained
	checkDrained(t, s, "us-west-2", true)
	out.Reset()
	if err := s.open(&out).status(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(out.String(), "\n"); !strings.Contains(lines[1], "in ") ||
		!strings.Contains(lines[2], "drained") {
		t.Errorf("status:\n%s", out.String())
	}
	if err := s.open(&out).setDrained(t.Context(), "us-west-2", false, s); err != nil {
		t.Fatal(err)
	}
	checkDrained(t, s, "us-west-2", false)
}

func checkDrained(t *testing.T, s *site, region string, want bool) {
	t.Helper()
	state, err := recorder.ReadState(s.state("api/" + region))
	if err != nil {
		t.Fatal(err)
	}
	if got := state["aws_api_gateway_rest_api.api"]["drained"]; got != want {
		t.Errorf("%s is drained: %v, want %v", region, got, want)
	}
}

// TestTheOnlyRegionInDNSIsNotDrained checks that -drain is refused before anything
// starts where it would take the API down.
func TestTheOnlyRegionInDNSIsNotDrained(t *testing.T) {
	s := newSite(t)
	s.regions = []string{"us-east-1"}
	s.mustDeploy(Options{Create: true, Drain: true}) // serves nothing yet, so nothing is drained
	s.journal()
	s.version = "2"
	_, err := s.deploy(Options{Drain: true})
	if err == nil || !strings.Contains(err.Error(), "us-east-1 is the only Region of trial in DNS") {
		t.Errorf("error %v", err)
	}
	if applied := s.journal(); len(applied) != 0 {
		t.Errorf("applied %q", applied)
	}
	s.mustDeploy(Options{})
}
