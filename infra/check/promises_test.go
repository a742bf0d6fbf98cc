package check

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/workspace"
)

// promised matches the headings of a context's README below which each item of a list is a
// promise.
var promised = regexp.MustCompile(`^## (Guarantees|Behaviour across Regions)`)

var (
	testName = regexp.MustCompile("`(Test[A-Za-z0-9_]+)`")
	testFunc = regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9_]+)\(`)
)

// TestEveryPromiseNamesItsTest checks that each promise in the READMEs of the contexts names
// tests, and that they exist.
func TestEveryPromiseNamesItsTest(t *testing.T) {
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	contexts, err := ws.Contexts()
	if err != nil {
		t.Fatal(err)
	}
	tests := testsBelow(t, ws.Root)
	promises := 0
	for _, c := range contexts {
		data, err := os.ReadFile(filepath.Join(c.Dir, "README.md"))
		if err != nil {
			t.Fatal(err)
		}
		list := promisesOf(string(data))
		promises += len(list)
		for _, finding := range findPromises(list, tests) {
			t.Errorf("%s/README.md: %s", c.Name, finding)
		}
	}
	if promises < 18 {
		t.Errorf("found only %d promises", promises)
	}
}

// testsBelow returns the names of the tests in the Go files below a folder.
func testsBelow(t *testing.T, root string) map[string]bool {
	t.Helper()
	tests := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && strings.HasPrefix(d.Name(), "."),
			d.IsDir() && (d.Name() == workspace.Dist || d.Name() == "node_modules"):
			return fs.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		data, err := os.ReadFile(path)
		for _, match := range testFunc.FindAllStringSubmatch(string(data), -1) {
			tests[match[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}

// promisesOf returns the promises of a README, a line each.
func promisesOf(page string) []string {
	var list []string
	inside := false
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "## ") {
			inside = promised.MatchString(line)
		}
		if inside && strings.HasPrefix(line, "- ") {
			list = append(list, strings.TrimSpace(line))
		}
	}
	return list
}

// findPromises returns a finding for each promise without a test that exists.
func findPromises(promises []string, tests map[string]bool) []string {
	var findings []string
	for _, p := range promises {
		begin := p[:min(len(p), 50)]
		named := testName.FindAllStringSubmatch(p, -1)
		if named == nil {
			findings = append(findings, "no test is named for the promise: "+begin)
		}
		for _, name := range named {
			if !tests[name[1]] {
				findings = append(findings, name[1]+" does not exist, which is named for the promise: "+begin)
			}
		}
	}
	return findings
}

func TestPromisesWithoutATest(t *testing.T) {
	page := "# a\n\n## Guarantees\n\n- **Kept** (`TestKept`).\n- **No test**.\n- **Gone** (`TestGone`).\n\n" +
		"## Decisions\n\n- No promise.\n"
	got := findPromises(promisesOf(page), map[string]bool{"TestKept": true})
	if len(got) != 2 || !strings.Contains(got[0], "no test") || !strings.HasPrefix(got[1], "TestGone does not exist") {
		t.Errorf("got %q", got)
	}
}
