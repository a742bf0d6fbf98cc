package docs

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/git"
	"github.com/meridian-api/meridian/contract/portal"
)

// TestReleased reads the specifications of releases that the working tree does not have.
func TestReleased(t *testing.T) {
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1",
		"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
		"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
	} {
		t.Setenv(name, value)
	}
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		if _, err := git.Run(t.Context(), dir, args...); err != nil {
			t.Fatal(err)
		}
	}
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run("init", "--quiet")
	write("orders/go.mod", "module example.com/orders\n")
	write("platform/go.mod", "module example.com/platform\n")
	for _, version := range []string{"v0.9.0", "v0.10.0"} {
		write("orders/openapi.json", version)
		run("add", "--all")
		run("commit", "--quiet", "--message=x")
		run("tag", "orders/"+version)
		run("tag", "platform/"+version)
	}
	write("orders/openapi.json", "not released")
	got, err := released(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []portal.Specification{
		{Context: "orders", Version: "v0.10.0", Document: []byte("v0.10.0")},
		{Context: "orders", Version: "v0.9.0", Document: []byte("v0.9.0")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("specifications (-want +got):\n%s", diff)
	}
}
