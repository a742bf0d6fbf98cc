package deploy

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/release"
)

func TestSelectStepsKeepsTheOrder(t *testing.T) {
	steps, err := Order(Wanted{Regions: []string{"us-east-1", "us-west-2"}, Contexts: []string{"accounts", "profiles"}}, nil)
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
		"verify us-west-2", "smoke us-west-2",
	}
	if diff := cmp.Diff(want, names(selected)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	checkGraph(t, selected)
	if !precedes(selected, "smoke us-east-1", "add functions/accounts/us-west-2") {
		t.Error("the second Region does not wait for the first")
	}
}

func TestModuleLeavesTheOtherContextAlone(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.journal()
	s.version = "2"
	var out bytes.Buffer
	session := s.open(&out)
	err := session.part(t.Context(), "deploy:module", Options{}, func(ctx context.Context) (*release.Release, error) {
		return s.build(ctx, session)
	}, s, func(steps []Step) ([]Step, error) {
		return selectSteps(steps, func(step Step) bool {
			return step.Stack.Context == "one" || step.Stack.Context == "" && step.Stack.Region != ""
		}), nil
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, key := range s.journal() {
		if strings.Contains(key, "two") || key == "global" || key == "portal" {
			t.Errorf("%s was applied", key)
		}
	}
	if got, want := s.serves("us-east-1"), []string{"2", "2", "2", "1"}; !slices.Equal(got, want) {
		t.Errorf("us-east-1 serves %q, want %q", got, want)
	}
}

func TestPlanChangesNothing(t *testing.T) {
	s := newSite(t)
	plan := func() string {
		var out bytes.Buffer
		session := s.open(&out)
		if err := session.planAll(t.Context(), func(ctx context.Context) (*release.Release, error) { return s.build(ctx, session) }, s); err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		if applied := s.journal(); len(applied) != 0 {
			t.Errorf("applied %q", applied)
		}
		return out.String()
	}
	if out := plan(); !strings.Contains(out, "apply global:\n  create  aws_kms_key.us-east-1\n") {
		t.Errorf("a new environment:\n%s", out)
	}
	s.mustDeploy(Options{Create: true})
	s.journal()
	if out := plan(); !strings.Contains(out, "apply global: no changes\n") || strings.Contains(out, "update") {
		t.Errorf("without changes:\n%s", out)
	}
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
