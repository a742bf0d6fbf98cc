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
	"github.com/chromedp/chromedp/kb"

	"github.com/meridian-api/meridian/contract/compat"
	"github.com/meridian-api/meridian/contract/portal"
)

// sample returns the document of these tests, so that changes of the contexts do not
// break them.
func sample(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("../../contract/portal/testdata/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// sampleChanges returns the changes of the contexts in the sample document.
func sampleChanges() []compat.Report {
	return []compat.Report{
		{
			Context: "orders", Base: "orders/v1.1.0", Current: "1.1.0",
			Level: compat.Breaking, Bump: compat.Major, Next: "2.0.0",
			Changes: []compat.Change{
				{
					ID: "new-required-request-property", Level: compat.Breaking, Operation: "POST /orders",
					Text: "added the new required request property `lines`",
				},
				{ID: "endpoint-added", Level: compat.Compatible, Operation: "GET /orders/me", Text: "endpoint added"},
				{
					ID: "documentation", Level: compat.None, Operation: "DELETE /orders/{orderId}", Text: "`summary` changed",
					Location: "orders/openapi.json#/paths/~1orders~1{orderId}/delete/summary",
				},
			},
		},
		{Context: "parcels", First: true, Level: compat.None, Next: "0.3.1"},
	}
}

// sampleReleases returns a release of orders with one operation.
func sampleReleases(t *testing.T) []portal.Specification {
	t.Helper()
	return []portal.Specification{{Context: "orders", Version: "v1.0.0", Document: []byte(`{
		"openapi": "3.0.3", "info": {"title": "Orders", "version": "1.0.0"},
		"paths": {"/orders/old": {"get": {
			"operationId": "getOldOrder", "tags": ["Orders"], "responses": {"204": {"description": "Gone."}}
		}}}
	}`)}}
}

// demoUsers returns users whose tokens the stub knows.
func demoUsers() ([]portal.User, error) {
	return []portal.User{{Name: "ada", AccessToken: "token-of-ada"}, {Name: "bob", AccessToken: "token-of-bob"}}, nil
}

// stub stands in for the API. It has an order of ada, and no others.
func stub(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Allow-Headers", "Authorization")
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.Method == http.MethodOptions:
	case r.URL.Path == "/orders/me" && r.Header.Get("Authorization") == "Bearer token-of-ada":
		w.Write([]byte(`{"orderId":"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01","state":"shipped",` +
			`"lines":[{"sku":"ADA","count":3}],"total":14.5,"paid":true,"parent":null}`))
	default:
		w.WriteHeader(http.StatusNotFound)
		w.Write([]byte(`{"title":"Not found"}`))
	}
}

// servePortal serves the portal at /docs and the stub at all other paths.
func servePortal(t testing.TB, cfg portal.Config) (origin string) {
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

// serveHandler serves a handler until the test ends, and returns its origin.
func serveHandler(t testing.TB, h http.Handler) (origin string) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// Selectors of parts of the pages.
const (
	shownRow     = "section.context tbody tr:not([hidden])"
	operationBox = "#reference .opblock"
	myOrder      = "#operations-Orders-getMyOrder"
)

// shownRows returns the operations of the overview that the search shows.
func shownRows(p *tab) []string {
	p.t.Helper()
	return eval[[]string](p, `Array.from(document.querySelectorAll("`+shownRow+`"),
		(e) => e.cells[0].innerText + " " + e.cells[1].innerText)`)
}

// TestPortal uses one browser for all its tests, because most of them take less time
// than the start of a browser.
func TestPortal(t *testing.T) {
	browser := newBrowser(t)
	for name, test := range map[string]func(*testing.T, context.Context){
		"overview": testOverview, "try it out": testTryItOut, "another server": testAnotherServer, "reference": testReference,
		"large reference": testLargeReference, "versions": testVersions, "keyboard": testKeyboard,
		"published site":   testPublishedSite,
		"hostile document": testHostileDocument, "legible": testLegible,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, browser)
		})
	}
}

