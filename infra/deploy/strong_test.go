package deploy

import (
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
)

// The number of Regions does not change the mode of a table that exists.
func TestRegionsOfStronglyConsistentTables(t *testing.T) {
	for _, test := range []struct {
		name, consistency string
		before, after     []string
		want              string // in the error; empty if the roll-out succeeds
	}{
		{name: "one to two", consistency: manifest.Strong, before: []string{"us-east-1"},
			after: []string{"us-east-1", "us-west-2"}, want: "table one is ordinary because the environment had one Region"},
		{name: "two to one", consistency: manifest.Strong, before: []string{"us-east-1", "us-west-2"},
			after: []string{"us-east-1"}, want: "table one is strongly consistent, and one Region would make it ordinary"},
		{name: "two to three", consistency: manifest.Strong, before: []string{"us-east-1", "us-west-2"},
			after: []string{"us-east-1", "us-west-2", "ca-central-1"}},
		{name: "one to two of ordinary tables", before: []string{"us-east-1"}, after: []string{"us-east-1", "us-west-2"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t)
			s.consistency, s.regions = test.consistency, test.before
			s.mustDeploy(Options{Create: true})
			s.regions = test.after
			if test.want != "" {
				wantRefused(t, s, Options{AllowDataLoss: "trial"}, test.want)
				return
			}
			s.mustDeploy(Options{})
		})
	}
}

func TestMemberThatStopsServingIsPrinted(t *testing.T) {
	const kept = "us-west-2 does not serve. It keeps its key and its replica of one, two"
	s := newSite(t)
	s.consistency, s.regions = manifest.Strong, []string{"us-east-1", "us-west-2", "ca-central-1"}
	if out := s.mustDeploy(Options{Create: true}); strings.Contains(out, kept) {
		t.Errorf("a Region that serves is printed:\n%s", out)
	}
	s.regions = []string{"us-east-1", "ca-central-1"}
	if out := s.mustDeploy(Options{}); !strings.Contains(out, kept) {
		t.Errorf("the output lacks %q:\n%s", kept, out)
	}
	wantIdle(t, s)
}
