package build

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
)

// TestDocumentsAreBuiltAgainWhenSomethingChanged makes the documents of the monorepo in
// another folder, and changes one thing after the other.
func TestDocumentsAreBuiltAgainWhenSomethingChanged(t *testing.T) {
	monorepo, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	ws := workspace.Workspace{Root: t.TempDir(), Modules: []string{filepath.Join(monorepo.Root, "profiles")}}
	deployable := filepath.Join(ws.Root, workspace.Dist, pipeline.DeployableFile)
	environments := filepath.Join(ws.Root, filepath.FromSlash(workspace.Environments))
	if err := os.MkdirAll(environments, 0o755); err != nil {
		t.Fatal(err)
	}
	want, err := Documents(ws)
	if err != nil {
		t.Fatal(err)
	}
	longAgo := time.Unix(0, 0)
	written := func() (changed bool) { // whether the document has been written since the last call
		info, err := os.Stat(deployable)
		if err != nil {
			t.Fatal(err)
		}
		if changed = !info.ModTime().Equal(longAgo); changed {
			if err := os.Chtimes(deployable, longAgo, longAgo); err != nil {
				t.Fatal(err)
			}
		}
		return changed
	}
	written()
	for _, test := range []struct {
		name, file, content string
		built               bool
	}{
		{name: "nothing"},
		{name: "an environment", file: filepath.Join(environments, "prod.json"), content: `{}`, built: true},
		{name: "nothing again"},
		{name: "an edited document", file: deployable, content: "{}", built: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.file != "" {
				if err := os.WriteFile(test.file, []byte(test.content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if test.file == deployable {
				written()
			}
			got, err := Documents(ws)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the contract (-want +got):\n%s", diff)
			}
			if built := written(); built != test.built {
				t.Errorf("built: %v, want %v", built, test.built)
			}
		})
	}
}

func TestServed(t *testing.T) {
	ws := workspace.Workspace{Root: t.TempDir()}
	if Served(ws, []byte("one")) {
		t.Error("a document counts as served before any was")
	}
	if err := SetServed(ws, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if !Served(ws, []byte("one")) {
		t.Error("the served document does not count as served")
	}
	if Served(ws, []byte("two")) {
		t.Error("another document counts as served")
	}
}
