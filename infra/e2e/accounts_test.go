package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/issuer"
)

// openAccount opens an account for the user and fails the test unless it is new.
func openAccount(t *testing.T, cloud *local.Cloud, user, email, from string) answer {
	t.Helper()
	a := call(t, cloud, request{method: "POST", path: "/accounts", user: user, from: from, body: `{"email":"` + email + `","country":"CA"}`})
	if a.status != http.StatusCreated {
		t.Fatalf("open an account for %s: %s", user, a)
	}
	return a
}

func matching(etag string) map[string]string { return map[string]string{"If-Match": etag} }

func settled(t *testing.T, cloud *local.Cloud) {
	t.Helper()
	if err := cloud.Settled(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// withUsers gives the cloud users named prefix-0, prefix-1 and so on.
func withUsers(prefix string, n int, scopes ...string) func(*local.Config) {
	return func(cfg *local.Config) {
		for i := range n {
			cfg.Users = append(cfg.Users, issuer.User{
				Name: fmt.Sprintf("%s-%d", prefix, i), Subject: fmt.Sprintf("00000000-0000-4000-8000-%012d", len(cfg.Users)), Scopes: scopes,
			})
		}
	}
}

func TestAccountLife(t *testing.T) {
	cloud := start(t)
	account := "/accounts/" + subject(cloud, "ada")
	created := openAccount(t, cloud, "ada", "Ada@Example.com", "")
	if created.field("emailStatus") != "confirmed" || created.field("status") != "active" || created.field("email") != "ada@example.com" {
		t.Errorf("created: %s", created)
	}
	mine := call(t, cloud, request{method: "GET", path: "/accounts/me", user: "ada"})
	if mine.status != http.StatusOK || mine.body != created.body || mine.header.Get("ETag") != created.header.Get("ETag") {
		t.Errorf("read by its owner: %s", mine)
	}
	patch := func(user, etag, body string) answer {
		return call(t, cloud, request{method: "PATCH", path: account, user: user, body: body, header: map[string]string{
			"If-Match": etag, "Content-Type": "application/merge-patch+json"}})
	}
	first := created.header.Get("ETag")
	patched := patch("ada", first, `{"country":"US"}`)
	second := patched.header.Get("ETag")
	if patched.status != http.StatusOK || patched.field("country") != "US" || patched.field("email") != "ada@example.com" || second == first {
		t.Errorf("patched: %s", patched)
	}
	if same := patch("ada", second, `{"country":"US"}`); same.status != http.StatusOK || same.body != patched.body || same.header.Get("ETag") != second {
		t.Errorf("patched to what it is: %s", same)
	}
	if a := patch("ada", first, `{"country":"CA"}`); a.status != http.StatusPreconditionFailed {
		t.Errorf("patched with a stale ETag: %s", a)
	}
	moved := patch("root", "*", `{"email":"ADA@example.org"}`)
	if moved.status != http.StatusOK || moved.field("email") != "ada@example.org" || moved.field("country") != "US" {
		t.Errorf("patched by an administrator: %s", moved)
	}
	closing := request{method: "DELETE", path: account, user: "ada", header: matching(moved.header.Get("ETag"))}
	closed := call(t, cloud, closing)
	if closed.status != http.StatusOK || closed.field("status") != "closed" {
		t.Errorf("closed: %s", closed)
	}
	if again := call(t, cloud, closing); again.status != http.StatusOK || again.body != closed.body || again.header.Get("ETag") != closed.header.Get("ETag") {
		t.Errorf("closed again: %s", again)
	}
	for user, status := range map[string]int{"ada": http.StatusOK, "root": http.StatusOK, "bob": http.StatusNotFound} {
		if a := call(t, cloud, request{method: "GET", path: account, user: user}); a.status != status || status == http.StatusOK && a.body != closed.body {
			t.Errorf("read by %s: %s", user, a)
		}
	}
	openAccount(t, cloud, "bob", "ada@example.org", "")
}

func TestAccountRaces(t *testing.T) {
	const racers = 50
	cloud := start(t, withUsers("racer", racers, "accounts/read", "accounts/write"))
	// race sends a request for each racer at once, repeating what the API says
	// may be repeated, and sorts the answers by status.
	race := func(make func(user string) request) map[int][]answer {
		var mu sync.Mutex
		answers := map[int][]answer{}
		var all sync.WaitGroup
		for i := range racers {
			all.Go(func() {
				r := make(fmt.Sprintf("racer-%d", i))
				a, err := try(t.Context(), cloud, r)
				for err == nil && a.status == http.StatusServiceUnavailable {
					a, err = try(t.Context(), cloud, r)
				}
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				answers[a.status] = append(answers[a.status], a)
				mu.Unlock()
			})
		}
		all.Wait()
		return answers
	}

	created := race(func(user string) request {
		return request{method: "POST", path: "/accounts", user: user, body: newAccount}
	})
	if len(created[http.StatusCreated]) != 1 || len(created[http.StatusConflict]) != racers-1 {
		t.Fatalf("creators of one address: %v", created)
	}
	winner := created[http.StatusCreated][0]

	patched := race(func(user string) request {
		body := `{"country":"US"}`
		if strings.HasSuffix(user, "0") {
			body = `{"email":"` + user + `@example.com"}`
		}
		return request{method: "PATCH", path: "/accounts/" + winner.field("accountId"), user: "root", body: body, header: matching(winner.header.Get("ETag"))}
	})
	if len(patched[http.StatusOK]) != 1 || len(patched[http.StatusPreconditionFailed]) != racers-1 {
		t.Fatalf("patches of one version: %v", patched)
	}
	read := call(t, cloud, request{method: "GET", path: "/accounts/" + winner.field("accountId"), user: "root"})
	if read.body != patched[http.StatusOK][0].body {
		t.Errorf("the winner was answered %s, and there is %s", patched[http.StatusOK][0].body, read.body)
	}
}

// page is a page of a list.
type page struct {
	Items      []struct{ AccountID, Status string }
	NextCursor string
}

func TestAccountList(t *testing.T) {
	cloud := start(t, withUsers("customer", 5, "accounts/write"), withUsers("admin", 1, "accounts/admin"))
	for i := range 5 {
		openAccount(t, cloud, fmt.Sprintf("customer-%d", i), fmt.Sprintf("c%d@example.com", i), "")
	}
	closed := "00000000-0000-4000-8000-000000000002"
	if a := call(t, cloud, request{method: "DELETE", path: "/accounts/" + closed, user: "root"}); a.status != http.StatusOK {
		t.Fatal(a)
	}
	list := func(user, query string) (answer, page) {
		t.Helper()
		a := call(t, cloud, request{method: "GET", path: "/accounts?" + query, user: user})
		var p page
		if a.status == http.StatusOK {
			if err := json.Unmarshal([]byte(a.body), &p); err != nil {
				t.Fatal(err)
			}
		}
		return a, p
	}
	var ids []string
	_, p := list("root", "limit=3")
	first := p.NextCursor
	for _, i := range p.Items {
		ids = append(ids, i.AccountID[35:])
	}
	_, p = list("root", "limit=3&status=active&cursor="+first)
	for _, i := range p.Items {
		ids = append(ids, i.AccountID[35:])
	}
	if got := strings.Join(ids, " "); got != "4 3 1 0" || p.NextCursor != "" {
		t.Errorf("active accounts %s, then the cursor %q", got, p.NextCursor)
	}
	if _, p := list("root", "status=closed"); len(p.Items) != 1 || p.Items[0].AccountID != closed || p.Items[0].Status != "closed" {
		t.Errorf("closed accounts: %+v", p)
	}
	if a, p := list("admin-0", "limit=4"); len(p.Items) != 4 || p.NextCursor != "" {
		t.Errorf("a full last page: %s", a)
	}

	tampered := []byte(first)
	tampered[len(tampered)/2] ^= 1
	for name, wrong := range map[string]struct{ user, path string }{
		"tampered":        {"root", "/accounts?cursor=" + string(tampered)},
		"cut short":       {"root", "/accounts?cursor=" + first[:8]},
		"another user's":  {"admin-0", "/accounts?cursor=" + first},
		"another status'": {"root", "/accounts?status=closed&cursor=" + first},
		"empty":           {"root", "/accounts?cursor="},
	} {
		if a := call(t, cloud, request{method: "GET", path: wrong.path, user: wrong.user}); a.status != http.StatusBadRequest || !strings.Contains(a.body, `"cursor"`) {
			t.Errorf("a cursor that is %s: %s", name, a)
		}
	}
	if a := call(t, cloud, request{method: "POST", path: "/accounts/reconciliations?cursor=" + first, user: "root"}); a.status != http.StatusBadRequest {
		t.Errorf("another operation's cursor: %s", a)
	}
	if a, _ := list("customer-0", ""); a.status != http.StatusUnauthorized {
		t.Errorf("without the scope: %s", a)
	}
}
