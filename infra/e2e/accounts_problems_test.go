package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/local"
)

// validRequests returns a valid request for each operation of the accounts context.
func validRequests(cloud *local.Cloud) map[string]request {
	ada := "/accounts/" + subject(cloud, "ada")
	return map[string]request{
		"createAccount": createAccount().as("bob").at("").sending(`{"email":"bob@example.com","country":"CA"}`),
		"getMyAccount":  {method: "GET", path: "/accounts/me", user: "ada"},
		"getAccount":    {method: "GET", path: ada, user: "ada"},
		"updateAccount": {method: "PATCH", path: ada, user: "ada", body: `{"country":"US"}`, header: ifMatch("*")},
		"closeAccount":  {method: "DELETE", path: ada, user: "ada"},
		"listAccounts":  {method: "GET", path: "/accounts", user: "root"},
		"checkAccounts": {method: "GET", path: "/accounts/health"},
	}
}

// TestAccountProblems provokes every problem that the specification of the accounts
// context declares, in every operation. The tests of failures_test.go provoke the ones
// of everywhere.
func TestAccountProblems(t *testing.T) {
	cloud := startCloud(t, func(cfg *local.Config) {
		log := cfg.FunctionLog
		cfg.FunctionLog = func(region, function, instance, line string) {
			if strings.Contains(strings.ToLower(line), "@example.com") {
				t.Errorf("%s logs an e-mail address: %s", function, line)
			}
			log(region, function, instance, line)
		}
	})
	created := openAccount(t, cloud, "ada", "ada@example.com", "")
	p := provoker{cloud, validRequests(cloud), map[string]bool{}}
	p.rejectCallers(t)
	p.rejectContent(t, created.etag())
	p.rejectConflicts(t)
	for _, problem := range problemStatuses(t, "accounts") {
		status, _ := strconv.Atoi(problem[strings.Index(problem, " ")+1:])
		if !p.provoked[problem] && !slices.Contains(everywhere, status) {
			t.Errorf("no test provokes %s", problem)
		}
	}
}

// provoker changes valid requests so that operations respond with problems.
type provoker struct {
	cloud    *local.Cloud
	requests map[string]request // valid ones by operation
	provoked map[string]bool    // operations and statuses, such as "getAccount 404"
}

// provoke sends the operation's request with a change and expects a problem document
// of the status. what describes the change.
func (p provoker) provoke(t *testing.T, status int, operation, what string, change func(*request)) {
	t.Helper()
	t.Run(operation+" "+strconv.Itoa(status)+" "+what, func(t *testing.T) {
		t.Helper()
		r := p.requests[operation]
		change(&r)
		a := call(t, p.cloud, r)
		tooLarge := status == http.StatusRequestEntityTooLarge // API Gateway's response, which cannot be customized
		if a.status != status || !tooLarge && (a.problem() == "" || a.field("status") != strconv.Itoa(status)) {
			t.Errorf("got %s, want the problem %d", a, status)
			return
		}
		p.provoked[operation+" "+strconv.Itoa(status)] = true
	})
}

// rejectCallers provokes problems by the caller and by the account's ID.
func (p provoker) rejectCallers(t *testing.T) {
	for operation, r := range p.requests {
		if r.user != "" {
			p.provoke(t, 401, operation, "no token", func(r *request) { r.user = "" })
		}
	}
	asBob := func(r *request) { r.user = "bob" }
	for _, operation := range []string{"getAccount", "updateAccount", "closeAccount"} {
		p.provoke(t, 404, operation, "another user", asBob)
		p.provoke(t, 400, operation, "malformed ID", func(r *request) { r.path = "/accounts/1" })
	}
	p.provoke(t, 404, "getMyAccount", "no account", asBob)
	p.provoke(t, 403, "createAccount", "another person's address", func(r *request) { r.body = newAccount })
	p.provoke(t, 403, "updateAccount", "another person's address",
		func(r *request) { r.body = `{"email":"bob@example.com"}` })
	p.provoke(t, 403, "updateAccount", "an administrator's address", func(r *request) {
		r.user, r.body = "root", `{"email":"root@example.com"}`
	})
	p.provoke(t, 404, "updateAccount", "no account", func(r *request) {
		r.user, r.path = "root", "/accounts/"+subject(p.cloud, "bob")
	})
}