// testOverview checks the groups of operations and the search.
func testOverview(t *testing.T, browser context.Context) {
	origin := servePortal(t, portal.Config{Document: sample(t), Changes: sampleChanges(), Users: demoUsers})
	p := newTab(t, browser, desktop)
	p.open(origin+"/docs/", "section.context")
	const groups = `Array.from(document.querySelectorAll("section.context h2"), (e) => e.textContent).join()`
	if got := eval[string](p, groups); got != "Orders,Parcels" {
		t.Errorf("the groups are %s, want Orders,Parcels", got)
	}
	head := eval[string](p, `document.querySelector("section.context").innerText`)
	for _, want := range []string{"team-orders", "1.2.0", "Breaking changes since 1.1.0"} {
		if !strings.Contains(head, want) {
			t.Errorf("the group lacks %s: %s", want, head)
		}
	}
	all := shownRows(p)
	if len(all) != 8 {
		t.Errorf("%d operations, want 8: %q", len(all), all)
	}
	for _, want := range []string{"GET /orders/me", "DELETE /orders/{orderId} Deprecated"} {
		if !slices.Contains(all, want) {
			t.Errorf("the overview lacks %s: %q", want, all)
		}
	}
	// The key / moves the focus to the search field, which filters the operations.
	p.do(js(`document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "/", bubbles: true}))`))
	if got := eval[string](p, `document.activeElement.id`); got != "search" {
		t.Errorf("the key / moves the focus to %q, want search", got)
	}
	p.do(chromedp.SendKeys(chromedp.CSS("#search"), "put neworder"))
	if got := shownRows(p); !slices.Equal(got, []string{"PUT /orders/{orderId}"}) {
		t.Errorf("a search for a method and a schema found %q", got)
	}
	if got := eval[string](p, `document.getElementById("found").textContent`); got != "1 operation found in 1 context" {
		t.Errorf("the number of results is %q", got)
	}
	for text, want := range map[string]int{
		"orders/admin": 2, "CALLER'S": 2, "no token": 1, "id token": 1, "parcel": 1, "deprecated": 1,
		"no such thing": 0, "": 8,
	} {
		p.do(js(`search.value = ` + quote(text) + `; search.dispatchEvent(new Event("input"))`))
		if got := shownRows(p); len(got) != want {
			t.Errorf("%q found %q, want %d", text, got, want)
		}
		if shown := eval[bool](p, `document.getElementById("no-match").checkVisibility()`); shown != (want == 0) {
			t.Errorf("%q: the text for no results is shown: %t, want %t", text, shown, want == 0)
		}
	}
	p.open(origin+"/docs/?q=createOrder", "section.context")
	if got := shownRows(p); !slices.Equal(got, []string{"POST /orders"}) {
		t.Errorf("the search in the address found %q", got)
	}
	// A row links to its operation in the reference.
	p.do(
		chromedp.Click(chromedp.CSS(shownRow+" a")),
		chromedp.WaitVisible(chromedp.CSS("#operations-Orders-createOrder.is-open")),
	)
	p.expectQuietConsole()
	p.expectOrigins(origin)
}

// tryOut sends the request of an operation that is open in the reference, and waits for
// a response with the text.
func tryOut(p *tab, operation, want string) {
	p.t.Helper()
	button := func(class string) string { return `document.querySelector("` + operation + ` .` + class + `")` }
	p.until(`!!` + button("try-out__btn"))
	p.do(js(button("execute") + `|| ` + button("try-out__btn") + `.click()`))
	p.until(`!!` + button("execute"))
	p.do(js(button("execute") + `.click()`))
	p.until(`(` + button("live-responses-table") + `?.innerText || "").includes(` + quote(want) + `)`)
}

// selectUser selects the user whose token the portal sends. An empty user sends no token.
func selectUser(p *tab, user string) {
	p.t.Helper()
	p.do(
		chromedp.SetValue(chromedp.CSS("#user"), user),
		js(`document.getElementById("user").dispatchEvent(new Event("change"))`),
	)
}

// testTryItOut sends a request as each user and without a token.
func testTryItOut(t *testing.T, browser context.Context) {
	origin := servePortal(t, portal.Config{Document: sample(t), Users: demoUsers})
	p := newTab(t, browser, desktop)
	page := origin + "/docs/reference.html#/Orders/getMyOrder"
	p.open(page, myOrder+".is-open")
	p.until(`document.getElementById("user").value === "ada"`)
	tryOut(p, myOrder, `"ADA"`)
	curl := `document.querySelector("` + myOrder + ` .curl").innerText`
	if sent := eval[string](p, curl); strings.Contains(sent, "If-None-Match") {
		t.Errorf("the request has the example of an optional header: %s", sent)
	}
	p.screenshot("reference-response-light")
	p.expectLegible("the reference with a response")
	p.expectQuietConsole()
	p.expectAccessible("the reference with a response")

	selectUser(p, "bob")
	tryOut(p, myOrder, "Not found")
	if got := eval[string](p, curl); !strings.Contains(got, "token-of-bob") {
		t.Errorf("the request of bob is %s, want bob's token in it", got)
	}
	p.do(chromedp.Reload())
	p.until(`document.getElementById("user")?.value === "bob"`) // remembered
	selectUser(p, "")
	tryOut(p, myOrder, "Not found")
	if got := eval[string](p, curl); strings.Contains(got, "token-of") {
		t.Errorf("the request without a user is %s, want no token in it", got)
	}
	p.expectOrigins(origin)
}

