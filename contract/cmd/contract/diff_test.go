package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A document of another project, and later ones that keep and break its clients.
const (
	earlier = valid0 + "  /orders:\n    get:\n      operationId: list\n      security: []\n      parameters:\n" +
		"      - {name: page, in: query, schema: {type: string}}\n      responses:\n        200: {description: ok}\n"
	valid0  = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n"
	kept    = earlier + "  /carts:\n    get: {operationId: carts, security: [], responses: {200: {description: ok}}}\n"
	removed = valid0 + "  /carts:\n    get: {operationId: carts, security: [], responses: {200: {description: ok}}}\n"
)

func TestDiff(t *testing.T) {
	dir := t.TempDir()
	old, same := write(t, dir, "old.yaml", earlier), write(t, dir, "same.yaml", earlier)
	more, less := write(t, dir, "more.yaml", kept), write(t, dir, "less.yaml", removed)
	for name, test := range map[string]struct {
		args           []string
		code           int
		stdout, stderr string
	}{
		"no change":           {args: []string{old, same}},
		"a compatible change": {args: []string{old, more}, stdout: "GET /carts: "},
		"a breaking change":   {args: []string{old, less}, code: 1, stdout: "old.yaml:5\n"},
		"for GitHub":          {args: []string{"-format", "github", old, less}, code: 1, stdout: "::error title="},
		"as JSON":             {args: []string{"-format", "json", old, less}, code: 1, stdout: `"level": "breaking"`},
		"one file":            {args: []string{old}, code: 2, stderr: "1 files, want the earlier and the later document"},
		"an unknown format":   {args: []string{"-format", "xml", old, same}, code: 2, stderr: `unknown format "xml"`},
		"a missing file":      {args: []string{old, filepath.Join(dir, "none.yaml")}, code: 2, stderr: "none.yaml"},
		"not a document":      {args: []string{old, write(t, dir, "list.yaml", "- 1\n")}, code: 2, stderr: "list.yaml"},
		"a document of nobody": {args: []string{old, write(t, dir, "empty.json", "{}")}, code: 2,
			stderr: "info or paths are missing"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr strings.Builder
			if code := run(append([]string{"diff"}, test.args...), dir, &stdout, &stderr); code != test.code {
				t.Errorf("exit code %d, want %d\n%s%s", code, test.code, &stdout, &stderr)
			}
			checkOutput(t, "stdout", stdout.String(), test.stdout)
			checkOutput(t, "stderr", stderr.String(), test.stderr)
		})
	}
}

// asProgram makes the test's binary the command.
const asProgram = "CONTRACT_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// TestAction runs the script of the GitHub Action on a repository whose document changes.
func TestAction(t *testing.T) {
	script, err := filepath.Abs("../../../.github/actions/contract/run")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@b"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git: %v\n%s", err, out)
		}
	}
	action := func(files, base string) (string, error) {
		cmd := exec.Command("bash", script)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "CONTRACT="+program, "FILES="+files, "BASE="+base,
			"ARGUMENTS=-mode contract", asProgram+"=1")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	write(t, dir, "api.yaml", earlier)
	git("init", "-q", "-b", "main")
	git("add", "--all")
	git("commit", "-q", "-m", "one")
	if out, err := action("api.yaml", "main"); err != nil {
		t.Errorf("without a change: %v\n%s", err, out)
	}
	write(t, dir, "api.yaml", removed)
	write(t, dir, "new.yaml", valid)
	if out, err := action("api.yaml new.yaml", "main"); err == nil || !strings.Contains(out, "::error title=") {
		t.Errorf("with a breaking change: %v\n%s", err, out)
	}
	if out, err := action("api.yaml", "elsewhere"); err == nil {
		t.Errorf("with a base that the clone lacks: it succeeded\n%s", out)
	}
}
