package e2e

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/collection"
	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/up"
)

// brunoVariable is the environment variable with the folder in which Bruno's command line
// is installed.
const brunoVariable = "BRUNO_DIR"

// startWithCollection starts a cloud with the contexts' demo data, as 'go tool mage up' does,
// and writes the example requests of its operations and the values of their variables.
func startWithCollection(t *testing.T) (dir string, requests []collection.Request) {
	t.Helper()
	cloud := startCloud(t)
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	contexts, err := ws.Contexts()
	if err != nil {
		t.Fatal(err)
	}
	if n, err := up.Seed(t.Context(), contexts, cloud, nil); err != nil || n == 0 {
		t.Fatalf("%d requests with demo data, error %v", n, err)
	}
	cfg, err := prepare()
	if err != nil {
		t.Fatal(err)
	}
	if requests, err = collection.FromDocument(cfg.Release.Specification); err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := collection.Write(dir, "Example", cfg.Release.Specification); err != nil {
		t.Fatal(err)
	}
	users, err := up.Describe(cloud)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := collection.WriteEnvironment(dir, users.Examples()); err != nil {
		t.Fatal(err)
	}
	return dir, requests
}

// TestHTTPFile sends the requests of the file for editors. Each must succeed.
func TestHTTPFile(t *testing.T) {
	dir, requests := startWithCollection(t)
	var environments map[string]map[string]string
	data, err := os.ReadFile(filepath.Join(dir, collection.EnvironmentFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &environments); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, collection.HTTPFile))
	if err != nil {
		t.Fatal(err)
	}
	file := string(text)
	for name, value := range environments["local"] {
		file = strings.ReplaceAll(file, "{{"+name+"}}", value)
	}
	blocks := strings.Split(file, "\n### ")[1:]
	if len(blocks) != len(requests) {
		t.Fatalf("%d requests, want one for each of the %d operations", len(blocks), len(requests))
	}
	for i, block := range blocks {
		t.Run(requests[i].ID, func(t *testing.T) {
			r := parseHTTP(t, block)
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if !slices.Contains(requests[i].Success, response.Status[:3]) {
				t.Errorf("%s %s: status %d, want one of %v", r.Method, r.URL, response.StatusCode, requests[i].Success)
			}
		})
	}
}

// parseHTTP parses a request of the file: a title, comments, the request line, headers, and
// a body after an empty line.
func parseHTTP(t *testing.T, block string) *http.Request {
	t.Helper()
	_, block, _ = strings.Cut(block, "\n")
	head, body, _ := strings.Cut(block, "\n\n")
	var r *http.Request
	for lines := bufio.NewScanner(strings.NewReader(head)); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		if r == nil {
			method, url, _ := strings.Cut(line, " ")
			var err error
			if r, err = http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body)); err != nil {
				t.Fatal(err)
			}
			continue
		}
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	if r == nil {
		t.Fatalf("no request line in %q", block)
	}
	return r
}

// TestBruno runs the collection with Bruno's command line. Each request must succeed.
func TestBruno(t *testing.T) {
	bruno := os.Getenv(brunoVariable)
	if bruno == "" {
		t.Skipf("%s is not set: install Bruno with 'npm ci' in a copy of .ci/bruno, and name its folder", brunoVariable)
	}
	dir, requests := startWithCollection(t)
	report := filepath.Join(dir, "report.json")
	c := command.Command{
		Name: "node", Dir: filepath.Join(dir, collection.BrunoFolder),
		Args: []string{
			filepath.Join(bruno, "node_modules", "@usebruno", "cli", "bin", "bru.js"), "run", "-r", "--env", "local",
			"--reporter-json", report,
		},
	}
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	var runs []struct {
		Summary struct{ TotalRequests, PassedRequests, TotalAssertions, PassedAssertions int }
	}
	if err := json.Unmarshal(data, &runs); err != nil {
		t.Fatal(err)
	}
	if n := len(requests); len(runs) != 1 || runs[0].Summary.PassedRequests != n || runs[0].Summary.PassedAssertions != n {
		t.Errorf("%+v, want %d requests whose assertions hold", runs, n)
	}
}
