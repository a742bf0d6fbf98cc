package check

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// buildFor builds a program for Lambda's system, stripped as functions are.
func buildFor(t *testing.T, source string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module example.com/p\n\ngo 1.26.0\n")
	write(t, filepath.Join(dir, "main.go"), source)
	cmd := exec.CommandContext(t.Context(), "go", "build", "-ldflags", "-s -w", "-o", "p", ".")
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), "GOWORK=off", "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return filepath.Join(dir, "p")
}

func TestBinaries(t *testing.T) {
	lean := buildFor(t, "package main\nfunc main() { println(1) }\n")
	slow := buildFor(t, `package main

import (
	"os"
	"reflect"
)

func main() { reflect.ValueOf(os.Stdout).MethodByName(os.Args[1]).Call(nil) }
`)
	if err := Binaries(map[string]map[string]string{"a": {"lean": lean}}); err != nil {
		t.Error(err)
	}
	err := Binaries(map[string]map[string]string{"a": {"lean": lean, "slow": slow}})
	if err == nil || !strings.HasPrefix(err.Error(), "a/slow: links reflect.Value.MethodByName") {
		t.Errorf("got %v", err)
	}
	tight := budget{BinaryBytes: 1000, ZipBytes: 100}
	if err := tight.check(lean); err == nil || strings.Count(err.Error(), "the budget is") != 2 {
		t.Errorf("got %v", err)
	}
}
