package check

import (
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/workspace"
)

// link is the target of a Markdown link.
var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// code is a block of code, in which brackets are no link.
var code = regexp.MustCompile("(?ms)^```.*?^```")

// TestLinksOfThePages checks that the files which the repository's Markdown links exist.
func TestLinksOfThePages(t *testing.T) {
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for page, text := range committed(t, ws.Root, "*.md") {
		for _, match := range link.FindAllStringSubmatch(code.ReplaceAllString(text, ""), -1) {
			target, _, _ := strings.Cut(match[1], "#")
			if target == "" || strings.Contains(target, ":") { // another place of the page, or another site
				continue
			}
			links++
			if _, err := os.Stat(filepath.Join(ws.Root, filepath.Dir(page), filepath.FromSlash(target))); err != nil {
				t.Errorf("%s links %s: %v", page, match[1], err)
			}
		}
	}
	if links < 50 {
		t.Errorf("found only %d links", links)
	}
}

// committed returns the files in git that match one of the patterns: their paths below root
// and their contents.
func committed(t *testing.T, root string, patterns ...string) iter.Seq2[string, string] {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", append([]string{"ls-files", "-z"}, patterns...)...)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(path, text string) bool) {
		for _, path := range strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 }) {
			data, err := os.ReadFile(filepath.Join(root, path))
			if err != nil {
				t.Fatal(err)
			}
			if !yield(path, string(data)) {
				return
			}
		}
	}
}
