package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/meridian-api/meridian/contract/compat"
	"github.com/meridian-api/meridian/contract/portal"
)

// sample is the document of these tests: what the contexts say today must not matter to them.
func sample(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("../../contract/portal/testdata/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func sampleChanges() []compat.Report {
	return []compat.Report{
		{Context: "orders", Base: "orders/v1.1.0", Current: "1.1.0", Level: compat.Breaking, Bump: compat.Major, Next: "2.0.0", Changes: []compat.Change{
			{ID: "new-required-request-property", Level: compat.Breaking, Operation: "POST /orders", Text: "added the new required request property `lines`"},
			{ID: "endpoint-added", Level: compat.Compatible, Operation: "GET /orders/me", Text: "endpoint added"},
			{ID: "documentation", Level: compat.None, Operation: "DELETE /orders/{orderId}", Text: "`summary` changed", Location: "orders/openapi.json#/paths/~1orders~1{orderId}/delete/summary"},
		}},
		{Context: "parcels", First: true, Level: compat.None, Next: "0.3.1"},
	}
}

func demoUsers() ([]portal.User, error) {
	return []portal.User{{Name: "ada", AccessToken: "token-of-ada"}, {Name: "bob", AccessToken: "token-of-bob"}}, nil
}

// stub is the API: it knows ada's last order and nobody else's.
func stub(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Allow-Headers", "Authorization")
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.Method == http.MethodOptions:
	case r.URL.Path == "/orders/me" && r.Header.Get("Authorization") == "Bearer token-of-ada":
		w.Write([]byte(`{"orderId":"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01","state":"shipped","lines":[{"sku":"ADA","count":3}],"total":14.5,"paid":true,"parent":null}`))
	default:
		w.WriteHeader(http.StatusNotFound)
		w.Write([]byte(`{"title":"Not found"}`))
	}
}

// servePortal serves the portal under /docs and the stub under all else.
func servePortal(t *testing.T, cfg portal.Config) (origin string) {
	t.Helper()
	cfg.BasePath = "/docs"
	h, err := portal.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/docs/", h)
	mux.HandleFunc("/", stub)
	return serveHandler(t, mux)
}

func serveHandler(t *testing.T, h http.Handler) (origin string) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// Parts of the pages.
const (
	shownRow     = "section.context tbody tr:not([hidden])"
	operationBox = "#reference .opblock"
	myOrder      = "#operations-Orders-getMyOrder"
)

// shownRows are the overview's operations that the search has left.
func shownRows(p *tab) []string {
	p.t.Helper()
	return eval[[]string](p, `Array.from(document.querySelectorAll("`+shownRow+`"), (e) => e.cells[0].innerText + " " + e.cells[1].innerText)`)
}

// One browser for all: starting it takes longer than most of these tests.
func TestPortal(t *testing.T) {
	browser := newBrowser(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"overview": testOverview, "try it out": testTryItOut, "another server": testAnotherServer, "reference": testReference,
		"published site": testPublishedSite, "hostile document": testHostileDocument, "legible": testLegible,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, browser)
		})
	}
}

