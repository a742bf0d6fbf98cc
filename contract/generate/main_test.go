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

// contextFolder is a copy of the fixture's source in this module, so that its
// packages resolve, and without generated files.
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
	wrong := func(file string) string {
		return base + "/" + file + " is out of date: run 'go tool mage generate'\n"
	}
	step := func(what string, wantCode int, wantErr string, args ...string) {
		t.Helper()
		if code, stderr := runMain(api.Service(), append(args, "-dir", dir)...); code != wantCode || stderr != wantErr {
			t.Errorf("%s: exit %d, %q; want %d, %q", what, code, stderr, wantCode, wantErr)
		}
	}
	step("check without files", 1, wrong(manifest.SpecFile)+wrong(manifest.File), "-check")
	if _, err := os.Stat(filepath.Join(dir, manifest.SpecFile)); err == nil {
		t.Error("-check wrote a file")
	}
	step("write", 0, "")
	step("check", 0, "", "-check")

	path := filepath.Join(dir, manifest.File)
	old := time.Unix(1_000_000_000, 0) // a file's time tells whoever builds from it to build again
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	step("write what is there", 0, "")
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
	step("check of an edited file", 1, wrong(manifest.File), "-check")
	step("write over it", 0, "")
	if mended, err := os.ReadFile(path); err != nil || !bytes.Equal(mended, data) {
		t.Error("the edited file was not written anew")
	}
}

func TestMainTellsFaults(t *testing.T) {
	code, stderr := runMain(misfit.Service(), "-dir", "internal/misfit")
	want, err := os.ReadFile("internal/misfit/faults.txt")
	if err != nil {
		t.Fatal(err)
	}
	if code != 1 || stderr != string(want) {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if _, err := os.Stat(filepath.Join("internal/misfit", manifest.SpecFile)); err == nil {
		t.Error("a specification was written in spite of faults")
	}
}

func TestMainFolder(t *testing.T) {
	if code, stderr := runMain(api.Service()); code != 1 || !strings.Contains(stderr, "-dir") {
		t.Errorf("no module: exit %d, %s", code, stderr)
	}
	if code, _ := runMain(api.Service(), "-dir", "internal/none"); code != 1 {
		t.Errorf("no folder: exit %d", code)
	}
	if code, _ := runMain(api.Service(), "-bogus"); code != 2 {
		t.Errorf("unknown flag: exit %d", code)
	}
	if code, stderr := runMain(api.Service(), "-h"); code != 0 || !strings.Contains(stderr, "-check") {
		t.Errorf("help: exit %d, %s", code, stderr)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	got, err := module(filepath.Join(here, "fixture/api/gen/main.go"))
	if want := filepath.Dir(here); err != nil || got != want {
		t.Errorf("module is %s, %v; want %s", got, err, want)
	}
}
