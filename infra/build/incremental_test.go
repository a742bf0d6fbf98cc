package build

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/workspace"
)

// generatorSource writes the context's files and counts its runs in a file.
const generatorSource = `package main

import (
	"os"

	"example.com/shop/api"
)

func main() {
	runs, _ := os.ReadFile("runs")
	os.WriteFile("runs", append(runs, '.'), 0o644)
	os.WriteFile("shop/openapi.json", []byte(api.Title), 0o644)
	os.WriteFile("shop/service.json", []byte(` + "`" + `{"name":"shop","functions":{
		"get":{"operationId":"get","source":"lambda/get","health":true},
		"put":{"operationId":"put","source":"lambda/put"}}}` + "`" + `), 0o644)
}
`

const putSource = `package main

import "example.com/shop/store"

func main() { println("put", store.X) }
`

// newShop returns a workspace with a context of two functions.
func newShop(t *testing.T) workspace.Workspace {
	t.Helper()
	ws := workspace.Workspace{Root: t.TempDir()}
	for name, content := range map[string]string{
		"go.work":                 "go 1.26.0\n\nuse ./shop\n",
		"shop/go.mod":             "module example.com/shop\n\ngo 1.26.0\n",
		"shop/api/api.go":         "package api\n\nconst Title = \"one\"\n",
		"shop/api/gen/main.go":    generatorSource,
		"shop/store/store.go":     "package store\n\nconst X = 1\n",
		"shop/lambda/get/main.go": "package main\n\nfunc main() { println(\"get\") }\n",
		"shop/lambda/put/main.go": putSource,
	} {
		writeFixture(t, ws, name, content)
	}
	ws, err := workspace.Find(ws.Root)
	if err != nil {
		t.Fatal(err)
	}
	return ws
}

