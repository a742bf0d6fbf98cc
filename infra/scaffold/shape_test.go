package scaffold

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/workspace"
)

// existing returns the contexts of this repository with the data of their templates.
func existing(t *testing.T) map[workspace.Context]contextData {
	t.Helper()
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	list, err := ws.Contexts()
	if err != nil {
		t.Fatal(err)
	}
	found := map[workspace.Context]contextData{}
	for _, c := range list {
		data, err := newContextData(ws.Root, c.Name, nil)
		if err != nil {
			t.Fatal(err)
		}
		found[c] = data
	}
	if len(found) < 2 {
		t.Fatalf("found the contexts %v, want at least two to compare", list)
	}
	return found
}

// TestANewContextHasTheFilesThatAllContextsHave fails when the contexts get a file that
// a new context lacks.
func TestANewContextHasTheFilesThatAllContextsHave(t *testing.T) {
	count, total := map[string]int{}, 0
	for c, data := range existing(t) {
		total++
		for _, name := range filesOf(t, c.Dir) {
			// The names of a context, such as lambda/check-accounts, become the templates' names.
			name = strings.NewReplacer(data.Context, "@context", data.One, "@one").Replace(name)
			count[name]++
		}
	}
	written := []string{"LICENSE", "go.sum", "magefile.go", "openapi.json", "service.json",
		"api/system.go", "client/client.go"} // not from templates; the target contract:client writes the last
	err := fs.WalkDir(templates, "templates/context", func(name string, _ fs.DirEntry, err error) error {
		written = append(written, strings.TrimSuffix(strings.TrimPrefix(name, "templates/context/"), suffix))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	common := 0
	for name, n := range count {
		if n < total {
			continue
		}
		common++
		// A layer may spread over other files than the templates.
		if layer := path.Dir(name); !slices.Contains(written, name) && (layer == "." || !slices.Contains(written, layer)) {
			t.Errorf("every context has %s, and a new one has not: add it to the templates", name)
		}
	}
	if common < 15 {
		t.Errorf("the contexts have only %d files in common, so this test has lost its object", common)
	}
}

// filesOf returns the files below a folder, with slashes.
func filesOf(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestTheContextsHaveTheTextOfTheTemplates compares the files that follow from a context's
// name alone.
func TestTheContextsHaveTheTextOfTheTemplates(t *testing.T) {
	for c, data := range existing(t) {
		for _, name := range []string{"api/gen/main.go", "api/gen/main_test.go", "lambda/check-@context/main.go"} {
			t.Run(c.Name+"/"+name, func(t *testing.T) {
				want, err := render("templates/context/"+name+suffix, data)
				if err != nil {
					t.Fatal(err)
				}
				file := filepath.Join(c.Dir, filepath.FromSlash(strings.ReplaceAll(name, "@context", data.Context)))
				got, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), string(got)); diff != "" {
					t.Errorf("the context differs from the template: change one of them (-template +context):\n%s", diff)
				}
			})
		}
	}
}
