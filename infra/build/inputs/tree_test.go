package inputs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/workspace"
)

const usesLib = "package main\n\nimport \"example.com/lib\"\n\n"

// newWorkspace writes two modules: shop has two commands, and imports lib.
func newWorkspace(t *testing.T) workspace.Workspace {
	t.Helper()
	ws := workspace.Workspace{Root: t.TempDir()}
	for name, content := range map[string]string{
		"go.work":                "go 1.26.0\n\nuse (\n\t./lib\n\t./shop\n)\n",
		"lib/go.mod":             "module example.com/lib\n\ngo 1.26.0\n",
		"lib/lib.go":             "package lib\n\nconst X = 1\n",
		"lib/other/other.go":     "package other\n\nconst X = 1\n",
		"shop/go.mod":            "module example.com/shop\n\ngo 1.26.0\n",
		"shop/store/store.go":    "package store\n\nimport _ \"embed\"\n\n//go:embed words/*.txt\nvar Words string\n",
		"shop/store/words/a.txt": "a",
		"shop/get/main.go": "package main\n\nimport \"example.com/shop/store\"\n\n" +
			"func main() { println(store.Words) }\n",
		"shop/put/main.go":      usesLib + "func main() { println(lib.X) }\n",
		"shop/put/main_test.go": "package main\n",
		"shop/service.json":     "{}",
	} {
		writeIn(t, ws, name, content)
	}
	ws.Modules = []string{filepath.Join(ws.Root, "lib"), filepath.Join(ws.Root, "shop")}
	return ws
}

func writeIn(t *testing.T, ws workspace.Workspace, name, content string) {
	t.Helper()
	path := filepath.Join(ws.Root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// digests refreshes a tree and returns the digests of both commands.
func digests(t *testing.T, tree *Tree) (get, put string) {
	t.Helper()
	if err := tree.Refresh(t.Context(), []string{"shop/get", "shop/put"}); err != nil {
		t.Fatal(err)
	}
	get, err := tree.Digest("shop/get")
	if err != nil {
		t.Fatal(err)
	}
	if put, err = tree.Digest("shop/put"); err != nil {
		t.Fatal(err)
	}
	return get, put
}

func TestPackages(t *testing.T) {
	ws := newWorkspace(t)
	tree := Open(ws, "", filepath.Join(ws.Root, "dist", "source.json"))
	digests(t, tree)
	want := map[string][]string{"shop/get": {"shop/get", "shop/store"}, "shop/put": {"lib", "shop/put"}}
	if diff := cmp.Diff(want, tree.Commands); diff != "" {
		t.Errorf("packages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(ws.Modules, tree.Modules()); diff != "" {
		t.Errorf("modules (-want +got):\n%s", diff)
	}
}

// TestDigest changes files one after the other, and checks which commands they change.
func TestDigest(t *testing.T) {
	ws := newWorkspace(t)
	kept := filepath.Join(ws.Root, "dist", "source.json")
	tree := Open(ws, "", kept)
	get, put := digests(t, tree)
	for _, test := range []struct {
		name, file, content string
		get, put            bool // whether the digest changes
	}{
		{name: "nothing"},
		{name: "a test", file: "shop/put/main_test.go", content: "package main\n\nvar x = 1\n"},
		{name: "a generated file", file: "shop/service.json", content: "{1}"},
		{name: "a package that no command imports", file: "lib/other/other.go", content: "package other\n"},
		{name: "a command", file: "shop/put/main.go", content: usesLib + "func main() { println(-lib.X) }\n", put: true},
		{name: "a package", file: "lib/lib.go", content: "package lib\n\nconst X = 2\n", put: true},
		{name: "a new file", file: "shop/store/new.go", content: "package store\n", get: true},
		{name: "an embedded file", file: "shop/store/words/a.txt", content: "b", get: true},
		{name: "an import", file: "lib/lib.go", content: "package lib\n\nimport _ \"example.com/lib/other\"\n", put: true},
		{name: "the imported package", file: "lib/other/other.go", content: "package other\n\nconst X = 3\n", put: true},
		{name: "the modules", file: "lib/go.mod", content: "module example.com/lib\n\ngo 1.25.0\n", get: true, put: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.file != "" {
				writeIn(t, ws, test.file, test.content)
			}
			nextGet, nextPut := digests(t, tree)
			if nextGet != get != test.get || nextPut != put != test.put {
				t.Errorf("changed: get %v, put %v, want %v, %v", nextGet != get, nextPut != put, test.get, test.put)
			}
			keptGet, keptPut := digests(t, Open(ws, "", kept))
			if keptGet != nextGet || keptPut != nextPut {
				t.Error("a tree that is opened again has other digests")
			}
			get, put = nextGet, nextPut
		})
	}
}

// TestListsOnlyWhatMayHaveChanged makes the go command fail, which only new imports notice.
func TestListsOnlyWhatMayHaveChanged(t *testing.T) {
	ws := newWorkspace(t)
	tree := Open(ws, "", filepath.Join(ws.Root, "dist", "source.json"))
	get, put := digests(t, tree)
	t.Setenv("PATH", "") // no go command
	writeIn(t, ws, "lib/lib.go", "package lib\n\nconst X = 2\n")
	nextGet, nextPut := digests(t, tree)
	if nextGet != get || nextPut == put {
		t.Errorf("changed: get %v, put %v, want put only", nextGet != get, nextPut != put)
	}
	writeIn(t, ws, "lib/lib.go", "package lib\n\nimport _ \"os\"\n\nconst X = 2\n")
	if err := tree.Refresh(t.Context(), []string{"shop/get", "shop/put"}); err == nil {
		t.Error("a new import is not listed")
	}
}

func TestErrorHasFileAndLine(t *testing.T) {
	ws := newWorkspace(t)
	tree := Open(ws, "", filepath.Join(ws.Root, "dist", "source.json"))
	_, put := digests(t, tree)
	writeIn(t, ws, "shop/put/main.go", "package main\n\nimport \"example.com/lib/missing\"\n\nfunc main() {}\n")
	err := tree.Refresh(t.Context(), []string{"shop/get", "shop/put"})
	if want := "main.go:3:8: "; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %q", err, want)
	}
	if got, err := tree.Digest("shop/put"); err != nil || got != put {
		t.Errorf("after the error: digest %s, error %v, want the one from before", got, err)
	}
}
