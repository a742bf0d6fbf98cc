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

func TestFormat(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "good.go"), "package a\n")
	write(t, filepath.Join(root, "dist", "bad.go"), "package   a\n")
	t.Run("formatted", func(t *testing.T) {
		if err := Format(root); err != nil {
			t.Error(err)
		}
	})
	t.Run("not formatted, and not Go", func(t *testing.T) {
		write(t, filepath.Join(root, "b", "bad.go"), "package   a\n")
		write(t, filepath.Join(root, "b", "worse.go"), "package {\n")
		err := Format(root)
		if err == nil {
			t.Fatal("no error")
		}
		for _, want := range []string{"bad.go: not formatted: run gofmt -w on it", "worse.go: 1:9: expected 'IDENT'"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want %q", err, want)
			}
		}
	})
}

func TestFormatLimitsTheLinesOfTests(t *testing.T) {
	long := "package a\n\n// " + strings.Repeat("x", 118) + "\n"
	root := t.TempDir()
	write(t, filepath.Join(root, "long.go"), long)
	write(t, filepath.Join(root, "fits_test.go"), strings.Replace(long, "x", "", 1))
	if err := Format(root); err != nil {
		t.Errorf("lines that fit: %v", err)
	}
	write(t, filepath.Join(root, "long_test.go"), long)
	row := "\t\"" + strings.Repeat("x", 117) + "\",\n"
	write(t, filepath.Join(root, "tabs_test.go"), "package a\n\nvar _ = []string{\n"+row+"}\n")
	err := Format(root)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"long_test.go:3: 121 columns: ", "tabs_test.go:4: 121 columns: "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
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
	t.Run("allowed", func(t *testing.T) {
		if err := TopLevel(root, modules); err != nil {
			t.Error(err)
		}
	})
	t.Run("another file", func(t *testing.T) {
		write(t, filepath.Join(root, "notes.txt"), "")
		if err := TopLevel(root, modules); err == nil || !strings.HasPrefix(err.Error(), "notes.txt: ") {
			t.Errorf("error %v, want one about notes.txt", err)
		}
	})
}
