package generate

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/contract/generate/fixture/api"
	misfit "github.com/meridian-api/meridian/contract/generate/internal/misfit/api"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/rest"
)

// contextFolder returns a copy of the fixture's source without generated files. It
// is in this module, so that its packages resolve.
func contextFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("internal", "copy-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.CopyFS(dir, os.DirFS("fixture")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{manifest.SpecFile, manifest.File} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func runMain(svc rest.Service, args ...string) (code int, stderr string) {
	var out bytes.Buffer
	code = run(svc, "/nowhere/api/gen/main.go", args, &out)
	return code, out.String()
}

func TestMainWritesAndChecks(t *testing.T) {
	dir := contextFolder(t)
	base := filepath.Base(dir)
	outdated := func(file string) string {
		return base + "/" + file + " is out of date: run 'go tool mage generate'\n"
	}
	checkRun := func(step string, wantCode int, wantErr string, args ...string) {
		t.Helper()
		if code, stderr := runMain(api.Service(), append(args, "-dir", dir)...); code != wantCode || stderr != wantErr {
			t.Errorf("%s: exit code %d, stderr %q; want %d, %q", step, code, stderr, wantCode, wantErr)
		}
	}
	checkRun("check without files", 1, outdated(manifest.SpecFile)+outdated(manifest.File), "-check")
	if _, err := os.Stat(filepath.Join(dir, manifest.SpecFile)); err == nil {
		t.Error("-check wrote a file")
	}
	checkRun("write", 0, "")
	checkRun("check", 0, "", "-check")

	path := filepath.Join(dir, manifest.File)
	old := time.Unix(1_000_000_000, 0) // build tools compare the modification time
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	checkRun("write without changes", 0, "")
	if info, err := os.Stat(path); err != nil || !info.ModTime().Equal(old) {
		t.Error("a file that is up to date was written again")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(data, []byte("1024"), []byte("512"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	checkRun("check an edited file", 1, outdated(manifest.File), "-check")
	checkRun("overwrite it", 0, "")
	if written, err := os.ReadFile(path); err != nil || !bytes.Equal(written, data) {
		t.Error("the edited file was not written again")
	}
}

func TestMainPrintsErrors(t *testing.T) {
	code, stderr := runMain(misfit.Service(), "-dir", "internal/misfit")
	want, err := os.ReadFile("internal/misfit/errors.txt")
	if err != nil {
		t.Fatal(err)
	}
	if code != 1 || stderr != string(want) {
		t.Errorf("exit code %d, stderr %s", code, stderr)
	}
	if _, err := os.Stat(filepath.Join("internal/misfit", manifest.SpecFile)); err == nil {
		t.Error("a specification was written in spite of errors")
	}
}

func TestMainFlags(t *testing.T) {
	tests := map[string]struct {
		args   []string
		code   int
		stderr string
	}{
		"no module":       {code: 1, stderr: "-dir"},
		"no folder":       {args: []string{"-dir", "internal/none"}, code: 1},
		"an unknown flag": {args: []string{"-bogus"}, code: 2},
		"help":            {args: []string{"-h"}, code: 0, stderr: "-check"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			code, stderr := runMain(api.Service(), test.args...)
			if code != test.code || !strings.Contains(stderr, test.stderr) {
				t.Errorf("exit code %d, want %d; stderr %q, want %q in it", code, test.code, stderr, test.stderr)
			}
		})
	}
}

func TestModule(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	got, err := module(filepath.Join(here, "fixture/api/gen/main.go"))
	if want := filepath.Dir(here); err != nil || got != want {
		t.Errorf("module returns %s, %v; want %s", got, err, want)
	}
}