// rejectContent provokes problems by bodies, queries and preconditions. etag is the
// current one of ada's account.
func (p provoker) rejectContent(t *testing.T, etag string) {
	for _, operation := range []string{"createAccount", "updateAccount"} {
		for _, body := range []struct{ what, text string }{
			{"not JSON", "{"},
			{"not an address", `{"email":"nowhere","country":"CA"}`},
			{"null", `{"email":null,"country":"CA"}`},
		} {
			p.provoke(t, 400, operation, body.what, func(r *request) { r.body = body.text })
		}
		p.provoke(t, 413, operation, "too large", func(r *request) {
			r.body = `{"email":"` + strings.Repeat("a", 10<<20) + `"}`
		})
		p.provoke(t, 415, operation, "another media type", func(r *request) {
			r.header = map[string]string{"Content-Type": "text/plain", "If-Match": "*"}
		})
	}
	for _, query := range []string{"limit=0", "limit=101", "limit=ten", "cursor=none", "status=open"} {
		p.provoke(t, 400, "listAccounts", query, func(r *request) { r.path += "?" + query })
	}
	p.provoke(t, 428, "updateAccount", "no If-Match", func(r *request) { r.header = nil })
	for _, wrong := range []string{`"1"`, "W/" + etag, "none"} {
		p.provoke(t, 412, "updateAccount", "If-Match "+wrong, func(r *request) { r.header = ifMatch(wrong) })
		p.provoke(t, 412, "closeAccount", "If-Match "+wrong, func(r *request) { r.header = ifMatch(wrong) })
	}
}

// rejectConflicts provokes problems by what exists already. It opens an account for bob
// and closes ada's.
func (p provoker) rejectConflicts(t *testing.T) {
	p.provoke(t, 409, "createAccount", "address in use", func(r *request) {
		r.body, r.email = newAccount, "ada@example.com"
	})
	key := map[string]string{"Idempotency-Key": "k"}
	mustCall(t, p.cloud, p.requests["createAccount"].with("Idempotency-Key", "k"), http.StatusCreated)
	p.provoke(t, 422, "createAccount", "key used again", func(r *request) {
		r.header, r.body = key, `{"email":"bob@example.com","country":"US"}`
	})
	p.provoke(t, 409, "createAccount", "second account", func(r *request) {
		r.body, r.email = `{"email":"bob2@example.com","country":"CA"}`, "bob2@example.com"
	})
	p.provoke(t, 409, "updateAccount", "address in use", func(r *request) {
		r.body, r.email = `{"email":"bob@example.com"}`, "bob@example.com"
	})
	mustCall(t, p.cloud, p.requests["closeAccount"], http.StatusOK)
	p.provoke(t, 409, "updateAccount", "closed account", func(*request) {})
	p.provoke(t, 409, "createAccount", "closed account", func(r *request) {
		r.user, r.body, r.email = "ada", `{"email":"ada2@example.com","country":"CA"}`, "ada2@example.com"
	})
}

// problemStatuses returns the problems that a context's specification declares, such as
// "getAccount 404".
func problemStatuses(t *testing.T, context string) []string {
	t.Helper()
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(ws.Root, context, manifest.SpecFile))
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]struct {
			OperationID string
			Responses   map[string]any
		}
	}
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, path := range document.Paths {
		for _, o := range path {
			for status := range o.Responses {
				if status >= "400" {
					list = append(list, o.OperationID+" "+status)
				}
			}
		}
	}
	slices.Sort(list)
	return list
}