func testOverview(t *testing.T, browser context.Context) {
	origin := servePortal(t, portal.Config{Document: sample(t), Changes: sampleChanges(), Users: demoUsers})
	p := newTab(t, browser, desktop)
	p.open(origin+"/docs/", "section.context")
	if got := eval[string](p, `Array.from(document.querySelectorAll("section.context h2"), (e) => e.textContent).join()`); got != "Orders,Parcels" {
		t.Errorf("groups %s", got)
	}
	head := eval[string](p, `document.querySelector("section.context").innerText`)
	for _, want := range []string{"team-orders", "1.2.0", "Breaking changes since 1.1.0"} {
		if !strings.Contains(head, want) {
			t.Errorf("%s is missing: %s", want, head)
		}
	}
	all := shownRows(p)
	if len(all) != 8 || !slices.Contains(all, "GET /orders/me") || !slices.Contains(all, "DELETE /orders/{orderId} Deprecated") {
		t.Errorf("operations %q", all)
	}
	// The key takes one to the field; what is typed there filters.
	p.do(js(`document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "/", bubbles: true}))`))
	if got := eval[string](p, `document.activeElement.id`); got != "search" {
		t.Errorf("the key / leads to %q", got)
	}
	p.do(chromedp.SendKeys(chromedp.CSS("#search"), "put neworder"))
	if got := shownRows(p); !slices.Equal(got, []string{"PUT /orders/{orderId}"}) {
		t.Errorf("a method and a schema found %q", got)
	}
	if got := eval[string](p, `document.getElementById("found").textContent`); got != "1 operation found in 1 context" {
		t.Errorf("told %q", got)
	}
	for words, want := range map[string]int{"orders/admin": 2, "CALLER'S": 2, "no token": 1, "id token": 1, "parcel": 1, "deprecated": 1, "no such thing": 0, "": 8} {
		p.do(js(`search.value = ` + quote(words) + `; search.dispatchEvent(new Event("input"))`))
		if got := shownRows(p); len(got) != want {
			t.Errorf("%q found %q, want %d", words, got, want)
		}
		if shown := eval[bool](p, `document.getElementById("no-match").checkVisibility()`); shown != (want == 0) {
			t.Errorf("%q: that nothing is found is told: %t", words, shown)
		}
	}
	p.open(origin+"/docs/?q=createOrder", "section.context")
	if got := shownRows(p); !slices.Equal(got, []string{"POST /orders"}) {
		t.Errorf("the address searches for %q", got)
	}
	// From the row into the reference, to the very operation.
	p.do(chromedp.Click(chromedp.CSS(shownRow+" a")), chromedp.WaitVisible(chromedp.CSS("#operations-Orders-createOrder.is-open")))
	p.isQuiet()
	p.staysAt(origin)
}

// ask sends the request of an operation that is open in the reference, and waits for the answer's text.
func ask(p *tab, operation, want string) {
	p.t.Helper()
	button := func(class string) string { return `document.querySelector("` + operation + ` .` + class + `")` }
	p.until(`!!` + button("try-out__btn"))
	p.do(js(button("execute") + `|| ` + button("try-out__btn") + `.click()`))
	p.until(`!!` + button("execute"))
	p.do(js(button("execute") + `.click()`))
	p.until(`(` + button("live-responses-table") + `?.innerText || "").includes(` + quote(want) + `)`)
}

func become(p *tab, user string) {
	p.t.Helper()
	p.do(chromedp.SetValue(chromedp.CSS("#user"), user), js(`document.getElementById("user").dispatchEvent(new Event("change"))`))
}

func testTryItOut(t *testing.T, browser context.Context) {
	origin := servePortal(t, portal.Config{Document: sample(t), Users: demoUsers})
	p := newTab(t, browser, desktop)
	page := origin + "/docs/reference.html#/Orders/getMyOrder"
	p.open(page, myOrder+".is-open")
	p.until(`document.getElementById("user").value === "ada"`)
	ask(p, myOrder, `"ADA"`)
	if sent := eval[string](p, `document.querySelector("`+myOrder+` .curl").innerText`); strings.Contains(sent, "If-None-Match") {
		t.Errorf("the example of an optional header was sent: %s", sent)
	}
	p.picture("reference-answer-light")
	p.isLegible("the reference with an answer")
	p.isQuiet()

	become(p, "bob")
	ask(p, myOrder, "Not found")
	curl := `document.querySelector("` + myOrder + ` .curl").innerText`
	if got := eval[string](p, curl); !strings.Contains(got, "token-of-bob") {
		t.Errorf("as bob it sent %s", got)
	}
	p.do(chromedp.Reload())
	p.until(`document.getElementById("user")?.value === "bob"`) // remembered
	become(p, "")
	ask(p, myOrder, "Not found")
	if got := eval[string](p, curl); strings.Contains(got, "token-of") {
		t.Errorf("as nobody it sent %s", got)
	}
	p.staysAt(origin)
}

