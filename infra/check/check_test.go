package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeWorkspace writes files (path to content) into a new folder with the modules
// that the paths begin with, and a go.work.
func writeWorkspace(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	work := "go 1.26.0\n"
	modules := map[string]bool{}
	for name, content := range files {
		module, _, _ := strings.Cut(name, "/")
		if !modules[module] {
			modules[module] = true
			work += "use ./" + module + "\n"
			write(t, filepath.Join(root, module, "go.mod"), "module example.com/"+module+"\n\ngo 1.26.0\n")
		}
		write(t, filepath.Join(root, name), content)
	}
	write(t, filepath.Join(root, "go.work"), work)
	return root
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestImports(t *testing.T) {
	legal := map[string]string{
		"platform/p.go":         "package platform\n",
		"contract/c.go":         "package contract\nimport _ \"example.com/platform\"\n",
		"orders/o.go":           "package orders\nimport _ \"example.com/platform\"\n",
		"orders/api/gen/m.go":   "package main\nimport _ \"example.com/contract\"\nfunc main() {}\n",
		"orders/lambda/g/m.go":  "package main\nimport _ \"example.com/orders\"\nfunc main() {}\n",
		"invoices/i.go":         "package invoices\n",
		"infra/i.go":            "package infra\nimport (\n_ \"example.com/contract\"\n_ \"example.com/platform\"\n)\n",
		"invoices/api/gen/m.go": "package main\nimport _ \"example.com/contract\"\nfunc main() {}\n",
	}
	for name, test := range map[string]struct {
		file, content string
		want          string
	}{
		"as designed": {"", "", ""},
		"a context imports another": {"orders/x.go", "package orders\nimport _ \"example.com/invoices\"\n",
			"example.com/orders imports example.com/invoices: orders may import of our modules only platform, itself"},
		"a test counts": {"orders/x_test.go", "package orders\nimport _ \"example.com/invoices\"\n",
			"example.com/orders imports example.com/invoices"},
		"a Lambda imports the contract": {"orders/lambda/g/x.go", "package main\nimport _ \"example.com/contract\"\n",
			"example.com/orders/lambda/g imports example.com/contract"},
		"infra imports a context": {"infra/x.go", "package infra\nimport _ \"example.com/orders\"\n",
			"example.com/infra imports example.com/orders: infra may import of our modules only contract, platform, itself"},
		"the platform imports anything": {"platform/q/x.go", "package q\nimport _ \"example.com/contract\"\n",
			"example.com/platform/q imports example.com/contract: platform may import of our modules only itself"},
	} {
		t.Run(name, func(t *testing.T) {
			root := writeWorkspace(t, legal)
			if test.file != "" {
				write(t, filepath.Join(root, test.file), test.content)
			}
			modules, err := Modules(t.Context(), root)
			if err != nil {
				t.Fatal(err)
			}
			err = Imports(t.Context(), modules)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestLeanNamesWhatToUseInstead(t *testing.T) {
	err := lean(pkg{ImportPath: "x/lambda/get", Deps: []string{"fmt", "github.com/aws/aws-sdk-go-v2/config", "google.golang.org/grpc/codes", "github.com/aws/aws-sdk-go-v2/configuration"}})
	if err == nil || strings.Count(err.Error(), "\n") != 1 || !strings.Contains(err.Error(), "use platform/lambdaenv") {
		t.Errorf("got %v", err)
	}
}

func TestFormat(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "good.go"), "package a\n")
	write(t, filepath.Join(root, "dist", "bad.go"), "package   a\n")
	if err := Format(root); err != nil {
		t.Error(err)
	}
	write(t, filepath.Join(root, "b", "bad.go"), "package   a\n")
	write(t, filepath.Join(root, "b", "worse.go"), "package {\n")
	err := Format(root)
	if err == nil || !strings.Contains(err.Error(), "bad.go: run gofmt -w on it") || !strings.Contains(err.Error(), "worse.go: 1:9: expected 'IDENT'") {
		t.Errorf("got %v", err)
	}
}

func TestTopLevel(t *testing.T) {
	root := writeWorkspace(t, map[string]string{"orders/o.go": "package orders\n"})
	write(t, filepath.Join(root, ".ci", "run"), "")
	write(t, filepath.Join(root, "README.md"), "")
	modules, err := Modules(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	if err := TopLevel(root, modules); err != nil {
		t.Error(err)
	}
	write(t, filepath.Join(root, "notes.txt"), "")
	if err := TopLevel(root, modules); err == nil || !strings.HasPrefix(err.Error(), "notes.txt: ") {
		t.Errorf("got %v", err)
	}
}
