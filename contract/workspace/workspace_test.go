package workspace

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/internal/specimen"
)

// monorepo writes a monorepo with two contexts.
func monorepo(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := specimen.WriteMonorepo(dir, specimen.Contexts(2, 6)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// writeFile writes a file and its folders. path has the elements of its path.
func writeFile(t *testing.T, text string, path ...string) {
	t.Helper()
	name := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestContexts(t *testing.T) {
	dir := monorepo(t)
	writeFile(t, "go 1.26\nuse (\n\t./context01\n\t./platform\n\t./context00\n)\n", dir, "go.work")
	writeFile(t, "module example.org/platform\n", dir, "platform", "go.mod")
	w, err := Find(filepath.Join(dir, "context00", "api"))
	if err != nil {
		t.Fatal(err)
	}
	modules := []string{filepath.Join(dir, "context01"), filepath.Join(dir, "platform"), filepath.Join(dir, "context00")}
	if diff := cmp.Diff(Workspace{Root: dir, Modules: modules}, w); diff != "" {
		t.Errorf("workspace (-want +got):\n%s", diff)
	}
	list, err := w.Contexts()
	if err != nil {
		t.Fatal(err)
	}
	want := []Context{
		{Name: "context00", Dir: filepath.Join(dir, "context00"), Module: "example.org/context00", root: dir},
		{Name: "context01", Dir: filepath.Join(dir, "context01"), Module: "example.org/context01", root: dir},
	}
	if diff := cmp.Diff(want, list, cmp.AllowUnexported(Context{})); diff != "" {
		t.Fatalf("contexts (-want +got):\n%s", diff)
	}
	doc, err := list[0].Spec()
	if err != nil || doc.Paths.Len() == 0 {
		t.Errorf("specification %v, error %v", doc, err)
	}
	service, err := list[0].Manifest()
	if err != nil || service.Name != "context00" {
		t.Errorf("manifest %v, error %v", service, err)
	}
}

func TestFindErrors(t *testing.T) {
	dir := t.TempDir()
	t.Run("no go.work", func(t *testing.T) {
		want := "no go.work in " + dir + " or above it: run inside the monorepo"
		if _, err := Find(dir); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	})
	t.Run("malformed go.work", func(t *testing.T) {
		writeFile(t, "go 1.26\nuze ./a\n", dir, "go.work")
		if _, err := Find(dir); err == nil || !strings.Contains(err.Error(), "go.work:2: ") {
			t.Errorf("error %v, want the position go.work:2", err)
		}
	})
}

func TestAContextMustBeInGoWork(t *testing.T) {
	dir := monorepo(t)
	writeFile(t, "package main\n", dir, "orders", "api", "gen", "main.go")
	check := func() error {
		w, err := Find(dir)
		if err != nil {
			t.Fatal(err)
		}
		return w.CheckUsed()
	}
	err := check()
	if err == nil || !strings.Contains(err.Error(),
		"orders is a context that go.work does not use: run 'go work use ./orders'") {
		t.Errorf("got %v", err)
	}
	writeFile(t, "go 1.26\nuse (\n\t./context00\n\t./context01\n\t./orders\n)\n", dir, "go.work")
	if err := check(); err != nil {
		t.Errorf("with the context in go.work: %v", err)
	}
}

func TestContextErrors(t *testing.T) {
	tests := map[string]struct {
		change func(t *testing.T, dir string)
		read   func(Context) error
		want   string
	}{
		"no module": {
			change: func(t *testing.T, dir string) { writeFile(t, "", dir, "context00", "go.mod") },
			want:   "context context00: context00/go.mod has no module directive",
		},
		"no go.mod": {
			change: func(t *testing.T, dir string) { remove(t, dir, "context00", "go.mod") },
			want:   "context context00: open ",
		},
		"two of one name": {
			change: func(t *testing.T, dir string) {
				writeFile(t, "go 1.26\nuse ./context00\nuse ./context01\nuse ./more/context00\n", dir, "go.work")
				writeFile(t, "module a\n", dir, "more", "context00", "go.mod")
				writeFile(t, "package main\n", dir, "more", "context00", "api", "gen", "main.go")
			},
			want: "the contexts context00 and more/context00 have the same name context00: rename one folder",
		},
		"no specification": {
			change: func(t *testing.T, dir string) { remove(t, dir, "context00", "openapi.json") },
			read:   func(c Context) error { _, err := c.Spec(); return err },
			want:   "context context00 has no context00/openapi.json: run 'go tool mage generate'",
		},
		"no manifest": {
			change: func(t *testing.T, dir string) { remove(t, dir, "context00", "service.json") },
			read:   func(c Context) error { _, err := c.Manifest(); return err },
			want:   "context context00 has no context00/service.json: run 'go tool mage generate'",
		},
		"a broken specification": {
			change: func(t *testing.T, dir string) { writeFile(t, `{"openapi":`, dir, "context00", "openapi.json") },
			read:   func(c Context) error { _, err := c.Spec(); return err },
			want:   "context00/openapi.json:1:12: unexpected end of the document, expected a value",
		},
		"an empty specification": {
			change: func(t *testing.T, dir string) { writeFile(t, "", dir, "context00", "openapi.json") },
			read:   func(c Context) error { _, err := c.Spec(); return err },
			want:   "context00/openapi.json: the document is empty",
		},
		"a specification in YAML": {
			change: func(t *testing.T, dir string) { writeFile(t, "openapi: 3.0.3\n", dir, "context00", "openapi.json") },
			read:   func(c Context) error { _, err := c.Spec(); return err },
			want:   "context00/openapi.json:1:1: unexpected 'o', expected a value",
		},
		"a reference to another file": {
			change: func(t *testing.T, dir string) {
				const text = `{"openapi":"3.0.3","info":{},"paths":{},"components":{"schemas":{"A":{"$ref":"go.mod"}}}}`
				writeFile(t, text, dir, "context00", "openapi.json")
			},
			read: func(c Context) error { _, err := c.Spec(); return err },
			want: "context00/openapi.json: encountered disallowed external reference",
		},
		"a broken manifest": {
			change: func(t *testing.T, dir string) { writeFile(t, `{`, dir, "context00", "service.json") },
			read:   func(c Context) error { _, err := c.Manifest(); return err },
			want:   "service.json: unexpected end of JSON input",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := monorepo(t)
			test.change(t, dir)
			w, err := Find(dir)
			if err != nil {
				t.Fatal(err)
			}
			list, err := w.Contexts()
			if test.read != nil {
				if err != nil {
					t.Fatal(err)
				}
				err = test.read(list[slices.IndexFunc(list, func(c Context) bool { return c.Name == "context00" })])
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

func remove(t *testing.T, path ...string) {
	t.Helper()
	if err := os.Remove(filepath.Join(path...)); err != nil {
		t.Fatal(err)
	}
}

func TestOnlyKeepsOneContextAndTheOtherModules(t *testing.T) {
	dir := monorepo(t)
	writeFile(t, "go 1.26\nuse (\n\t./context01\n\t./platform\n\t./context00\n)\n", dir, "go.work")
	writeFile(t, "module example.org/platform\n", dir, "platform", "go.mod")
	w, err := Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	w.Pins = map[string]Pin{"context01": {Version: "v1.0.0", Dir: filepath.Join(dir, "context01")},
		"context02": {Version: "v1.0.0"}}
	only := w.Only("context01")
	want := Workspace{
		Root: dir, Modules: []string{filepath.Join(dir, "context01"), filepath.Join(dir, "platform")},
		Pins: map[string]Pin{"context01": w.Pins["context01"]},
	}
	if diff := cmp.Diff(want, only); diff != "" {
		t.Errorf("workspace (-want +got):\n%s", diff)
	}
	if len(w.Pins) != 2 || len(w.Modules) != 3 {
		t.Errorf("the workspace itself became %+v", w)
	}
}

func TestPinnedContext(t *testing.T) {
	dir := monorepo(t)
	w, err := Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	released := filepath.Join(dir, "dist", "pinned", "context00@v1.4.0")
	writeFile(t, "module example.org/released\n", released, "go.mod")
	writeFile(t, "module example.org/gone\n", dir, "gone", "go.mod")
	pin, gone := Pin{Version: "v1.4.0", Dir: released}, Pin{Version: "v2.0.0", Dir: filepath.Join(dir, "gone")}
	w.Pins = map[string]Pin{"context00": pin, "gone": gone}
	list, err := w.Contexts()
	if err != nil {
		t.Fatal(err)
	}
	want := []Context{
		{Name: "context00", Dir: released, Module: "example.org/released", Pin: &pin, root: dir},
		{Name: "context01", Dir: filepath.Join(dir, "context01"), Module: "example.org/context01", root: dir},
		{Name: "gone", Dir: gone.Dir, Module: "example.org/gone", Pin: &gone, root: dir},
	}
	if diff := cmp.Diff(want, list, cmp.AllowUnexported(Context{})); diff != "" {
		t.Errorf("contexts (-want +got):\n%s", diff)
	}
}
