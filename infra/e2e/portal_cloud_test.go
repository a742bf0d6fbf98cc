package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/portal"
)

// What the contexts say today, tried out against the embedded cloud.
func TestPortalOfTheCloud(t *testing.T) {
	browser := newBrowser(t)
	cloud := start(t)
	if a := call(t, cloud, request{method: http.MethodPost, path: "/accounts", user: "ada", body: newAccount}); a.status != http.StatusCreated {
		t.Fatalf("no account to read: %s", a)
	}
	merged, err := pipeline.Merge(".")
	if err != nil {
		t.Fatal(err)
	}
	document, err := canonical.JSON(merged.Doc)
	if err != nil {
		t.Fatal(err)
	}
	users := func() (list []portal.User, err error) {
		for _, u := range cloud.Users() {
			access, _, err := cloud.Token(u.Name)
			if err != nil {
				return nil, err
			}
			list = append(list, portal.User{Name: u.Name, AccessToken: access})
		}
		return list, nil
	}
	origin := servePortal(t, portal.Config{Document: document, Users: users, ServerURL: cloud.URL()})
	p := newTab(t, browser, desktop)
	p.open(origin+"/docs/", "section.context")
	if rows := strings.Join(shownRows(p), "\n"); !strings.Contains(rows, "GET /accounts/me") || !strings.Contains(rows, "/profiles/{accountId}") {
		t.Errorf("operations:\n%s", rows)
	}
	const mine = "#operations-Accounts-getMyAccount"
	p.open(origin+"/docs/reference.html#/Accounts/getMyAccount", mine+".is-open")
	p.until(`document.getElementById("user").value === "ada"`)
	ask(p, mine, "ada@example.com")
	p.picture("cloud-answer")
	become(p, "")
	ask(p, mine, "urn:meridian:problem:unauthenticated")
	p.staysAt(origin, cloud.URL())
}

// tryDocs tries an operation out on the portal that the edge itself serves.
func tryDocs(t *testing.T, edge string) {
	p := newTab(t, newBrowser(t), phone)
	const mine = "#operations-Accounts-getMyAccount"
	p.open(edge+"/docs/reference.html#/Accounts/getMyAccount", mine+".is-open")
	p.until(`document.getElementById("user").value === "ada"`)
	ask(p, mine, "ada@example.com")
	p.staysAt(edge)
}
