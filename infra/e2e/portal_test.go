package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/compat"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/portal"
)

// adasAccount is what the stub answers to ada.
const adasAccount = `{"accountId":"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01","email":"ada@example.com","country":"CA","status":"active"}`

func mergedDocument(t *testing.T) []byte {
	t.Helper()
	built, err := pipeline.Merge(".")
	if err != nil {
		t.Fatal(err)
	}
	data, err := canonical.JSON(built.Doc)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func someChanges() []compat.Report {
	return []compat.Report{
		{Context: "accounts", Base: "accounts/v0.1.0", Current: "0.1.0", Level: compat.Breaking, Bump: compat.Minor, Next: "0.2.0", Changes: []compat.Change{
			{ID: "new-required-request-property", Level: compat.Breaking, Operation: "POST /accounts", Text: "added the new required request property `country`"},
			{ID: "endpoint-added", Level: compat.Compatible, Operation: "GET /accounts/me", Text: "endpoint added"},
			{ID: "documentation", Level: compat.None, Operation: "GET /accounts/{accountId}", Text: "`summary` changed", Place: "accounts/openapi.json#/paths/~1accounts~1{accountId}/get/summary"},
		}},
		{Context: "profiles", First: true, Level: compat.None, Next: "0.1.0"},
	}
}

func demoUsers() ([]portal.User, error) {
	return []portal.User{{Name: "ada", AccessToken: "token-of-ada"}, {Name: "bob", AccessToken: "token-of-bob"}}, nil
}

// stub is the API: it knows ada's account and nobody else's.
func stub(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Allow-Headers", "Authorization")
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.Method == http.MethodOptions:
	case r.URL.Path == "/accounts/me" && r.Header.Get("Authorization") == "Bearer token-of-ada":
		w.Write([]byte(adasAccount))
	default:
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusNotFound)
		w.Write([]byte(`{"title":"Not found"}`))
	}
}

