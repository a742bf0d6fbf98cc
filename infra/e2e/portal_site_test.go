package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/meridian-api/meridian/contract/portal"
)

// testPublishedSite opens the static copy below a path of a plain file server.
func testPublishedSite(t *testing.T, browser context.Context) {
	api := serveHandler(t, http.HandlerFunc(stub))
	dir := t.TempDir()
	site := portal.Config{Document: sample(t), Changes: sampleChanges(), ServerURL: api}
	if err := portal.WriteSite(dir, site); err != nil {
		t.Fatal(err)
	}
	origin := serveHandler(t, http.StripPrefix("/some/where", http.FileServer(http.Dir(dir))))
	p := newTab(t, browser, phone)
	p.open(origin+"/some/where/", "section.context")
	p.do(
		js(`document.querySelector("a[href='changes.html']").click()`),
		chromedp.WaitVisible(chromedp.CSS("section#orders")),
	)
	p.do(chromedp.Navigate(origin + "/some/where/reference.html#/Orders/getMyOrder"))
	tryOut(p, myOrder, "Not found") // the site has no tokens
	p.screenshot("site-phone")
	p.expectLegible("the published reference")
	p.expectOrigins(origin, api)

	// Without a server, a visitor can only read.
	if err := portal.WriteSite(dir, portal.Config{Document: sample(t)}); err != nil {
		t.Fatal(err)
	}
	p = newTab(t, browser, desktop)
	p.open(origin+"/some/where/reference.html#/Orders/getMyOrder", myOrder+" .responses-wrapper")
	if n := eval[int](p, `document.querySelectorAll(".try-out__btn").length`); n != 0 {
		t.Errorf("%d operations offer to send a request, want 0", n)
	}
	p.expectQuietConsole()
	p.expectOrigins(origin)
}

// attack is a text in HTML and Markdown that a browser would run or load if the portal
// did not escape it. EVIL is a placeholder for an origin.
const attack = `<script>window.attacked = 1</script><img src="EVIL/x.png" onerror="window.attacked = 2">` +
	`<svg onload="window.attacked = 3"></svg><iframe srcdoc="<script>parent.attacked = 4</script>"></iframe>` +
	` [a link](javascript:window.attacked=5) [another](data:text/html,<script>attacked=6</script>)` +
	` ![a picture](EVIL/y.png) <a href="javascript:window.attacked=7">x</a>` +
	` <form action="EVIL"><button>y</button></form><style>@import "EVIL/z.css";</style>`

// poison replaces all descriptions, summaries and titles of a document with attack.
func poison(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if _, isText := member.(string); isText && (name == "description" || name == "summary" || name == "title") {
				v[name] = attack
				continue
			}
			poison(member)
		}
	case []any:
		for _, item := range v {
			poison(item)
		}
	}
}

// testHostileDocument opens the pages of a document whose texts are attacks.
func testHostileDocument(t *testing.T, browser context.Context) {
	var document map[string]any
	if err := json.Unmarshal(sample(t), &document); err != nil {
		t.Fatal(err)
	}
	poison(document)
	evil := serveHandler(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("a page requested %s from another origin", r.URL)
	}))
	poisoned, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	poisoned = bytes.ReplaceAll(poisoned, []byte("EVIL"), []byte(evil))
	changes := sampleChanges()
	changes[0].Changes[0].Text = strings.ReplaceAll(attack, "EVIL", evil)
	origin := servePortal(t, portal.Config{Document: poisoned, Changes: changes, Users: demoUsers})
	for file, ready := range map[string]string{
		"index.html": shownRow, "changes.html": ".chip", "reference.html": operationBox,
	} {
		t.Run(file, func(t *testing.T) {
			p := newTab(t, browser, desktop)
			p.open(origin+"/docs/"+file, ready)
			if file == "reference.html" {
				unfold(p)
			}
			const runnable = "a[href^='javascript:' i], a[href^='data:' i]"
			p.do(js(`for (const a of document.querySelectorAll("` + runnable + `")) a.click()`))
			if got := eval[int](p, `window.attacked || 0`); got != 0 {
				t.Errorf("part %d of the attack ran", got)
			}
			const dangerous = "a[href^='javascript:' i], iframe, img[onerror], svg[onload]"
			if n := eval[int](p, `document.querySelectorAll("`+dangerous+`").length`); n != 0 {
				t.Errorf("the page has %d dangerous elements", n)
			}
			p.expectOrigins(origin)
		})
	}
}
