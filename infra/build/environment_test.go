package build

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/meridian-api/meridian/contract/workspace"
)

// TestBuildDependsOnSourceOnly builds a function on machines with different
// settings, with a commit in between.
func TestBuildDependsOnSourceOnly(t *testing.T) {
	ws := fixture(t)
	machines := []struct {
		name   string
		env    map[string]string
		readme string
	}{
		{name: "plain", readme: "one"},
		{name: "the commit is stamped", env: map[string]string{"GOFLAGS": "-buildvcs=true"}, readme: "two"},
		{name: "the flags add a tag", env: map[string]string{"GOFLAGS": "-tags=other"}},
		{name: "another processor", env: map[string]string{"GOARM64": "v9.0", "GOAMD64": "v3"}},
		{name: "another library", env: map[string]string{"GOFIPS140": "latest"}},
		{name: "an experiment", env: map[string]string{"GOEXPERIMENT": "nogreenteagc"}},
		{name: "flags of go env", env: map[string]string{"GOENV": settingsFile(t, "GOFLAGS=-tags=other\n")}},
	}
	var want []byte
	for _, m := range machines {
		t.Run(m.name, func(t *testing.T) {
			for name, value := range m.env {
				t.Setenv(name, value)
			}
			if m.readme != "" {
				writeFixture(t, ws, "README.md", m.readme)
				commit(t, ws)
			}
			got := buildFixture(t, ws)
			if want == nil {
				want = got
			}
			if !bytes.Equal(got, want) {
				t.Errorf("the binary differs from the first")
			}
		})
	}
	writeFixture(t, ws, "fixture/get/main.go", "package main\n\nfunc main() { println(2) }\n")
	if bytes.Equal(buildFixture(t, ws), want) {
		t.Error("another source gives the same binary")
	}
}

// fixture returns a repository with one module, whose function depends on a tag.
func fixture(t *testing.T) workspace.Workspace {
	t.Helper()
	ws := workspace.Workspace{Root: t.TempDir()}
	writeFixture(t, ws, "go.work", "go 1.26.0\n\nuse ./fixture\n")
	writeFixture(t, ws, "fixture/go.mod", "module example.com/fixture\n\ngo 1.26.0\n")
	writeFixture(t, ws, "fixture/get/main.go", "package main\n\nfunc main() { println(1) }\n")
	writeFixture(t, ws, "fixture/get/tagged.go", "//go:build other\n\npackage main\n\nfunc init() { println(3) }\n")
	writeFixture(t, ws, ".gitignore", "dist\n")
	git(t, ws, "init", "-q")
	return ws
}

func settingsFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func buildFixture(t *testing.T, ws workspace.Workspace) []byte {
	t.Helper()
	paths, err := compile(t.Context(), ws, Lambda,
		source{
			to:  filepath.Join(ws.Root, workspace.Dist, "functions", "fixture"),
			dir: filepath.Join(ws.Root, "fixture"), mains: map[string]string{"get": "./get"},
		})
	if err != nil {
		t.Fatal(err)
	}
	binary, err := os.ReadFile(paths["get"])
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

func writeFixture(t *testing.T, ws workspace.Workspace, name, content string) {
	t.Helper()
	path := filepath.Join(ws.Root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func commit(t *testing.T, ws workspace.Workspace) {
	t.Helper()
	git(t, ws, "add", ".")
	git(t, ws, "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-qm", "Change the README")
}

func git(t *testing.T, ws workspace.Workspace, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = ws.Root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %q: %v\n%s", args, err, out)
	}
}
