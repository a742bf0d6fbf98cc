package provision

import (
	"bytes"
	"cmp"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/rehearsal"
)

// install installs the stand-in for the AWS provider.
var install = sync.OnceValues(func() (rehearsal.Provider, error) {
	ws, err := workspace.Find(".")
	if err != nil {
		return rehearsal.Provider{}, err
	}
	return rehearsal.Install(context.Background(), ws.Root)
})

// slots limits how many Terraforms run at a time: each takes a core, and a
// provider beside it.
var slots = make(chan struct{}, 2)

// offline returns a Terraform that uses the stand-in, so that a test needs no AWS
// account. The variable TERRAFORM can name another program, such as tofu. Without
// the variable and without Terraform the test is skipped.
func offline(t *testing.T) Terraform {
	t.Helper()
	binary := os.Getenv("TERRAFORM")
	if _, err := exec.LookPath(cmp.Or(binary, "terraform")); err != nil && binary == "" {
		t.Skipf("no Terraform: %v", err)
	} else if err != nil {
		t.Fatalf("TERRAFORM: %v", err)
	}
	provider, err := install()
	if err != nil {
		t.Fatal(err)
	}
	return Terraform{Binary: binary, Env: provider.Environ()}
}

// house is a copy of the files of the monorepo that Terraform reads, with a document and
// functions in place of built ones.
type house struct {
	root     string
	services []*manifest.Service
}

// systemNames names another system than this repository's, so that a name of this one in
// Terraform is found.
const systemNames = `{"name": "acme", "title": "Acme", "repository": "acme/acme"}`

// mergeContexts returns the root of the monorepo and its merged document.
func mergeContexts(t *testing.T) (root string, merged pipeline.Merged) {
	t.Helper()
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	if merged, err = pipeline.Merge(ws.Root); err != nil {
		t.Fatal(err)
	}
	return ws.Root, merged
}

func newHouse(t *testing.T) house {
	t.Helper()
	root, merged := mergeContexts(t)
	result, err := deployable.From(merged.Doc, merged.Services, deployable.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := house{root: t.TempDir(), services: merged.Services}
	for _, dir := range []string{Sources, Environments} {
		if err := os.CopyFS(filepath.Join(h.root, dir), os.DirFS(filepath.Join(root, dir))); err != nil {
			t.Fatal(err)
		}
	}
	h.write(t, workspace.SystemFile, []byte(systemNames))
	h.write(t, "dist/deployable.json", result.Document)
	h.write(t, "dist/site/index.html", []byte("<!doctype html>"))
	for _, function := range []string{"add-claims", "rotate-secret"} {
		h.write(t, "dist/functions/linux-arm64/platform/"+function+".zip", []byte(function))
	}
	for i, s := range merged.Services {
		data, err := os.ReadFile(filepath.Join(merged.Contexts[i].Dir, manifest.File))
		if err != nil {
			t.Fatal(err)
		}
		h.write(t, filepath.Join(s.Name, manifest.File), data)
		for short := range s.Functions {
			h.write(t, filepath.Join("dist/functions/linux-arm64", s.Name, short+".zip"), []byte(short))
		}
	}
	return h
}

func (h house) write(t *testing.T, name string, data []byte) {
	t.Helper()
	path := filepath.Join(h.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// edit replaces text that occurs once in a file.
func (h house) edit(t *testing.T, name, old, replacement string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(h.root, name))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Count(data, []byte(old)) != 1 {
		t.Fatalf("%s does not have %q once", name, old)
	}
	h.write(t, name, bytes.Replace(data, []byte(old), []byte(replacement), 1))
}

// contexts returns the names of the bounded contexts.
func (h house) contexts() []string {
	var names []string
	for _, s := range h.services {
		names = append(names, s.Name)
	}
	return names
}

// stage copies the roots for an environment with its present settings.
func (h house) stage(t *testing.T, environment string) Workspace {
	t.Helper()
	e, err := ReadEnvironment(h.root, environment)
	if err != nil {
		t.Fatal(err)
	}
	w, err := Stage(h.root, e)
	if err != nil {
		t.Fatal(err)
	}
	return w
}