func testAnotherServer(t *testing.T, browser context.Context) {
	var asked atomic.Bool
	api := serveHandler(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Store(true)
		stub(w, r)
	}))
	origin := servePortal(t, portal.Config{Document: sample(t), Users: demoUsers, ServerURL: api})
	p := newTab(t, browser, desktop)
	p.open(origin+"/docs/reference.html#/Orders/getMyOrder", myOrder+".is-open")
	p.until(`document.getElementById("user").value === "ada"`)
	ask(p, myOrder, `"ADA"`)
	if !asked.Load() {
		t.Error("the other server was not asked")
	}
	p.isQuiet()
	p.staysAt(origin, api)
}

func testReference(t *testing.T, browser context.Context) {
	origin := servePortal(t, portal.Config{Document: sample(t), Users: demoUsers})
	p := newTab(t, browser, desktop)
	p.open(origin+"/docs/reference.html", operationBox)
	if got := eval[int](p, `document.querySelectorAll("#reference .opblock-tag-section").length`); got != 2 {
		t.Errorf("%d groups", got)
	}
	p.do(chromedp.SendKeys(chromedp.CSS("#filter"), "get orders/admin"))
	p.until(`Array.from(document.querySelectorAll("` + operationBox + `"), (e) => e.id).join() === "operations-Orders-listOrders"`)
	p.do(js(`document.querySelector(".btn.authorize").click()`), chromedp.WaitVisible(chromedp.CSS(".modal-ux")))
	p.picture("reference-dialog-light")
	p.isLegible("the dialog for tokens")
	p.isQuiet()
	p.staysAt(origin)
}

// Every page on a wide and a narrow screen, by day and by night.
func testLegible(t *testing.T, browser context.Context) {
	origin := servePortal(t, portal.Config{Document: sample(t), Changes: sampleChanges(), Users: demoUsers})
	for _, s := range []screen{desktop, desktopAtNight, phone, phoneAtNight} {
		for file, ready := range map[string]string{
			"index.html": shownRow, "reference.html": operationBox, "changes.html": ".chip", "problems.html": "tbody tr",
		} {
			name := strings.TrimSuffix(file, ".html") + "-" + s.name
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				p := newTab(t, browser, s)
				p.open(origin+"/docs/"+file, ready)
				if file == "reference.html" {
					p.picture(name + "-folded")
					unfold(p)
				} else {
					p.do(js(`for (const d of document.querySelectorAll("details")) d.open = true`))
				}
				p.picture(name)
				p.isLegible(name)
				p.isQuiet()
				p.staysAt(origin)
			})
		}
	}
}

// unfold opens what the reference folds: all operations, one of them with its
// schema and one ready to be tried, and the list of schemas.
func unfold(p *tab) {
	p.t.Helper()
	p.do(js(`for (const b of document.querySelectorAll(".opblock-summary-control[aria-expanded=false], .models-control[aria-expanded=false]")) b.click()`))
	p.until(`document.querySelector(".opblock-summary-control[aria-expanded=false]") === null`)
	p.until(`document.querySelectorAll("#operations-Orders-createOrder .tablinks[aria-selected=false], #operations-Orders-putOrder .try-out__btn").length > 1`)
	p.do(
		js(`for (const b of document.querySelectorAll(".model-container .model-box-control[aria-expanded=false]")) b.click()`),
		js(`document.querySelector("#operations-Orders-createOrder .tablinks[aria-selected=false]").click()`),
		js(`for (const id of ["listOrders", "putOrder"]) document.querySelector("#operations-Orders-" + id + " .try-out__btn").click()`),
	)
	p.until(`document.querySelector("#operations-Orders-putOrder textarea") !== null`)
}

func quote(s string) string {
	data, _ := json.Marshal(s)
	return string(data)
}