// servePortal serves the portal under /docs and the stub under all else.
func servePortal(t *testing.T, cfg portal.Config) *httptest.Server {
	t.Helper()
	cfg.BasePath = "/docs"
	h, err := portal.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/docs/", h)
	mux.HandleFunc("/", stub)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

const (
	operationRow = "section.context tbody tr:not([hidden])"
	operationBox = "#reference .opblock"
)

func TestPortal(t *testing.T) {
	browser := newBrowser(t)
	server := servePortal(t, portal.Config{Document: mergedDocument(t), Changes: someChanges(), Users: demoUsers})
	docs := server.URL + "/docs/"

	t.Run("overview", func(t *testing.T) {
		p := newTab(t, browser, desktop)
		p.open(docs, "section.context")
		if got := eval[string](p, `Array.from(document.querySelectorAll("section.context h2"), (e) => e.textContent).join()`); got != "Accounts,Profiles" {
			t.Errorf("groups %s", got)
		}
		if text := eval[string](p, `document.querySelector("section.context").innerText`); !strings.Contains(text, "team-accounts") || !strings.Contains(text, "0.1.0") {
			t.Errorf("owner and version are missing: %s", text)
		}
		rows := func() []string {
			return eval[[]string](p, `Array.from(document.querySelectorAll("`+operationRow+`"), (e) => e.cells[0].innerText + " " + e.cells[1].innerText)`)
		}
		all := rows()
		if !slices.Contains(all, "GET /accounts/me") || !slices.Contains(all, "PUT /profiles/{accountId}") {
			t.Errorf("operations %q", all)
		}
		// The key takes one to the field; what is typed filters.
		p.do(chromedp.KeyEvent("/"), chromedp.SendKeys(chromedp.CSS("#search"), "put profilecontent"))
		if got := rows(); !slices.Equal(got, []string{"PUT /profiles/{accountId}"}) {
			t.Errorf("a method and a schema found %q", got)
		}
		if got := eval[string](p, `document.getElementById("found").textContent`); got != "1 operation found in 1 context" {
			t.Errorf("told %q", got)
		}
		for words, want := range map[string]int{"accounts/admin": 1, "caller's own account": 2, "no token": 2, "no such thing": 0, "": len(all)} {
			p.do(js(`search.value = ` + quote(words) + `; search.dispatchEvent(new Event("input"))`))
			if got := rows(); len(got) != want {
				t.Errorf("%q found %q, want %d", words, got, want)
			}
			if shown := eval[bool](p, `document.getElementById("none").checkVisibility()`); shown != (want == 0) {
				t.Errorf("%q: nothing found is told: %t", words, shown)
			}
		}
		p.open(docs+"?q=createAccount", "section.context")
		if got := rows(); !slices.Equal(got, []string{"POST /accounts"}) {
			t.Errorf("the address searches for %q", got)
		}
		// From the row into the reference, to the very operation.
		p.do(chromedp.Click(chromedp.CSS(operationRow+" a")), chromedp.WaitVisible(chromedp.CSS("#operations-Accounts-createAccount.is-open")))
		p.isQuiet()
		p.staysAt(server.URL)
	})

	t.Run("try it out", func(t *testing.T) {
		p := newTab(t, browser, desktop)
		p.open(docs+"reference.html#/Accounts/getMyAccount", "#operations-Accounts-getMyAccount .try-out__btn")
		p.until(`document.getElementById("user").value === "ada"`)
		execute := chromedp.Click(chromedp.CSS("#operations-Accounts-getMyAccount .execute"))
		p.do(chromedp.Click(chromedp.CSS("#operations-Accounts-getMyAccount .try-out__btn")), execute)
		live := `document.querySelector("#operations-Accounts-getMyAccount .live-responses-table")?.innerText || ""`
		p.until(`(` + live + `).includes("ada@example.com")`)
		p.picture("reference-answer-light")
		p.isLegible("the reference with an answer")
		p.isQuiet()
		// As another user, who has no account; and as nobody.
		for _, name := range []string{"bob", ""} {
			p.do(chromedp.SetValue(chromedp.CSS("#user"), name),
				js(`document.getElementById("user").dispatchEvent(new Event("change"))`), execute)
			p.until(`(` + live + `).includes("Not found")`)
			curl := eval[string](p, `document.querySelector("#operations-Accounts-getMyAccount .curl").innerText`)
			if strings.Contains(curl, "token-of-") != (name != "") || strings.Contains(curl, "token-of-ada") {
				t.Errorf("as %q it sent %s", name, curl)
			}
			if name == "" {
				break
			}
			p.do(chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS("#operations-Accounts-getMyAccount .try-out__btn")))
			p.until(`document.getElementById("user").value === "bob"`) // remembered
			p.do(chromedp.Click(chromedp.CSS("#operations-Accounts-getMyAccount .try-out__btn")))
		}
		p.staysAt(server.URL)
	})

	t.Run("reference", func(t *testing.T) {
		p := newTab(t, browser, desktop)
		p.open(docs+"reference.html", operationBox)
		boxes := `Array.from(document.querySelectorAll("` + operationBox + `"), (e) => e.id).join()`
		if got := eval[int](p, `document.querySelectorAll("#reference .opblock-tag-section").length`); got != 2 {
			t.Errorf("%d groups", got)
		}
		p.do(chromedp.SendKeys(chromedp.CSS("#filter"), "get profiles/read"))
		p.until(boxes + ` === "operations-Profiles-getProfile"`)
		p.do(js(`document.querySelector(".btn.authorize").click()`), chromedp.WaitVisible(chromedp.CSS(".modal-ux")))
		p.isLegible("the dialog for tokens")
		p.isQuiet()
		p.staysAt(server.URL)
	})

	for _, s := range []screen{desktop, night, phone, {360, 740, "dark"}} {
		for _, page := range []struct{ file, ready string }{
			{"index.html", "section.context"}, {"reference.html", operationBox}, {"changes.html", ".chip"}, {"problems.html", "tbody tr"},
		} {
			name := strings.TrimSuffix(page.file, ".html") + "-" + s.scheme + map[bool]string{true: "-phone"}[s == phone || s.width == 360]
			t.Run(name, func(t *testing.T) {
				p := newTab(t, browser, s)
				p.open(docs+page.file, page.ready)
				if page.file == "reference.html" {
					openEverything(p)
				}
				p.picture(name)
				p.isLegible(name)
				p.isQuiet()
				p.staysAt(server.URL)
			})
		}
	}
}

// openEverything unfolds what the reference folds: operations of each method,
// their schemas, and the list of all schemas.
func openEverything(p *tab) {
	p.t.Helper()
	p.do(js(`for (const b of document.querySelectorAll(".opblock-summary-control[aria-expanded=false], .models-control[aria-expanded=false]")) b.click()`))
	p.until(`document.querySelectorAll(".opblock.is-open").length === document.querySelectorAll(".opblock").length`)
	p.do(js(`for (const b of document.querySelectorAll(".model-container .model-box-control[aria-expanded=false]")) b.click()`))
	p.do(js(`document.querySelector("#operations-Accounts-createAccount .tablinks[aria-selected=false]").click()`))
	p.do(js(`document.querySelector("#operations-Profiles-putProfile .try-out__btn").click()`))
	p.until(`document.querySelector("#operations-Profiles-putProfile textarea") !== null`)
}

func quote(s string) string {
	data, _ := json.Marshal(s)
	return string(data)
}
