package check

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/infra/build"
)

// buildForLambda builds a program for Lambda's system, stripped as functions are, and
// returns its path.
func buildForLambda(t *testing.T, source string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module example.com/p\n\ngo 1.26.0\n")
	write(t, filepath.Join(dir, "main.go"), source)
	cmd := command.Go(dir, "build", "-ldflags", "-s -w", "-o", "p", ".")
	cmd.Env = []string{"GOWORK=off", "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0"}
	if err := cmd.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "p")
}

func TestBinaries(t *testing.T) {
	lean := buildForLambda(t, "package main\nfunc main() { println(1) }\n")
	t.Run("lean", func(t *testing.T) {
		if err := Binaries(build.Binaries{"a": {"lean": lean}}); err != nil {
			t.Error(err)
		}
	})
	t.Run("links MethodByName", func(t *testing.T) {
		slow := buildForLambda(t, `package main

import (
	"os"
	"reflect"
)

func main() { reflect.ValueOf(os.Stdout).MethodByName(os.Args[1]).Call(nil) }
`)
		err := Binaries(build.Binaries{"a": {"lean": lean, "slow": slow}})
		if err == nil || !strings.HasPrefix(err.Error(), "a/slow: the binary links reflect.Value.MethodByName") {
			t.Errorf("error %v, want one about a/slow and MethodByName", err)
		}
	})
	t.Run("over the budget", func(t *testing.T) {
		tight := budget{BinaryBytes: 1000, ZipBytes: 100}
		if err := tight.check(lean); err == nil || strings.Count(err.Error(), "the budget is") != 2 {
			t.Errorf("error %v, want one for each size", err)
		}
	})
}

func TestLinkErrors(t *testing.T) {
	for name, want := range map[string]string{
		"go.opentelemetry.io/otel/sdk/trace.NewTracerProvider":       "slows the cold start",
		"github.com/aws/aws-sdk-go-v2/config.LoadDefaultConfig":      "slows the cold start",
		"reflect.Value.Method":                                       "keeps every exported method",
		"go.opentelemetry.io/otel/trace.SpanFromContext":             "",
		"github.com/aws/aws-sdk-go-v2/internal/configsources.Config": "",
	} {
		t.Run(name, func(t *testing.T) {
			errs := linkErrors(map[string]bool{"main.main": true, name: true})
			if want == "" && len(errs) != 0 || want != "" && (len(errs) != 1 || !strings.Contains(errs[0].Error(), want)) {
				t.Errorf("errors %v, want one that contains %q, or no error for no text", errs, want)
			}
		})
	}
}
