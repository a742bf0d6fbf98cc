package deploy

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/deploy/internal/recorder"
	"github.com/meridian-api/meridian/infra/provision"
)

// A new member of the environments' files needs a decision.
func TestEverySettingHasAChange(t *testing.T) {
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(ws.Root, filepath.FromSlash(provision.Environments), "template.json"))
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(data, &members); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(union(members, nil), union(settingChanges, nil)); diff != "" {
		t.Errorf("members of template.json and settingChanges (-template +changes):\n%s", diff)
	}
}

func TestChangedSettings(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*site)
		opts   Options
		want   string // of the error; empty if the roll-out changes it
	}{
		"account": {change: func(s *site) { s.account = "999999999999" },
			want: "account is 999999999999 in trial's file, " +
				"and the environment was deployed with 111122223333: nothing was changed"},
		"home": {change: func(s *site) { s.home = "us-west-2" },
			want: "home is us-west-2 in trial's file, and the environment was deployed with us-east-1: nothing was changed"},
		"home, with data": {change: func(s *site) { s.home = "us-west-2" }, opts: Options{AllowDataLoss: "trial"},
			want: "Users and tables cannot move"},
		"strong": {change: func(s *site) { s.witness = "us-west-1" },
			want: `strong is {"replicas":["us-east-1","us-west-2"],"witness":"us-west-1"} in trial's file`},
		"domain": {change: func(s *site) { s.domain = "api.example.org" },
			want: "If they may, run deploy:all with -moveDomain=api.example.org"},
		"domain, another": {change: func(s *site) { s.domain = "api.example.org" },
			opts: Options{MoveDomain: "api.example.net"},
			want: "-moveDomain=api.example.net is not the domain in trial's file, api.example.org"},
		"domain, allowed": {change: func(s *site) { s.domain = "api.example.org" },
			opts: Options{MoveDomain: "api.example.org"}},
		"zone": {change: func(s *site) { s.zone = "example.org" }, want: "zone is example.org in trial's file"},
		"zone and domain, allowed": {change: func(s *site) { s.zone, s.domain = "example.org", "api.example.org" },
			opts: Options{MoveDomain: "api.example.org"}},
		"domain, while a Region leaves": {change: func(s *site) { s.domain, s.regions = "api.example.org", s.regions[:1] },
			opts: Options{MoveDomain: "api.example.org", AllowDataLoss: "trial"},
			want: "Deploy one change after the other"},
		"protection": {change: func(s *site) { s.protect = true }},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.mustDeploy(Options{Create: true})
			test.change(s)
			if test.want != "" {
				wantRefused(t, s, test.opts, test.want)
				return
			}
			s.mustDeploy(test.opts)
			wantIdle(t, s)
		})
	}
}

// The recorder refuses to delete a certificate that an API uses, and to create an API
// whose certificate does not exist, as AWS does.
func TestDomainMovesInOrder(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.domain = "api.example.org"
	s.journal()
	s.mustDeploy(Options{MoveDomain: s.domain})
	applied := s.journal()
	slices.Sort(applied[:2])
	want := []string{"api/us-east-1", "api/us-west-2", "global", "api/us-east-1", "api/us-west-2"}
	if diff := cmp.Diff(want, applied); diff != "" {
		t.Errorf("applied (-want +got):\n%s", diff)
	}
	for _, region := range s.regions {
		checkAPI(t, s, region, "1", "1")
	}
}

func TestDomainThatMovesIsInterrupted(t *testing.T) {
	for name, fault := range map[string]string{
		"before the certificates":       "apply global once",
		"before an API is back":         "apply api/us-west-2 once",
		"before the second API is gone": "plan api/us-west-2 once",
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.mustDeploy(Options{Create: true})
			s.domain = "api.example.org"
			s.fault(fault)
			if _, err := s.deploy(Options{MoveDomain: s.domain}); err == nil {
				t.Fatal("the fault has no error")
			}
			s.mustDeploy(Options{MoveDomain: s.domain})
			state, err := recorder.ReadState(s.state("api/us-west-2"))
			if err != nil {
				t.Fatal(err)
			}
			if got := state["aws_api_gateway_rest_api.api"]["domain"]; got != s.domain {
				t.Errorf("the API of us-west-2 has the domain %v", got)
			}
			wantIdle(t, s)
		})
	}
}

// Other commands do not apply a changed setting by the way.
func TestOtherCommandsRefuseChangedSettings(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.domain = "api.example.org"
	s.journal()
	var out bytes.Buffer
	for name, run := range map[string]func(*session) error{
		"drain": func(session *session) error { return session.setDrained(t.Context(), "us-west-2", true, s) },
		"region": func(session *session) error {
			return session.part(t.Context(), session.region("us-west-2"), Options{}, s.buildFor(session), s)
		},
		"plan": func(session *session) error { return session.planAll(t.Context(), s.buildFor(session), s) },
	} {
		t.Run(name, func(t *testing.T) {
			if err := run(s.open(&out)); err == nil || !strings.Contains(err.Error(), "-moveDomain=api.example.org") {
				t.Errorf("error %v", err)
			}
		})
	}
	if applied := s.journal(); len(applied) != 0 {
		t.Errorf("applied %q", applied)
	}
	if err := s.open(&out).destroyAll(t.Context(), Confirmation{Name: "trial"}); err != nil {
		t.Errorf("destroy: %v\n%s", err, out.String())
	}
}