// generated generates with a new Incremental, as another process would, and returns the
// contexts.
func generated(t *testing.T, ws workspace.Workspace) []string {
	t.Helper()
	names, err := NewIncremental(ws, Options{}).Generate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestGenerateSkipsWhatIsUpToDate(t *testing.T) {
	ws := newShop(t)
	shop := []string{"shop"}
	for _, test := range []struct {
		name, file, content string
		want                []string
	}{
		{name: "the first time", want: shop},
		{name: "nothing changed"},
		{name: "a handler", file: "shop/lambda/get/main.go", content: "package main\n\nfunc main() {}\n"},
		{name: "an operation", file: "shop/api/api.go", content: "package api\n\nconst Title = \"two\"\n", want: shop},
		{name: "an edited generated file", file: "shop/openapi.json", content: "edited", want: shop},
		{name: "nothing again"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.file != "" {
				writeFixture(t, ws, test.file, test.content)
			}
			if diff := cmp.Diff(test.want, generated(t, ws)); diff != "" {
				t.Errorf("generated (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("check fails if the magefile differs", func(t *testing.T) {
		writeFixture(t, ws, "shop/magefile.go", "package main\n")
		err := Generate(t.Context(), ws, true)
		if want := "shop/magefile.go is out of date: run 'go tool mage generate'"; err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
		generated(t, ws)
	})
	t.Run("check skips nothing", func(t *testing.T) {
		before, err := os.ReadFile(filepath.Join(ws.Root, "runs"))
		if err != nil {
			t.Fatal(err)
		}
		if err := Generate(t.Context(), ws, true); err != nil {
			t.Fatal(err)
		}
		after, err := os.ReadFile(filepath.Join(ws.Root, "runs"))
		if err != nil || len(after) != len(before)+1 {
			t.Errorf("%d runs, error %v, want one more than %d", len(after), err, len(before))
		}
	})
}

// functionsOf returns the binaries of the shop.
func functionsOf(t *testing.T, b *Incremental) map[string]string {
	t.Helper()
	binaries, err := b.Functions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return binaries["shop"]
}

func TestFunctionsAreBuiltWhenCalled(t *testing.T) {
	ws := newShop(t)
	generated(t, ws)
	b := NewIncremental(ws, Options{})
	functions := functionsOf(t, b)
	if b.Built(functions["get"]) || b.Built(functions["put"]) {
		t.Fatal("Functions has built a function")
	}
	if diff := cmp.Diff([]string{functions["get"]}, b.Health()); diff != "" {
		t.Errorf("functions of the health checks (-want +got):\n%s", diff)
	}
	if err := b.Prepare(t.Context(), functions["put"]); err != nil {
		t.Fatal(err)
	}
	if b.Built(functions["get"]) {
		t.Error("a function was built that is not called")
	}
	expectOutput(t, functions["put"], "put 1\n")

	writeFixture(t, ws, "shop/store/store.go", "package store\n\nconst X = 2\n")
	changed := functionsOf(t, b)
	if changed["get"] != functions["get"] || changed["put"] == functions["put"] {
		t.Fatalf("after a change of the store of put: %q, before %q", changed, functions)
	}
	if err := b.Build(t.Context(), changed["put"]); err != nil {
		t.Fatal(err)
	}
	expectOutput(t, changed["put"], "put 2\n")
	if err := b.Prune(); err != nil {
		t.Fatal(err)
	}
	if b.Built(functions["put"]) || !b.Built(changed["put"]) {
		t.Error("Prune must remove the earlier build and keep the current one")
	}
}

func expectOutput(t *testing.T, binary, want string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), binary).CombinedOutput()
	if err != nil || string(out) != want {
		t.Errorf("%s: output %q, error %v, want %q", binary, out, err, want)
	}
}

func TestErrorsHaveFileAndLine(t *testing.T) {
	ws := newShop(t)
	generated(t, ws)
	writeFixture(t, ws, "shop/lambda/put/main.go", strings.Replace(putSource, "store.X", "store.Y", 1))
	b := NewIncremental(ws, Options{})
	put := functionsOf(t, b)["put"]
	for name, build := range map[string]func() error{
		"Build": func() error { return b.Build(t.Context(), put) },
		"Check": func() error { return b.Check(t.Context(), put) },
	} {
		t.Run(name, func(t *testing.T) {
			err := build()
			var compile *CompileError
			if want := "shop/lambda/put/main.go:5:36: undefined: store.Y"; !errors.As(err, &compile) ||
				!strings.HasSuffix(err.Error(), want) {
				t.Errorf("error %v, want a *CompileError that ends with %s", err, want)
			}
		})
	}
}

func TestDebug(t *testing.T) {
	ws := newShop(t)
	generated(t, ws)
	b := NewIncremental(ws, Options{Debug: []string{"shop-put"}})
	functions, optimized := functionsOf(t, b), functionsOf(t, NewIncremental(ws, Options{}))
	if functions["put"] == optimized["put"] || functions["get"] != optimized["get"] {
		t.Errorf("to debug put: %q, otherwise %q", functions, optimized)
	}
	if err := b.Build(t.Context(), functions["put"], functions["get"]); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"put": true, "get": false} {
		out, err := exec.CommandContext(t.Context(), "go", "version", "-m", functions[name]).Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(out), "-N -l"); got != want {
			t.Errorf("%s is built without optimizations: %v, want %v\n%s", name, got, want, out)
		}
	}
	_, err := NewIncremental(ws, Options{Debug: []string{"shop-delete"}}).Functions(t.Context())
	if want := `DEBUG: unknown function "shop-delete": use a context and a function, such as shop-get`; err == nil ||
		err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestMissingLambda(t *testing.T) {
	ws := newShop(t)
	generated(t, ws)
	if err := os.RemoveAll(filepath.Join(ws.Root, "shop", "lambda", "put")); err != nil {
		t.Fatal(err)
	}
	_, err := NewIncremental(ws, Options{}).Functions(t.Context())
	if want := "the operation put of shop has no Lambda: write shop/lambda/put/main.go"; err == nil ||
		err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