// testAnotherServer sends a request to a server with another origin than the portal.
func testAnotherServer(t *testing.T, browser context.Context) {
	var called atomic.Bool
	api := serveHandler(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		called.Store(true)
		stub(w, r)
	}))
	origin := servePortal(t, portal.Config{Document: sample(t), Users: demoUsers, ServerURL: api})
	p := newTab(t, browser, desktop)
	p.open(origin+"/docs/reference.html#/Orders/getMyOrder", myOrder+".is-open")
	p.until(`document.getElementById("user").value === "ada"`)
	tryOut(p, myOrder, `"ADA"`)
	if !called.Load() {
		t.Error("the other server received no request")
	}
	p.expectQuietConsole()
	p.expectOrigins(origin, api)
}

// testReference filters the reference and opens its dialog for tokens.
func testReference(t *testing.T, browser context.Context) {
	origin := servePortal(t, portal.Config{Document: sample(t), Users: demoUsers})
	p := newTab(t, browser, desktop)
	p.open(origin+"/docs/reference.html", operationBox)
	if got := eval[int](p, `document.querySelectorAll("`+operationBox+`").length`); got != 7 {
		t.Errorf("%d operations, want the 7 of the first context", got)
	}
	p.do(chromedp.SendKeys(chromedp.CSS("#filter"), "get orders/admin"))
	p.until(`Array.from(document.querySelectorAll("` + operationBox + `"), (e) => e.id).join() ===
		"operations-Orders-listOrders"`)
	p.do(js(`document.querySelector(".btn.authorize").click()`), chromedp.WaitVisible(chromedp.CSS(".modal-ux")))
	p.screenshot("reference-dialog-light")
	p.expectLegible("the dialog for tokens")
	p.expectQuietConsole()
	p.expectOrigins(origin)
	p.expectAccessible("the dialog for tokens")
}

// testLargeReference opens a context with more operations than the reference displays.
func testLargeReference(t *testing.T, browser context.Context) {
	origin := servePortal(t, portal.Config{Document: large(t, 1, 150)})
	p := newTab(t, browser, desktop)
	const shown = `document.querySelectorAll("` + operationBox + `").length`
	p.open(origin+"/docs/reference.html", operationBox)
	if got := eval[int](p, shown); got > 40 {
		t.Errorf("%d operations at first, want those of a screen", got)
	}
	// A reader scrolls on: rows that are displayed after a step move the end away again.
	p.until(`(document.getElementById("end").scrollIntoView(), ` + shown + ` >= 100)`)
	if got := eval[int](p, shown); got != 100 {
		t.Errorf("%d operations at the end, want 100", got)
	}
	p.do(chromedp.Navigate("about:blank")) // to load the page again
	p.open(origin+"/docs/reference.html#/orders0/n95-getMyOrder", "#operations-orders0-n95-getMyOrder.is-open")
	hint := eval[string](p, `document.querySelector(".filter .hint").textContent`)
	if !strings.Contains(hint, "100 of 150") {
		t.Errorf("the hint is %q, want 100 of 150 in it", hint)
	}
	p.do(chromedp.SendKeys(chromedp.CSS("#filter"), "n90-"))
	p.until(shown + ` < 10 && document.querySelector("[id^=operations-orders0-n90-]") !== null`)
	p.expectQuietConsole()
}

// testVersions selects a release of a context and another context.
func testVersions(t *testing.T, browser context.Context) {
	origin := servePortal(t, portal.Config{Document: sample(t), Released: sampleReleases(t), Users: demoUsers})
	p := newTab(t, browser, desktop)
	p.open(origin+"/docs/reference.html", operationBox)
	selectOption := func(id, value string) {
		p.leave(js(`const list = document.getElementById("` + id + `"); list.value = ` + quote(value) + `;
			setTimeout(() => list.dispatchEvent(new Event("change")))`))
	}
	const paths = `Array.from(document.querySelectorAll(".opblock-summary-path"), (e) => e.dataset.path).join()`
	selectOption("version", "v1.0.0")
	p.until(paths + ` === "/orders/old"`)
	p.screenshot("reference-release-light")
	p.do(js(`document.querySelector(".opblock-summary-control").click()`))
	tryOut(p, "#operations-Orders-getOldOrder", "Not found") // a release has no servers of its own
	selectOption("context", "parcels")
	p.until(paths + ` === "/parcels/{parcelId}"`)
	if got := eval[string](p, `document.getElementById("version").innerText`); got != "Current" {
		t.Errorf("parcels has the versions %q, want Current only", got)
	}
	// A link to an operation of another context opens that context.
	p.leave(js(`setTimeout(() => { location.hash = "#/Orders/getMyOrder" })`))
	p.do(chromedp.WaitVisible(chromedp.CSS(myOrder + ".is-open")))
	p.expectOrigins(origin)
}

