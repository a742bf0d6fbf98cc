package e2e

import (
	"context"
	_ "embed"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// screenshots is the environment variable with the folder for screenshots of the pages.
// If it is not set, the tests take no screenshots.
const screenshots = "SCREENSHOTS"

// timeout is the time that a page has for one step, even on a busy machine.
const timeout = time.Minute

// newBrowser starts a browser for the test's tabs. It skips the test if the machine has
// no browser.
func newBrowser(t testing.TB) context.Context {
	t.Helper()
	program := ""
	names := []string{"chromium", "chromium-browser", "google-chrome", "chrome"}
	for _, name := range names {
		if found, err := exec.LookPath(name); err == nil && program == "" {
			program = found
		}
	}
	if program == "" {
		t.Skipf("the portal's browser tests need Chromium: none of %s is on PATH", strings.Join(names, ", "))
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(program), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	browser, quit := chromedp.NewContext(allocator)
	t.Cleanup(quit)
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("start %s: %v", program, err)
	}
	return browser
}

// screen is a device that shows a page.
type screen struct {
	name          string
	width, height int64
	scheme        string // light or dark
}

var (
	desktop        = screen{"light", 1280, 900, "light"}
	desktopAtNight = screen{"dark", 1280, 900, "dark"}
	phone          = screen{"light-phone", 360, 740, "light"}
	phoneAtNight   = screen{"dark-phone", 360, 740, "dark"}
)

// tab is a page of the browser. It records the page's requests and its errors.
type tab struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	requests map[network.RequestID]string // the URLs
	console  []string                     // errors and warnings
}

// newTab opens a tab with a screen.
func newTab(t testing.TB, browser context.Context, s screen) *tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(browser)
	t.Cleanup(closeTab)
	p := &tab{t: t, ctx: ctx, requests: map[network.RequestID]string{}}
	if err := chromedp.Listen(ctx, p.listen); err != nil { // it opens the tab
		t.Fatal(err)
	}
	p.do(
		chromedp.EmulateViewport(s.width, s.height),
		chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				// Animations would change what the tests measure.
				Features: []*emulation.MediaFeature{
					{Name: "prefers-color-scheme", Value: s.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
				},
			})
			return err
		}),
	)
	return p
}

// listen records requests, exceptions, and errors and warnings of the console.
func (p *tab) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.requests[e.RequestID] = e.Request.URL
	case *network.EventLoadingFailed:
		if e.BlockedReason == network.BlockedReasonCsp {
			delete(p.requests, e.RequestID) // the browser did not send it
		}
	case *runtime.EventExceptionThrown:
		p.console = append(p.console, fmt.Sprintf("exception: %s %+v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			text := "console " + string(e.Type)
			for _, a := range e.Args {
				text += " " + string(a.Value) + a.Description
			}
			p.console = append(p.console, text)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			p.console = append(p.console, fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	}
}

// run runs an action within timeout and returns its value.
func run[T any](p *tab, action chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, timeout)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		p.t.Fatalf("%v; the console has %q", err, p.consoleErrors())
	}
	return v
}

// do runs actions without a value.
func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	for _, a := range actions {
		run(p, a)
	}
}

// leave runs actions that leave the page, and waits until the next page has loaded.
func (p *tab) leave(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, timeout)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, actions...); err != nil {
		p.t.Fatalf("%v; the console has %q", err, p.consoleErrors())
	}
}

// js returns the action that runs a script in the page and drops its value.
func js(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](script + "\n; undefined")
}

// open loads a page and waits until an element that matches ready is visible.
func (p *tab) open(address, ready string) {
	p.t.Helper()
	p.do(chromedp.Navigate(address), chromedp.WaitVisible(chromedp.CSS(ready)))
}

// eval returns the value of a JavaScript expression.
func eval[T any](p *tab, expression string) T {
	p.t.Helper()
	return run(p, chromedp.Evaluate[T](expression))
}

// until waits for a JavaScript condition.
func (p *tab) until(condition string) {
	p.t.Helper()
	for deadline := time.Now().Add(timeout); !eval[bool](p, condition); time.Sleep(30 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("not within a minute: %s; the console has %q", condition, p.consoleErrors())
		}
	}
}

// consoleErrors returns the exceptions, errors and warnings so far.
func (p *tab) consoleErrors() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.console)
}

// screenshot writes an image of the page into the folder of SCREENSHOTS, if that is set.
func (p *tab) screenshot(name string) {
	p.t.Helper()
	dir := os.Getenv(screenshots)
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), run(p, chromedp.FullScreenshot(100)), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// expectQuietConsole checks that the console has no errors and no warnings.
func (p *tab) expectQuietConsole() {
	p.t.Helper()
	if found := p.consoleErrors(); len(found) > 0 {
		p.t.Errorf("the console has %q", found)
	}
}

// expectOrigins checks that the page has sent requests to these origins only.
func (p *tab) expectOrigins(origins ...string) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.requests) == 0 {
		p.t.Error("the page has sent no requests")
	}
	for _, r := range p.requests {
		u, err := url.Parse(r)
		embedded := err == nil && (u.Scheme == "data" || u.Scheme == "blob")
		if !embedded && (err != nil || !slices.Contains(origins, u.Scheme+"://"+u.Host)) {
			p.t.Errorf("the page requested %s, which is not at %v", r, origins)
		}
	}
}

//go:embed testdata/legible.js
var legible string

// expectLegible checks the contrast of all text (WCAG 2.2, 1.4.3, AA), that no element
// is wider than the page, and that every control has a name.
func (p *tab) expectLegible(where string) {
	p.t.Helper()
	for _, finding := range eval[[]string](p, legible) {
		p.t.Errorf("%s: %s", where, finding)
	}
	tree := run(p, func(ctx context.Context, tab *chromedp.Target) (accessibility.GetFullAXTreeResult, error) {
		return cdp.Call(ctx, tab, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	})
	controls := []string{"button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "tab", "image"}
	for _, n := range tree.Nodes {
		if n.Ignored || n.Role == nil || !slices.Contains(controls, strings.Trim(string(n.Role.Value), `"`)) {
			continue
		}
		if n.Name == nil || strings.Trim(string(n.Name.Value), `" `) == "" {
			html := run(p, func(ctx context.Context, tab *chromedp.Target) (string, error) {
				r, err := cdp.Call(ctx, tab, dom.GetOuterHTML, dom.GetOuterHTMLParams{BackendNodeID: n.BackendDOMNodeID})
				return r.OuterHTML, err
			})
			p.t.Errorf("%s: a %s has no name: %.200s", where, n.Role.Value, html)
		}
	}
}
