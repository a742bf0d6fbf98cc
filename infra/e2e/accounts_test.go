package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/local"
)

// openAccount opens an account for the user, who has verified the address, and fails the
// test unless it is new.
func openAccount(t *testing.T, cloud *local.Cloud, user, email, from string) response {
	t.Helper()
	r := createAccount().as(user).at(from).proving(email).sending(`{"email":"` + email + `","country":"CA"}`)
	return mustCall(t, cloud, r, http.StatusCreated)
}

// expectFields checks members of the response's JSON body.
func expectFields(t *testing.T, what string, a response, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	for name := range want {
		got[name] = a.field(name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: %s; members (-want +got):\n%s", what, a, diff)
	}
}

// expectSame checks that a response has the body and the ETag of another one.
func expectSame(t *testing.T, what string, got, want response) {
	t.Helper()
	if got.body != want.body || got.etag() != want.etag() {
		t.Errorf("%s: got %s, want the body and the ETag of %s", what, got, want)
	}
}

// TestAPatchRequiresTheVersion changes an account with and without a matching ETag. A change
// without effect keeps the ETag.
func TestAPatchRequiresTheVersion(t *testing.T) {
	cloud := startCloud(t)
	account := "/accounts/" + subject(cloud, "ada")
	created := openAccount(t, cloud, "ada", "Ada@Example.com", "")
	expectFields(t, "created", created, map[string]string{"status": "active", "email": "ada@example.com"})
	mine := expectStatus(t, cloud, "read by its owner", getMyAccount("ada"), http.StatusOK)
	expectSame(t, "read by its owner", mine, created)

	patch := func(what, user, etag, body string, status int) response {
		t.Helper()
		r := request{method: "PATCH", path: account, user: user, body: body, header: ifMatch(etag)}
		return expectStatus(t, cloud, what, r.with("Content-Type", "application/merge-patch+json"), status)
	}
	unconditional := request{method: "PATCH", path: account, user: "ada", body: `{"country":"US"}`}
	expectStatus(t, cloud, "patched without If-Match", unconditional, http.StatusPreconditionRequired)
	patched := patch("patched", "ada", created.etag(), `{"country":"US"}`, http.StatusOK)
	expectFields(t, "patched", patched, map[string]string{"country": "US", "email": "ada@example.com"})
	if patched.etag() == created.etag() {
		t.Errorf("patched: the ETag is still %s", patched.etag())
	}
	again := patch("patched without a change", "ada", patched.etag(), `{"country":"US"}`, http.StatusOK)
	expectSame(t, "patched without a change", again, patched)
	patch("patched with a stale ETag", "ada", created.etag(), `{"country":"CA"}`, http.StatusPreconditionFailed)
	byRoot := patch("patched by an administrator", "root", "*", `{"country":"CA"}`, http.StatusOK)
	expectFields(t, "patched by an administrator", byRoot, map[string]string{"email": "ada@example.com", "country": "CA"})
	moving := request{method: "PATCH", path: account, user: "ada", body: `{"email":"ADA@example.org"}`,
		header: ifMatch(byRoot.etag())}
	expectStatus(t, cloud, "moved to an address that is not verified", moving, http.StatusForbidden)
	moved := expectStatus(t, cloud, "moved", moving.proving("Ada@example.org"), http.StatusOK)
	expectFields(t, "moved", moved, map[string]string{"email": "ada@example.org", "country": "CA"})
}

// TestADeletionIsPermanent closes an account, twice, and tries to go on with it.
func TestADeletionIsPermanent(t *testing.T) {
	cloud := startCloud(t)
	account := "/accounts/" + subject(cloud, "ada")
	created := openAccount(t, cloud, "ada", "ada@example.org", "")
	closing := request{method: "DELETE", path: account, user: "ada", header: ifMatch(created.etag())}
	closed := expectStatus(t, cloud, "closed", closing, http.StatusOK)
	expectFields(t, "closed", closed, map[string]string{"status": "closed"})
	expectSame(t, "closed again", expectStatus(t, cloud, "closed again", closing, http.StatusOK), closed)
	unconditional := request{method: "DELETE", path: account, user: "ada"}
	again := expectStatus(t, cloud, "closed without If-Match", unconditional, http.StatusOK)
	expectSame(t, "closed without If-Match", again, closed)
	patch := request{method: "PATCH", path: account, user: "ada", body: `{"country":"US"}`, header: ifMatch("*")}
	expectStatus(t, cloud, "patched", patch, http.StatusConflict)
	reopen := createAccount().proving("ada@example.net").sending(`{"email":"ada@example.net","country":"CA"}`)
	expectStatus(t, cloud, "opened again", reopen, http.StatusConflict)
	read := request{method: "GET", path: account}
	for _, user := range []string{"ada", "root"} {
		if a := expectStatus(t, cloud, "read by "+user, read.as(user), http.StatusOK); a.body != closed.body {
			t.Errorf("read by %s: %s, want %s", user, a, closed)
		}
	}
	expectStatus(t, cloud, "read by bob", read.as("bob"), http.StatusNotFound)
	openAccount(t, cloud, "bob", "ada@example.org", "")
}

// TestOneOfSeveralRequestsSucceeds sends 50 requests at once for one address, and for one version.
func TestOneOfSeveralRequestsSucceeds(t *testing.T) {
	const racers = 50
	cloud := startCloud(t, withUsers("racer", racers, "accounts/read", "accounts/write"))
	// race sends a request of each racer concurrently.
	race := func(requestOf func(user string) request) map[int][]response {
		var requests []request
		for i := range racers {
			requests = append(requests, requestOf(fmt.Sprintf("racer-%d", i)))
		}
		return sendAll(t, cloud, requests)
	}

	created := race(func(user string) request {
		return request{method: "POST", path: "/accounts", user: user, body: newAccount}.proving("ada@example.com")
	})
	if len(created[http.StatusCreated]) != 1 || len(created[http.StatusConflict]) != racers-1 {
		t.Fatalf("%d accounts with one address: %v, want one 201 and else 409", racers, created)
	}
	winner := created[http.StatusCreated][0]
	path := "/accounts/" + winner.field("accountId")
	owner := ""
	for _, u := range cloud.Users() {
		if u.Subject == winner.field("accountId") {
			owner = u.Name
		}
	}

	patched := race(func(user string) request {
		r := request{method: "PATCH", path: path, user: "root", body: `{"country":"US"}`, header: ifMatch(winner.etag())}
		if strings.HasSuffix(user, "0") {
			email := user + "@example.com"
			r = r.as(owner).proving(email).sending(`{"email":"` + email + `"}`)
		}
		return r
	})
	if len(patched[http.StatusOK]) != 1 || len(patched[http.StatusPreconditionFailed]) != racers-1 {
		t.Fatalf("%d patches of one version: %v, want one 200 and else 412", racers, patched)
	}
	read := call(t, cloud, request{method: "GET", path: path, user: "root"})
	if want := patched[http.StatusOK][0]; read.body != want.body {
		t.Errorf("read %s, want the response to the patch that won %s", read, want)
	}
}

// accountPage is the response of listAccounts.
type accountPage struct {
	Items      []struct{ AccountID, Status string }
	NextCursor string
}

// listAccounts returns a page of accounts.
func listAccounts(t *testing.T, cloud *local.Cloud, user, query string) accountPage {
	t.Helper()
	a := mustCall(t, cloud, request{method: "GET", path: "/accounts?" + query, user: user}, http.StatusOK)
	var p accountPage
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAccountList(t *testing.T) {
	cloud := startCloud(t, withUsers("customer", 5, "accounts/write"), withUsers("admin", 1, "accounts/admin"))
	for i := range 5 {
		openAccount(t, cloud, fmt.Sprintf("customer-%d", i), fmt.Sprintf("c%d@example.com", i), "")
	}
	closed := "00000000-0000-4000-8000-000000000002"
	mustCall(t, cloud, request{method: "DELETE", path: "/accounts/" + closed, user: "root"}, http.StatusOK)
	first := listAccounts(t, cloud, "root", "limit=3")
	cursor := first.NextCursor

	t.Run("pages of active accounts", func(t *testing.T) {
		second := listAccounts(t, cloud, "root", "limit=3&status=active&cursor="+cursor)
		var last []string // digits of the IDs
		for _, i := range append(first.Items, second.Items...) {
			last = append(last, i.AccountID[35:])
		}
		if diff := cmp.Diff([]string{"4", "3", "1", "0"}, last); diff != "" || second.NextCursor != "" {
			t.Errorf("cursor %q after the last page, accounts (-want +got):\n%s", second.NextCursor, diff)
		}
	})
	t.Run("closed accounts", func(t *testing.T) {
		p := listAccounts(t, cloud, "root", "status=closed")
		if len(p.Items) != 1 || p.Items[0].AccountID != closed || p.Items[0].Status != "closed" {
			t.Errorf("got %+v, want the account %s", p, closed)
		}
	})
	t.Run("full last page", func(t *testing.T) {
		if p := listAccounts(t, cloud, "admin-0", "limit=4"); len(p.Items) != 4 || p.NextCursor != "" {
			t.Errorf("got %+v, want four accounts without a cursor", p)
		}
	})

	tampered := []byte(cursor)
	middle := &tampered[len(tampered)/2]
	if *middle == 'A' {
		*middle = 'B'
	} else {
		*middle = 'A' // remains a character that a cursor can have
	}
	for _, test := range []struct{ name, user, query string }{
		{"tampered cursor", "root", "cursor=" + string(tampered)},
		{"cursor cut short", "root", "cursor=" + cursor[:8]},
		{"cursor of another user", "admin-0", "cursor=" + cursor},
		{"cursor of another status", "root", "status=closed&cursor=" + cursor},
		{"empty cursor", "root", "cursor="},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := request{method: "GET", path: "/accounts?" + test.query, user: test.user}
			a := expectStatus(t, cloud, "list", r, http.StatusBadRequest)
			if !strings.Contains(a.body, `"cursor"`) {
				t.Errorf("got %s, want a response that names the cursor", a)
			}
		})
	}
	t.Run("without the scope", func(t *testing.T) {
		r := request{method: "GET", path: "/accounts", user: "customer-0"}
		expectStatus(t, cloud, "list", r, http.StatusUnauthorized)
	})
}
