package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/local"
)

// provoked notes which problems the tests have met, by operation and status.
type provoked struct {
	mu  sync.Mutex
	met map[string]bool
}

func (p *provoked) note(operation string, status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.met[operation+" "+strconv.Itoa(status)] = true
}

// plain is a request of each operation that nothing is wrong with.
func plain(cloud *local.Cloud) map[string]request {
	ada := "/accounts/" + subject(cloud, "ada")
	return map[string]request{
		"createAccount":   {method: "POST", path: "/accounts", user: "bob", body: `{"email":"bob@example.com","country":"CA"}`},
		"getMyAccount":    {method: "GET", path: "/accounts/me", user: "ada"},
		"getAccount":      {method: "GET", path: ada, user: "ada"},
		"updateAccount":   {method: "PATCH", path: ada, user: "ada", body: `{"country":"US"}`, header: matching("*")},
		"closeAccount":    {method: "DELETE", path: ada, user: "ada"},
		"listAccounts":    {method: "GET", path: "/accounts", user: "root"},
		"reconcileEmails": {method: "POST", path: "/accounts/reconciliations", user: "root"},
		"checkAccounts":   {method: "GET", path: "/accounts/health"},
	}
}

// TestAccountProblems provokes every problem that the specification of the
// accounts context has, in every operation, but those that every operation has.
func TestAccountProblems(t *testing.T) {
	p := &provoked{met: map[string]bool{}}
	p.clients(t)
	for _, problem := range problemStatuses(t, "accounts") {
		status, _ := strconv.Atoi(problem[strings.Index(problem, " ")+1:])
		if !p.met[problem] && !slices.Contains(everywhere, status) {
			t.Errorf("%s was not provoked", problem)
		}
	}
}

// problemStatuses lists the problems of a context's specification.
func problemStatuses(t *testing.T, name string) []string {
	t.Helper()
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(ws.Root, name, manifest.SpecFile))
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

// expect holds an answer to a problem document of the status; 413 is API
// Gateway's own, which cannot be customised.
func (p *provoked) expect(t *testing.T, what, operation string, a answer, status int) {
	t.Helper()
	var document struct {
		Type   string
		Status int
	}
	err := json.Unmarshal([]byte(a.body), &document)
	if a.status == status && status == http.StatusRequestEntityTooLarge {
		p.note(operation, status)
		return
	}
	if a.status != status || err != nil || a.header.Get("Content-Type") != "application/problem+json" ||
		!strings.HasPrefix(document.Type, "urn:meridian:problem:") || document.Status != status {
		t.Errorf("%s, %s: got %s, want the problem %d", operation, what, a, status)
		return
	}
	p.note(operation, status)
}

func (p *provoked) clients(t *testing.T) {
	cloud := start(t, func(cfg *local.Config) {
		log := cfg.FunctionLog
		cfg.FunctionLog = func(region, function, instance, line string) {
			if strings.Contains(strings.ToLower(line), "@example.com") {
				t.Errorf("%s logs an e-mail address: %s", function, line)
			}
			log(region, function, instance, line)
		}
	})
	created := openAccount(t, cloud, "ada", "ada@example.com", "")
	requests := plain(cloud)
	provoke := func(status int, operation, what string, change func(*request)) {
		t.Helper()
		r := requests[operation]
		change(&r)
		p.expect(t, what, operation, call(t, cloud, r), status)
	}
	for operation, r := range requests {
		if r.user != "" {
			provoke(401, operation, "no token", func(r *request) { r.user = "" })
		}
	}
	stranger := func(r *request) { r.user = "bob" }
	malformedID := func(r *request) { r.path = "/accounts/1" }
	for _, operation := range []string{"getAccount", "updateAccount", "closeAccount"} {
		provoke(404, operation, "a stranger", stranger)
		provoke(400, operation, "a malformed ID", malformedID)
	}
	provoke(404, "getMyAccount", "no account", stranger)
	provoke(404, "updateAccount", "no account", func(r *request) { r.user, r.path = "root", "/accounts/"+subject(cloud, "bob") })
	for _, operation := range []string{"createAccount", "updateAccount"} {
		provoke(400, operation, "not JSON", func(r *request) { r.body = "{" })
		provoke(400, operation, "no address", func(r *request) { r.body = `{"email":"nowhere","country":"CA"}` })
		provoke(400, operation, "null", func(r *request) { r.body = `{"email":null,"country":"CA"}` })
		provoke(413, operation, "too large", func(r *request) { r.body = `{"email":"` + strings.Repeat("a", 10<<20) + `"}` })
		provoke(415, operation, "not JSON's media type", func(r *request) {
			r.header = map[string]string{"Content-Type": "text/plain", "If-Match": "*"}
		})
	}
	for _, query := range []string{"limit=0", "limit=101", "limit=ten", "cursor=none", "status=open"} {
		provoke(400, "listAccounts", query, func(r *request) { r.path += "?" + query })
	}
	for _, query := range []string{"limit=0", "settleSeconds=-1", "cursor=none"} {
		provoke(400, "reconcileEmails", query, func(r *request) { r.path += "?" + query })
	}
	provoke(428, "updateAccount", "no If-Match", func(r *request) { r.header = nil })
	for _, etag := range []string{`"1"`, "W/" + created.header.Get("ETag"), "none"} {
		provoke(412, "updateAccount", "If-Match "+etag, func(r *request) { r.header = matching(etag) })
		provoke(412, "closeAccount", "If-Match "+etag, func(r *request) { r.header = matching(etag) })
	}
	provoke(409, "createAccount", "a taken address", func(r *request) { r.body = newAccount })
	key := map[string]string{"Idempotency-Key": "k"}
	if a := call(t, cloud, request{method: "POST", path: "/accounts", user: "bob", body: requests["createAccount"].body, header: key}); a.status != 201 {
		t.Fatal(a)
	}
	provoke(422, "createAccount", "a key used again", func(r *request) { r.header, r.body = key, newAccount })
	provoke(409, "createAccount", "a second account", func(r *request) { r.body = `{"email":"bob2@example.com","country":"CA"}` })
	provoke(409, "updateAccount", "a taken address", func(r *request) { r.body = `{"email":"bob@example.com"}` })
	if a := call(t, cloud, requests["closeAccount"]); a.status != 200 {
		t.Fatal(a)
	}
	provoke(409, "updateAccount", "a closed account", func(*request) {})
	provoke(409, "createAccount", "a closed account", func(r *request) { r.user, r.body = "ada", `{"email":"ada2@example.com","country":"CA"}` })
}
