package deploy

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/deploy/internal/recorder"
	"github.com/meridian-api/meridian/infra/release"
)

func TestSelectStepsKeepsTheOrder(t *testing.T) {
	steps, err := Order(Wanted{Regions: []string{"us-east-1", "us-west-2"}, Contexts: []string{"accounts", "profiles"}},
		nil)
	if err != nil {
		t.Fatal(err)
	}
	selected := selectSteps(steps, func(s Step) bool {
		return s.Stack.Context == "accounts" || s.Stack.Context == "" && s.Stack.Region != ""
	})
	want := []string{
		"apply data/accounts",
		"add functions/accounts/us-east-1", "apply api/us-east-1", "apply functions/accounts/us-east-1",
		"verify us-east-1", "smoke us-east-1",
		"add functions/accounts/us-west-2", "apply api/us-west-2", "apply functions/accounts/us-west-2",
		"verify us-west-2", "smoke us-west-2", "shrink data/accounts",
	}
	if diff := cmp.Diff(want, names(selected)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	checkGraph(t, selected)
	if !precedes(selected, "smoke us-east-1", "add functions/accounts/us-west-2") {
		t.Error("the second Region does not wait for the first")
	}
}

// TestModuleLeavesTheOtherContextAlone changes both contexts and deploys one: the
// new operation of the other is in no document.
func TestModuleLeavesTheOtherContextAlone(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.journal()
	s.version = "2"
	s.contexts = map[string][]string{"one": {"get", "new"}, "two": {"get", "unreleased"}}
	s.mustDeployModule("one")
	for _, key := range s.journal() {
		if strings.Contains(key, "two") || key == "global" || key == "portal" {
			t.Errorf("%s was applied", key)
		}
	}
	for _, region := range s.regions {
		if got, want := s.serves(region)[1:], []string{"2", "2", "1"}; !slices.Equal(got, want) {
			t.Errorf("the functions of %s are %q, want %q", region, got, want)
		}
		checkPaths(t, s, region, "/one/get", "/one/new", "/two/get")
		checkModules(t, s, region, map[string]string{"one": "v0.0.2", "two": "v0.0.1"})
	}
	// The same once more is the same release, which changes nothing.
	s.journal()
	if out := s.mustDeployModule("one"); len(s.journal()) != 0 || !strings.Contains(out, "Nothing was changed.") {
		t.Errorf("deployed again:\n%s", out)
	}
	// All brings the rest.
	s.mustDeploy(Options{})
	if got := s.serves("us-west-2"); slices.Contains(got, "1") || len(got) != 5 {
		t.Errorf("after deploy:all us-west-2 serves %q", got)
	}
}

func TestModuleComposesEachRegion(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.version = "2"
	s.contexts["two"] = []string{"get", "second"}
	s.mustDeploy(Options{})
	var out bytes.Buffer
	if err := s.open(&out).rollBack(t.Context(), "us-west-2", s); err != nil {
		t.Fatal(err)
	}
	s.version = "3"
	s.contexts = map[string][]string{"one": {"get", "third"}, "two": {"get", "unreleased"}}
	s.mustDeployModule("one")
	checkPaths(t, s, "us-east-1", "/one/get", "/one/third", "/two/get", "/two/second")
	checkModules(t, s, "us-east-1", map[string]string{"one": "v0.0.3", "two": "v0.0.2"})
	checkPaths(t, s, "us-west-2", "/one/get", "/one/third", "/two/get")
	checkModules(t, s, "us-west-2", map[string]string{"one": "v0.0.3", "two": "v0.0.1"})
	origin := s.runs("us-west-2").Origins["two"].Commit
	if want := strings.Repeat("0", 39) + "1"; origin != want {
		t.Errorf("us-west-2 has two from commit %s, want %s", origin, want)
	}
}

func TestModuleThatFailsGoesBackToWhatTheRegionRan(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	before := s.runs("us-east-1").ID()
	s.version = "2"
	s.contexts["one"] = []string{"get", "new"}
	s.fault("apply api/us-east-1 once")
	if out, err := s.deployModule("one"); err == nil || !strings.Contains(err.Error(), "apply api/us-east-1") {
		t.Fatalf("error %v\n%s", err, out)
	}
	if got, want := s.serves("us-east-1"), []string{"1", "1", "1", "1"}; !slices.Equal(got, want) {
		t.Errorf("us-east-1 serves %q, want %q", got, want)
	}
	if after := s.runs("us-east-1").ID(); after != before {
		t.Errorf("us-east-1 is recorded to run %s, want %s", after, before)
	}
}

func TestModuleNeedsWhatTheRegionRuns(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.journal()
	s.regions = append(s.regions, "ca-central-1")
	_, err := s.deployModule("one")
	if err == nil || !strings.Contains(err.Error(), "ca-central-1 runs no release that passed its checks") {
		t.Errorf("a new Region: %v", err)
	}
	if _, err := s.deployModule("three"); err == nil || !strings.Contains(err.Error(), `"three" is not a context`) {
		t.Errorf("a context that does not exist: %v", err)
	}
	if applied := s.journal(); len(applied) != 0 {
		t.Errorf("applied %q", applied)
	}
}

func (s *site) deployModule(name string) (string, error) {
	s.t.Helper()
	var out bytes.Buffer
	session := s.open(&out)
	err := session.part(s.t.Context(), session.module(name), Options{},
		func(ctx context.Context) (*release.Release, error) {
			return s.build(ctx, session)
		}, s)
	return out.String(), err
}

func (s *site) mustDeployModule(name string) string {
	s.t.Helper()
	out, err := s.deployModule(name)
	if err != nil {
		s.t.Fatalf("deploy %s: %v\n%s", name, err, out)
	}
	return out
}

// runs returns the release that a Region is recorded to run.
func (s *site) runs(region string) *release.Release {
	s.t.Helper()
	var out bytes.Buffer
	session := s.open(&out)
	record, err := readRegion(s.t.Context(), session.store, region)
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := session.store.Release(s.t.Context(), record.Release)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// checkPaths checks the paths in the document that a Region serves.
func checkPaths(t *testing.T, s *site, region string, want ...string) {
	t.Helper()
	api, err := recorder.ReadAPI(s.dir, region)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct{ Paths map[string]any }
	if err := json.Unmarshal([]byte(api.Served), &doc); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, union(doc.Paths, nil)); diff != "" {
		t.Errorf("paths of %s (-want +got):\n%s", region, diff)
	}
}

func checkModules(t *testing.T, s *site, region string, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, s.runs(region).Modules); diff != "" {
		t.Errorf("modules of %s (-want +got):\n%s", region, diff)
	}
}

