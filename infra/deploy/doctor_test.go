package deploy

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
)

// fakeAccount is an account in which a deployment of the site succeeds, but for
// what a test changes.
type fakeAccount struct {
	account        string
	bucket         bool
	zone, resolved []string
	executions     int
	err            error
}

func (f fakeAccount) identity(context.Context) (string, error)                { return f.account, f.err }
func (f fakeAccount) hasBucket(context.Context, string, string) (bool, error) { return f.bucket, nil }
func (f fakeAccount) zoneServers(context.Context, string) ([]string, error)   { return f.zone, nil }
func (f fakeAccount) resolvedServers(context.Context, string) ([]string, error) {
	return f.resolved, nil
}
func (f fakeAccount) concurrency(context.Context, string) (int, error) { return f.executions, nil }

func healthyAccount() fakeAccount {
	return fakeAccount{account: "111122223333", bucket: true, executions: 1000,
		zone: []string{"ns-1.example.org", "ns-2.example.org"}, resolved: []string{"NS-2.example.org.", "ns-1.example.org."}}
}

func TestDoctor(t *testing.T) {
	tests := []struct {
		name   string
		change func(*fakeAccount)
		want   []string // lines, or their beginnings
	}{
		{name: "all is well", change: func(*fakeAccount) {}, want: []string{
			"ok      name: trial", "ok      Terraform: 1.14.0", "ok      Go: go1.", "ok      git: commit ",
			"ok      account: 111122223333", "ok      state: meridian-", "ok      zone: example.com is delegated",
			"ok      Lambda in us-east-1: 37 of 1000 concurrent executions are reserved by other (12), trial (25)",
			"ok      Lambda in us-west-2: 25 of 1000 concurrent executions are reserved by trial (25)",
		}},
		{name: "another account", change: func(f *fakeAccount) { f.account = "999999999999" }, want: []string{
			"FAILED  account: the credentials are of account 999999999999, and trial belongs to 111122223333: choose another",
		}},
		{name: "no credentials", change: func(f *fakeAccount) { f.err = errors.New("expired") }, want: []string{
			"FAILED  account: no credentials of AWS: expired: sign in",
		}},
		{name: "not bootstrapped", change: func(f *fakeAccount) { f.bucket = false }, want: []string{
			"FAILED  state: there is no bucket meridian-",
		}},
		{name: "no zone", change: func(f *fakeAccount) { f.zone = nil }, want: []string{
			"FAILED  zone: no public hosted zone example.com in Route 53: create it",
		}},
		{name: "not delegated", change: func(f *fakeAccount) { f.resolved = f.resolved[:1] }, want: []string{
			"FAILED  zone: example.com is not delegated: the DNS has [NS-2.example.org.]: set its name servers to [ns-1.",
		}},
		{name: "ten executions", change: func(f *fakeAccount) { f.executions = 10 }, want: []string{
			"FAILED  Lambda in us-east-1: the account allows 10 concurrent executions, and other (12), trial (25) need 137, " +
				"of which Lambda keeps 100 for other functions: request 137 for the quota L-B99A9384 in us-east-1",
			"FAILED  Lambda in us-west-2: ",
		}},
	}
	session, out := doctorSession(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out.Reset()
			a := healthyAccount()
			test.change(&a)
			err := session.doctor(t.Context(), a)
			if failed := strings.Count("\n"+out.String(), "\nFAILED"); (err != nil) != (failed > 0) {
				t.Errorf("error %v, and %d checks failed", err, failed)
			}
			if bad := strings.Contains(test.want[0], "FAILED"); bad != (err != nil) {
				t.Errorf("error %v\n%s", err, out)
			}
			for _, line := range test.want {
				if !strings.Contains("\n"+out.String(), "\n"+line) {
					t.Errorf("%q is missing in\n%s", line, out)
				}
			}
		})
	}
}

// doctorSession returns a session whose account has a second environment in
// us-east-1, and one in another account.
func doctorSession(t *testing.T) (*session, *bytes.Buffer) {
	t.Helper()
	s := newSite(t)
	var out bytes.Buffer
	session := s.open(&out)
	functions := `"functions": {"a": {}, "b": {}}`
	s.write("one/service.json", `{"name": "one", `+functions+`}`)
	s.write("two/service.json", `{"name": "two", `+functions+`}`)
	reserved := `"functions": {"reservedConcurrency": 5, "reservedConcurrencyOf": {"two-b": 10}}`
	s.write("infra/environments/trial.json", `{"account": "111122223333",
		"regions": ["us-east-1", "us-west-2"], `+reserved+`}`)
	s.write("infra/environments/other.json", `{"account": "111122223333", "regions": ["us-east-1"],
		"functions": {"reservedConcurrency": 3}}`)
	s.write("infra/environments/prod.json", `{"account": "444455556666", "regions": ["us-east-1"], `+reserved+`}`)
	s.write("infra/environments/template.json", `{"account": "111122223333", "regions": ["us-east-1"], `+reserved+`}`)
	session.settings["zone"] = "example.com"
	session.environment.State.Backend, session.environment.State.Region = "s3", "us-east-1"
	for _, args := range [][]string{
		{"init", "-q"},
		{"-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-qm", "Begin", "--allow-empty"},
	} {
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir = s.root
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, text)
		}
	}
	return session, &out
}
