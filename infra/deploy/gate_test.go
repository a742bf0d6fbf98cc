package deploy

import (
	"bytes"
	"strings"
	"testing"
)

func TestGateRefusesWhatTheVersionDoesNotAnnounce(t *testing.T) {
	tests := []struct {
		name      string
		version   string
		functions []string // of the context one, which had get and put
		hashKey   string   // of its table, which had id; empty if it stays
		want      string   // of the error; empty if it is deployed
	}{
		{name: "an operation more", version: "1", functions: []string{"get", "put", "new"}},
		{name: "an operation less", version: "1", functions: []string{"get"},
			want: "one: version 1.0.0 is too low, it must be 2.0.0 or higher (breaking change since release "},
		{name: "an operation less in a new version", version: "2", functions: []string{"get"}},
		{name: "another key", version: "1", functions: []string{"get", "put"}, hashKey: "number",
			want: "one: version 1.0.0 is too low, it must be 2.0.0 or higher (destroys data since release "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t)
			s.mustDeploy(Options{Create: true})
			s.journal()
			s.version, s.contexts["one"], s.hashKey = test.version, test.functions, test.hashKey
			for name, deploy := range map[string]func() (string, error){
				"module": func() (string, error) { return s.deployModule("one") },
				"all":    func() (string, error) { return s.deploy(Options{}) },
			} {
				out, err := deploy()
				if test.want == "" {
					if err != nil {
						t.Errorf("%s: %v\n%s", name, err, out)
					}
					continue
				}
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("%s: error %v, want one with %q", name, err, test.want)
				}
				if verdict := "one v0.0.1 -> v0.0.1: " + verdictOf(test.want); !strings.Contains(out, verdict) {
					t.Errorf("%s prints %q, want %q", name, out, verdict)
				}
				if applied := s.journal(); len(applied) != 0 {
					t.Errorf("%s applied %q", name, applied)
				}
			}
		})
	}
}

// verdictOf returns the verdict that is printed for the change that an error names.
func verdictOf(err string) string {
	if strings.Contains(err, "destroys data") {
		return "destroys data: table `one`"
	}
	return "breaks clients: GET /one/put"
}

func TestPlanPrintsWhatTheGateRefuses(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.contexts["one"] = []string{"get"}
	var out bytes.Buffer
	session := s.open(&out)
	if err := session.planAll(t.Context(), s.buildFor(session), s); err != nil {
		t.Fatal(err)
	}
	if want := "deploy:all refuses this:\none: version 1.0.0 is too low"; !strings.Contains(out.String(), want) {
		t.Errorf("output %q, want %q", out.String(), want)
	}
}