// testKeyboard opens an operation and sends its request without a mouse.
func testKeyboard(t *testing.T, browser context.Context) {
	origin := servePortal(t, portal.Config{Document: sample(t), Users: demoUsers})
	p := newTab(t, browser, desktop)
	p.open(origin+"/docs/reference.html?context=orders", operationBox)
	p.until(`document.getElementById("user").value === "ada"`)
	p.do(js(`document.getElementById("filter").focus()`))
	pressAt := func(selector string) {
		t.Helper()
		for range 30 {
			p.do(chromedp.KeyEvent(kb.Tab))
			if eval[bool](p, `document.activeElement.matches(`+quote(selector)+`)`) {
				p.do(chromedp.KeyEvent(kb.Enter))
				return
			}
		}
		t.Fatalf("30 times Tab do not reach %s", selector)
	}
	pressAt("#operations-Orders-getMyOrder .opblock-summary-control")
	p.do(chromedp.WaitVisible(chromedp.CSS(myOrder + " .try-out__btn")))
	pressAt(".try-out__btn")
	p.do(chromedp.WaitVisible(chromedp.CSS(myOrder + " .execute")))
	pressAt(".execute")
	p.until(`(document.querySelector("` + myOrder + ` .live-responses-table")?.innerText || "").includes("ADA")`)
}

// testLegible opens every page on a wide and a narrow screen, light and dark.
func testLegible(t *testing.T, browser context.Context) {
	origin := servePortal(t, portal.Config{Document: sample(t), Changes: sampleChanges(), Users: demoUsers})
	for _, s := range []screen{desktop, desktopAtNight, phone, phoneAtNight} {
		for file, ready := range map[string]string{
			"index.html": shownRow, "reference.html": operationBox, "changes.html": ".chip",
			"deprecations.html": "tbody tr", "problems.html": "tbody tr",
		} {
			name := strings.TrimSuffix(file, ".html") + "-" + s.name
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				p := newTab(t, browser, s)
				p.open(origin+"/docs/"+file, ready)
				if file == "reference.html" {
					p.screenshot(name + "-folded")
					unfold(p)
				} else {
					p.do(js(`for (const d of document.querySelectorAll("details")) d.open = true`))
				}
				p.screenshot(name)
				p.expectLegible(name)
				p.expectQuietConsole()
				p.expectOrigins(origin)
				if s == desktop || s == phoneAtNight { // legible.js checks the contrast on the others
					p.expectAccessible(name)
				}
			})
		}
	}
}

// unfold expands the reference: all operations, one of them with its schema and one with
// its form, and the list of schemas.
func unfold(p *tab) {
	p.t.Helper()
	const folded = ".opblock-summary-control[aria-expanded=false], .models-control[aria-expanded=false]"
	p.do(js(`for (const b of document.querySelectorAll("` + folded + `")) b.click()`))
	p.until(`document.querySelector(".opblock-summary-control[aria-expanded=false]") === null`)
	const (
		schemaTab = "#operations-Orders-createOrder .tablinks[aria-selected=false]"
		form      = "#operations-Orders-putOrder .try-out__btn"
	)
	p.until(`document.querySelectorAll("` + schemaTab + ", " + form + `").length > 1`)
	p.do(
		js(`for (const b of document.querySelectorAll(".model-container .model-box-control[aria-expanded=false]"))
			b.click()`),
		js(`document.querySelector("`+schemaTab+`").click()`),
		js(`for (const id of ["listOrders", "putOrder"])
			document.querySelector("#operations-Orders-" + id + " .try-out__btn").click()`),
	)
	p.until(`document.querySelector("#operations-Orders-putOrder textarea") !== null`)
}

// quote returns a JavaScript literal of a text.
func quote(s string) string {
	data, _ := json.Marshal(s)
	return string(data)
}
