package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/workspace"
)

// newClone returns a monorepo whose magefile imports a package with the given source.
func newClone(t *testing.T, source string) string {
	t.Helper()
	t.Setenv("GOCACHE", t.TempDir())
	t.Setenv("GOWORK", "")
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.work":                  "go 1.26.0\n\nuse ./infra\n",
		magefile:                   "//go:build mage\n\npackage main\n\nimport _ \"example.com/infra/targets\"\n",
		"infra/go.mod":             "module example.com/infra\n\ngo 1.26.0\n",
		"infra/targets/targets.go": source,
	} {
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestCompile(t *testing.T) {
	for _, test := range []struct {
		name, source string
		terminal     bool
		want         string // a regular expression
	}{
		{
			name: "in a terminal", source: "package targets\n", terminal: true,
			want: `^\r\x1b\[Ktargets +\ds  1 compiled: example.com/infra/targets\r\x1b\[K` +
				`targets +[\d.]+s  1 compiled; .*\n$`,
		},
		{
			name: "piped", source: "package targets\n",
			want: `^targets +compiling .*\ntargets +[\d.]+s  1 compiled; .*\n$`,
		},
		{name: "does not compile", source: "package targets\n\nvar a int = \"\"\n", want: `^targets +compiling .*\n$`},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := newClone(t, test.source)
			var out strings.Builder
			compile(root, progress{out: &out, terminal: test.terminal})
			if !regexp.MustCompile(test.want).MatchString(out.String()) {
				t.Errorf("output %q, want a match of %s", out.String(), test.want)
			}
		})
	}
	t.Run("a second time", func(t *testing.T) {
		root := newClone(t, "package targets\n")
		var first, second strings.Builder
		compile(root, progress{out: &first})
		compile(root, progress{out: &second})
		if second.Len() > 0 {
			t.Errorf("output %q, want nothing", second.String())
		}
	})
}

func TestIsNewClone(t *testing.T) {
	root := newClone(t, "package targets\n")
	if !isNewClone(root) {
		t.Error("a clone without dist is not new")
	}
	if isNewClone(filepath.Join(root, "infra")) {
		t.Error("a module's folder is a new clone")
	}
	if err := os.Mkdir(filepath.Join(root, workspace.Dist), 0o755); err != nil {
		t.Fatal(err)
	}
	if isNewClone(root) {
		t.Error("a clone with dist is new")
	}
}
