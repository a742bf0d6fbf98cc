package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/portal"
)

// TestPortalOfTheCloud sends requests from the portal of the contexts' current document
// to the embedded cloud.
func TestPortalOfTheCloud(t *testing.T) {
	browser := newBrowser(t)
	cloud := startCloud(t)
	mustCall(t, cloud, createAccount(), http.StatusCreated)
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
	rows := strings.Join(shownRows(p), "\n")
	for _, want := range []string{"GET /accounts/me", "/profiles/{accountId}"} {
		if !strings.Contains(rows, want) {
			t.Errorf("the overview lacks %s:\n%s", want, rows)
		}
	}
	const mine = "#operations-Accounts-getMyAccount"
	p.open(origin+"/docs/reference.html#/Accounts/getMyAccount", mine+".is-open")
	p.until(`document.getElementById("user").value === "ada"`)
	tryOut(p, mine, "ada@example.com")
	p.screenshot("cloud-response")
	selectUser(p, "")
	tryOut(p, mine, "urn:meridian:problem:unauthenticated")
	p.expectOrigins(origin, cloud.URL())
}

// testServedPortal sends a request from the portal that the edge serves.
func testServedPortal(t *testing.T, edge string) {
	p := newTab(t, newBrowser(t), phone)
	const mine = "#operations-Accounts-getMyAccount"
	p.open(edge+"/docs/reference.html#/Accounts/getMyAccount", mine+".is-open")
	p.until(`document.getElementById("user").value === "ada"`)
	tryOut(p, mine, "ada@example.com")
	p.expectOrigins(edge)
}
