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

// screenshots is the environment variable with the folder that the pages'
// pictures are written to, for a person to look at.
const screenshots = "SCREENSHOTS"

// patience is how long a page has for one step, on a machine that does much else.
const patience = time.Minute

// newBrowser starts a browser for the test's tabs, and skips where there is none.
func newBrowser(t *testing.T) context.Context {
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

// screen is what a page is shown on.
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

// tab is a page of the browser, and what it did.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	requests map[network.RequestID]string // their URLs
	faults   []string                     // errors and warnings of the console
}

func newTab(t *testing.T, browser context.Context, s screen) *tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(browser)
	t.Cleanup(closeTab)
	p := &tab{t: t, ctx: ctx, requests: map[network.RequestID]string{}}
	if err := chromedp.Listen(ctx, p.listen); err != nil { // opens the tab, too
		t.Fatal(err)
	}
	p.do(
		chromedp.EmulateViewport(s.width, s.height),
		chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				// Without motion, what is measured is what stays.
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: s.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
			return err
		}),
	)
	return p
}

func (p *tab) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.requests[e.RequestID] = e.Request.URL
	case *network.EventLoadingFailed:
		if e.BlockedReason == network.BlockedReasonCsp {
			delete(p.requests, e.RequestID) // it never left the browser
		}
	case *runtime.EventExceptionThrown:
		p.faults = append(p.faults, fmt.Sprintf("exception: %s %+v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			text := "console " + string(e.Type)
			for _, a := range e.Args {
				text += " " + string(a.Value) + a.Description
			}
			p.faults = append(p.faults, text)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			p.faults = append(p.faults, fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	}
}

// run is an action's value, which must come within patience.
func run[T any](p *tab, action chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		p.t.Fatalf("%v; the console has %q", err, p.consoleFaults())
	}
	return v
}

// do runs actions that have no value.
func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	for _, a := range actions {
		run(p, a)
	}
}

// js runs a script in the page, whatever its value.
func js(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](script + "\n; undefined")
}

// open loads a page and waits until something that matches ready is visible.
func (p *tab) open(address, ready string) {
	p.t.Helper()
	p.do(chromedp.Navigate(address), chromedp.WaitVisible(chromedp.CSS(ready)))
}

// eval is the value of a JavaScript expression.
func eval[T any](p *tab, expression string) T {
	p.t.Helper()
	return run(p, chromedp.Evaluate[T](expression))
}

// until waits for a JavaScript condition.
func (p *tab) until(condition string) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); !eval[bool](p, condition); time.Sleep(30 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("never came: %s; the console has %q", condition, p.consoleFaults())
		}
	}
}

func (p *tab) consoleFaults() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.faults)
}

// picture writes the whole page into the folder of SCREENSHOTS, if that is set.
func (p *tab) picture(name string) {
	p.t.Helper()
	dir := os.Getenv(screenshots)
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), run(p, chromedp.FullScreenshot(100)), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// isQuiet checks that the console has no errors and no warnings.
func (p *tab) isQuiet() {
	p.t.Helper()
	if faults := p.consoleFaults(); len(faults) > 0 {
		p.t.Errorf("the console has %q", faults)
	}
}

// staysAt checks that no request has gone elsewhere than to these origins.
func (p *tab) staysAt(origins ...string) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.requests) == 0 {
		p.t.Error("no request was seen")
	}
	for _, r := range p.requests {
		u, err := url.Parse(r)
		inside := err == nil && (u.Scheme == "data" || u.Scheme == "blob" || slices.Contains(origins, u.Scheme+"://"+u.Host))
		if !inside {
			p.t.Errorf("a request has left %v: %s", origins, r)
		}
	}
}

//go:embed testdata/legible.js
var legible string

// isLegible checks the contrast of all text (WCAG 2.2, 1.4.3, AA), that nothing
// is wider than the page, and that every control has a name.
func (p *tab) isLegible(where string) {
	p.t.Helper()
	for _, fault := range eval[[]string](p, legible) {
		p.t.Errorf("%s: %s", where, fault)
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
