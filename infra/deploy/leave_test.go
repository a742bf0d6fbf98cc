package deploy

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/deploy/internal/recorder"
)

// wantRefused checks that a roll-out is refused before it changes anything.
func wantRefused(t *testing.T, s *site, opts Options, reason string) {
	t.Helper()
	s.journal()
	out, err := s.deploy(opts)
	if err == nil || !strings.Contains(err.Error(), reason) {
		t.Fatalf("error %v, want one with %q\n%s", err, reason, out)
	}
	if applied := s.journal(); len(applied) != 0 {
		t.Errorf("applied %q", applied)
	}
}

// wantTables checks the tables in the state of a stack of data.
func wantTables(t *testing.T, s *site, key string, want ...string) {
	t.Helper()
	state, err := recorder.ReadState(s.state(key))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, address := range union(state, nil) {
		got = append(got, strings.TrimPrefix(address, "aws_dynamodb_table."))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tables of %s (-want +got):\n%s", key, diff)
	}
}

// wantGone checks that stacks have no resources.
func wantGone(t *testing.T, s *site, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if state, err := recorder.ReadState(s.state(key)); err != nil || len(state) != 0 {
			t.Errorf("%s still has %v, %v", key, state, err)
		}
	}
}

// wantIdle checks that a roll-out changes nothing.
func wantIdle(t *testing.T, s *site) {
	t.Helper()
	s.journal()
	s.mustDeploy(Options{})
	if applied := s.journal(); len(applied) != 0 {
		t.Errorf("once more, it applied %q", applied)
	}
}

func TestContextRemoved(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	removeContext(t, s, "two")
	wantRefused(t, s, Options{}, `data/two would lose the data of aws_dynamodb_table.this["two"]`)
	s.mustDeploy(Options{AllowDataLoss: "trial"})
	wantGone(t, s, "data/two", "functions/two/us-east-1", "functions/two/us-west-2")
	wantIdle(t, s)
}

func TestContextRenamed(t *testing.T) {
	rename := func(t *testing.T) *site {
		s := newSite(t)
		s.mustDeploy(Options{Create: true})
		removeContext(t, s, "two")
		s.contexts["three"] = []string{"get"}
		return s
	}
	t.Run("with other tables", func(t *testing.T) {
		s := rename(t)
		wantRefused(t, s, Options{}, `data/two would lose the data of aws_dynamodb_table.this["two"]`)
		s.mustDeploy(Options{AllowDataLoss: "trial"})
		wantTables(t, s, "data/three", "three")
		wantGone(t, s, "data/two", "functions/two/us-east-1", "functions/two/us-west-2")
		wantIdle(t, s)
	})
	t.Run("with the same tables", func(t *testing.T) {
		s := rename(t)
		s.tables = map[string][]string{"three": {"two"}}
		wantRefused(t, s, Options{AllowDataLoss: "trial"},
			"the table two is in the state of data/two, and now three declares it: nothing was changed")
		wantRefused(t, s, Options{}, "rename the state data/two.tfstate to data/three.tfstate in file://")
		if err := os.Rename(s.state("data/two"), s.state("data/three")); err != nil {
			t.Fatal(err)
		}
		s.mustDeploy(Options{})
		wantTables(t, s, "data/three", "two")
		wantGone(t, s, "data/two", "functions/two/us-east-1", "functions/two/us-west-2")
		wantIdle(t, s)
	})
}

// A table that the new release does not have goes after the last Region has the release.
func TestTableLeavesAfterTheLastRegion(t *testing.T) {
	s := newSite(t)
	s.tables = map[string][]string{"one": {"events", "one"}}
	s.mustDeploy(Options{Create: true})
	s.version = "2"
	s.tables["one"] = []string{"new", "one"}
	wantRefused(t, s, Options{}, `data/one would lose the data of aws_dynamodb_table.this["events"]`)
	s.broken["us-west-2 2"] = true
	if _, err := s.deploy(Options{AllowDataLoss: "trial"}); err == nil {
		t.Fatal("the broken release has no error")
	}
	wantTables(t, s, "data/one", "events", "new", "one")
	s.broken = nil
	s.journal()
	s.mustDeploy(Options{AllowDataLoss: "trial"})
	wantTables(t, s, "data/one", "new", "one")
	applied := s.journal()
	if last := slices.Index(applied, "data/one"); last < slices.Index(applied, "api/us-west-2") {
		t.Errorf("applied %q, want data/one last", applied)
	}
	wantIdle(t, s)
}

func TestProtectionIsLiftedFirst(t *testing.T) {
	for name, leave := range map[string]func(*testing.T, *site){
		"of replicas in a Region that leaves":    func(_ *testing.T, s *site) { s.regions = s.regions[:1] },
		"of the tables of a context that leaves": func(t *testing.T, s *site) { removeContext(t, s, "two") },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.protect = true
			s.mustDeploy(Options{Create: true})
			leave(t, s)
			wantRefused(t, s, Options{AllowDataLoss: "trial"}, "the environment is protected and would lose")
			s.protect = false
			s.mustDeploy(Options{AllowDataLoss: "trial"})
			wantIdle(t, s)
		})
	}
	t.Run("of an environment that is destroyed", func(t *testing.T) {
		s := newSite(t)
		s.protect = true
		s.mustDeploy(Options{Create: true})
		s.protect = false
		s.journal()
		var out bytes.Buffer
		if err := s.open(&out).destroyAll(t.Context(), Confirmation{Name: "trial"}); err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		applied := s.journal()
		slices.Sort(applied[:2])
		if diff := cmp.Diff([]string{"data/one", "data/two", "portal"}, applied[:3]); diff != "" {
			t.Errorf("applied first (-want +got):\n%s", diff)
		}
	})
}

// The stacks of a Region that leaves are gone when the roll-out is interrupted; its
// replicas and its key are not.
func TestRegionThatLeavesIsInterrupted(t *testing.T) {
	for name, fault := range map[string]string{
		"before the protection is lifted": "plan data/one once",
		"before the key goes":             "apply global once",
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.protect = true
			s.mustDeploy(Options{Create: true})
			s.protect, s.regions = false, s.regions[:1]
			s.fault(fault)
			if _, err := s.deploy(Options{AllowDataLoss: "trial"}); err == nil {
				t.Fatal("the fault has no error")
			}
			wantGone(t, s, "api/us-west-2", "functions/one/us-west-2")
			s.mustDeploy(Options{AllowDataLoss: "trial"})
			state, err := recorder.ReadState(s.state("data/one"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]any{"us-east-1"}, state["aws_dynamodb_table.one"]["replicas"]); diff != "" {
				t.Errorf("replicas (-want +got):\n%s", diff)
			}
			global, err := recorder.ReadState(s.state("global"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"aws_acm_certificate.us-east-1", "aws_kms_key.us-east-1"},
				union(global, nil)); diff != "" {
				t.Errorf("global (-want +got):\n%s", diff)
			}
			wantIdle(t, s)
		})
	}
}

func TestDestroyAfterAFirstRolloutThatFailed(t *testing.T) {
	s := newSite(t)
	s.fault("apply api/us-east-1 once")
	if _, err := s.deploy(Options{Create: true}); err == nil {
		t.Fatal("the fault has no error")
	}
	var out bytes.Buffer
	if err := s.open(&out).destroyAll(t.Context(), Confirmation{Name: "trial"}); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if left, err := s.open(&out).existing(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}
