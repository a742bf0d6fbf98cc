package check

import (
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
	cmd := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "*.md")
	cmd.Dir = ws.Root
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, page := range strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 }) {
		data, err := os.ReadFile(filepath.Join(ws.Root, page))
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range link.FindAllStringSubmatch(code.ReplaceAllString(string(data), ""), -1) {
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
