package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/console"
)

// axeVariable is the environment variable with the folder in which axe-core is installed.
const axeVariable = "AXE_DIR"

// expectAccessible checks the page with axe-core, without exceptions.
func (p *tab) expectAccessible(where string) {
	p.t.Helper()
	dir := os.Getenv(axeVariable)
	if dir == "" {
		p.t.Skipf("%s is not set: install axe-core with 'npm ci' in a copy of .ci/axe, and name its folder", axeVariable)
	}
	source, err := os.ReadFile(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		p.t.Fatal(err)
	}
	p.do(js(string(source)))
	p.do(js(`window.findings = null; axe.run().then((r) => {
		window.findings = r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + v.help + ": " + n.html.slice(0, 200)));
	})`))
	p.until(`window.findings !== null`)
	for _, finding := range eval[[]string](p, `window.findings`) {
		p.t.Errorf("%s: %s", where, finding)
	}
}

// startConsole starts a cloud with the console, and sends requests.
func startConsole(t *testing.T) *local.Cloud {
	t.Helper()
	cloud, _ := startControlled(t)
	cloud.Mount(local.ConsolePath, console.Handler(local.ConsolePath, "Meridian"))
	mustCall(t, cloud, createAccount(), http.StatusCreated)
	return cloud
}

// press presses the button with a label.
func (p *tab) press(label string) {
	p.t.Helper()
	p.do(js(`[...document.querySelectorAll("button")].find((b) => (b.getAttribute("aria-label") ?? b.textContent) === ` +
		"`" + label + "`" + `).click()`))
}

// text returns the JavaScript expression of the text of the element with an ID.
func text(id string) string { return `document.getElementById("` + id + `").textContent` }

func TestConsole(t *testing.T) {
	browser := newBrowser(t)
	cloud := startConsole(t)

	p := newTab(t, browser, desktop)
	p.open(cloud.URL()+"/", "#request-rows tr") // a browser is sent to the console
	if path := eval[string](p, `location.pathname`); path != "/console/" {
		t.Errorf("the browser is at %s", path)
	}
	p.until(`document.querySelectorAll("#map circle").length === 3 && document.querySelector("#map .land") !== null`)
	p.until(text("request-rows") + `.includes("accounts-create-account")`)

	t.Run("a request opens to its trace", func(t *testing.T) {
		p.do(js(`document.querySelector("#request-rows button").click()`))
		p.until(text("spans") + `.includes("DynamoDB")`)
		p.until(text("lines") + `.includes("START RequestId")`)
		for id, want := range map[string]string{
			"spans": "authorizer", "event": `"httpMethod": "POST"`, "response": `"country": "CA"`,
		} {
			if got := eval[string](p, text(id)); !strings.Contains(got, want) {
				t.Errorf("%s is %s, want it to have %s", id, got, want)
			}
		}
		p.screenshot("console-request")
	})

	t.Run("a Region is stopped and started", func(t *testing.T) {
		p.press("Stop us-west-2")
		p.until(text("region-rows") + `.includes("down")`)
		p.until(text("route") + ` === "us-east-1"`) // the client in Vancouver has failed over
		p.screenshot("console-down")
		p.press("Start us-west-2")
		p.until(text("route") + ` === "us-west-2"`)
	})

	t.Run("a link is cut and healed", func(t *testing.T) {
		p.press("Cut us-east-1 to us-west-2 and back")
		p.until(text("link-rows") + `.includes("cut")`)
		p.press("Heal us-east-1 to us-west-2 and back")
		p.until(`!` + text("link-rows") + `.includes("cut")`)
	})

	t.Run("a function fails", func(t *testing.T) {
		p.do(js(`document.getElementById("fault-function").value = "accounts-create-account"`))
		p.do(js(`document.getElementById("fault-crash").click()`))
		p.press("Set fault")
		p.until(text("faults") + `.includes("accounts-create-account crashes")`)
		mustCall(t, cloud, createAccount(), http.StatusBadGateway)
		p.until(text("request-rows") + `.includes("502")`)
		p.press("End the faults of accounts-create-account")
		p.until(text("faults") + ` === ""`)
	})

	t.Run("items are read", func(t *testing.T) {
		p.until(`document.getElementById("data-table").options.length > 1`)
		p.do(js(`document.getElementById("data-table").value = "local-accounts"`))
		p.press("Read")
		p.until(text("items") + `.includes("account#")`)
	})
	p.expectQuietConsole()
	p.expectOrigins(cloud.URL())
}

// TestConsoleIsLegible looks at the console on every screen.
func TestConsoleIsLegible(t *testing.T) {
	browser := newBrowser(t)
	cloud := startConsole(t)
	for _, s := range []screen{desktop, desktopAtNight, phone, phoneAtNight} {
		t.Run(s.name, func(t *testing.T) {
			p := newTab(t, browser, s)
			p.open(cloud.URL()+local.ConsolePath+"/", "#request-rows tr")
			p.do(chromedp.WaitVisible(chromedp.CSS("#function-rows tr")))
			p.do(js(`document.querySelector("#request-rows button").click()`))
			p.until(`!document.getElementById("request").hidden`)
			p.screenshot("console-" + s.name)
			p.expectLegible(s.name)
			p.expectAccessible(s.name)
		})
	}
}