func TestPlanChangesNothing(t *testing.T) {
	s := newSite(t)
	plan := func() string {
		var out bytes.Buffer
		session := s.open(&out)
		if err := session.planAll(t.Context(),
			func(ctx context.Context) (*release.Release, error) { return s.build(ctx, session) }, s); err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		if applied := s.journal(); len(applied) != 0 {
			t.Errorf("applied %q", applied)
		}
		return out.String()
	}
	if out := plan(); !strings.Contains(out, "apply global:\n  create  aws_acm_certificate.us-east-1\n") {
		t.Errorf("a new environment:\n%s", out)
	}
	s.mustDeploy(Options{Create: true})
	s.journal()
	if out := plan(); !strings.Contains(out, "apply global: no changes\n") || strings.Contains(out, "update") {
		t.Errorf("without changes:\n%s", out)
	}
	s.version = "2"
	if out := plan(); !strings.Contains(out, "  update  aws_api_gateway_rest_api_put.document\n") ||
		strings.Contains(out, "LOST") {
		t.Errorf("a new document:\n%s", out)
	}
	s.version = "1"
	removeContext(t, s, "two")
	out := plan()
	for _, want := range []string{
		"destroy data/two:\n  destroy aws_dynamodb_table.two   DATA WOULD BE LOST\n",
		"\nDATA WOULD BE LOST:\n  data/two aws_dynamodb_table.two\ndeploy:all refuses this without -allowDataLoss=trial\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("a context that leaves:\n%s\nlacks %q", out, want)
		}
	}
}
