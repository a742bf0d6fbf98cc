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

// The published site works below any path of a plain file server.
func testPublishedSite(t *testing.T, browser context.Context) {
	api := serveHandler(t, http.HandlerFunc(stub))
	dir := t.TempDir()
	if err := portal.WriteSite(dir, portal.Config{Document: sample(t), Changes: sampleChanges(), ServerURL: api}); err != nil {
		t.Fatal(err)
	}
	origin := serveHandler(t, http.StripPrefix("/some/where", http.FileServer(http.Dir(dir))))
	p := newTab(t, browser, phone)
	p.open(origin+"/some/where/", "section.context")
	p.do(js(`document.querySelector("a[href='changes.html']").click()`), chromedp.WaitVisible(chromedp.CSS("section#orders")))
	p.do(chromedp.Navigate(origin + "/some/where/reference.html#/Orders/getMyOrder"))
	ask(p, myOrder, "Not found") // nobody's token is filled in
	p.picture("site-phone")
	p.isLegible("the published reference")
	p.staysAt(origin, api)

	// Without a server it is for reading.
	if err := portal.WriteSite(dir, portal.Config{Document: sample(t)}); err != nil {
		t.Fatal(err)
	}
	p = newTab(t, browser, desktop)
	p.open(origin+"/some/where/reference.html#/Orders/getMyOrder", myOrder+" .responses-wrapper")
	if n := eval[int](p, `document.querySelectorAll(".try-out__btn").length`); n != 0 {
		t.Errorf("it offers to send, %d times", n)
	}
	p.isQuiet()
	p.staysAt(origin)
}

// attack is text that a browser would run or load if it took it for markup, in
// HTML and in Markdown. EVIL stands for an origin.
const attack = `<script>window.attacked = 1</script><img src="EVIL/x.png" onerror="window.attacked = 2">` +
	`<svg onload="window.attacked = 3"></svg><iframe srcdoc="<script>parent.attacked = 4</script>"></iframe>` +
	` [a link](javascript:window.attacked=5) [another](data:text/html,<script>attacked=6</script>) ![a picture](EVIL/y.png)` +
	` <a href="javascript:window.attacked=7">x</a> <form action="EVIL"><button>y</button></form><style>@import "EVIL/z.css";</style>`

// poison puts the attack wherever a document has text for people.
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

func testHostileDocument(t *testing.T, browser context.Context) {
	var document map[string]any
	if err := json.Unmarshal(sample(t), &document); err != nil {
		t.Fatal(err)
	}
	poison(document)
	evil := serveHandler(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s was asked for on another origin", r.URL)
	}))
	poisoned, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	poisoned = bytes.ReplaceAll(poisoned, []byte("EVIL"), []byte(evil))
	changes := sampleChanges()
	changes[0].Changes[0].Text = strings.ReplaceAll(attack, "EVIL", evil)
	origin := servePortal(t, portal.Config{Document: poisoned, Changes: changes, Users: demoUsers})
	for file, ready := range map[string]string{"index.html": shownRow, "changes.html": ".chip", "reference.html": operationBox} {
		t.Run(file, func(t *testing.T) {
			p := newTab(t, browser, desktop)
			p.open(origin+"/docs/"+file, ready)
			if file == "reference.html" {
				unfold(p)
			}
			// Follow whatever looks as if it ran something.
			p.do(js(`for (const a of document.querySelectorAll("a[href^='javascript:' i], a[href^='data:' i]")) a.click()`))
			if got := eval[int](p, `window.attacked || 0`); got != 0 {
				t.Errorf("part %d of the attack ran", got)
			}
			if n := eval[int](p, `document.querySelectorAll("a[href^='javascript:' i], iframe, img[onerror], svg[onload]").length`); n != 0 {
				t.Errorf("%d dangerous elements are in the page", n)
			}
			p.staysAt(origin)
		})
	}
}
