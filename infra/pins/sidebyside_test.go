package pins_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/git"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/breach"
	"github.com/meridian-api/meridian/infra/modproxy"
	"github.com/meridian-api/meridian/infra/pins"
)

const modulePath = "github.com/meridian-api/meridian/"

// TestTwoVersionsOfPlatformSideBySide releases accounts on one version of platform and
// profiles on the next, in a copy of this repository, while the working tree has
// unfinished work that does not compile. It builds both, merges and serves them.
func TestTwoVersionsOfPlatformSideBySide(t *testing.T) {
	r := newCopy(t)
	r.generation("one")
	r.commit("platform/v0.1.0")
	r.require("contract", "platform v0.1.0")
	r.commit("contract/v0.1.0")
	r.require("accounts", "platform v0.1.0", "contract v0.1.0")
	r.commit("accounts/v0.1.0")
	r.generation("two")
	r.commit("platform/v0.2.0")
	r.require("profiles", "platform v0.2.0", "contract v0.1.0")
	// This version of platform describes problems differently.
	r.edit("profiles/openapi.json", "the body of the response to a failed request", "what a failed request gets")
	r.commit("profiles/v0.1.0")
	r.write("profiles/lambda/check-profiles/unfinished.go", "package main\n\nfunc unfinished( {\n")
	r.edit("profiles/service.json", `"/profiles/health"`, `"/profiles/unfinished"`)
	r.edit("profiles/openapi.json", `"/profiles/health"`, `"/profiles/unfinished"`)
	r.commit()

	versions := map[string]string{"accounts": "v0.1.0", "profiles": "v0.1.0"}
	built, binaries := r.build(versions)
	for _, name := range []string{"Problem", "ProfilesProblem"} {
		if built.Doc.Components.Schemas[name] == nil {
			t.Errorf("the merged document does not have the schema %s", name)
		}
	}
	logged := r.serve(built, binaries, "/accounts/health", "/profiles/health")
	want := map[string]string{"check-accounts": "platform one", "check-profiles": "platform two"}
	if diff := cmp.Diff(want, logged); diff != "" {
		t.Errorf("versions of platform, as the functions log them (-want +got):\n%s", diff)
	}

	for name, functions := range r.listIncrementally(versions) {
		if len(functions) != len(binaries[name]) {
			t.Errorf("mage up runs the functions %v of %s, want those of %v", functions, name, binaries[name])
		}
	}

	// Another clone, whose working tree is at another commit, builds the same bytes.
	other := r
	other.dir = filepath.Join(t.TempDir(), "clone")
	r.git("clone", "--quiet", "file://"+filepath.ToSlash(r.dir), other.dir)
	other.git("checkout", "--quiet", "accounts/v0.1.0")
	_, again := other.build(versions)
	for name, functions := range binaries {
		for function, path := range functions {
			if !bytes.Equal(readFile(t, path), readFile(t, again[name][function])) {
				t.Errorf("two clones build different binaries of %s", function)
			}
		}
	}
}

// clone is a copy of this repository in a temporary folder, with tags of its own.
type clone struct {
	t   *testing.T
	dir string
}

// newCopy returns a copy of the modules that Lambdas are built from, as they are in the
// working tree. Each context has its health operation only.
func newCopy(t *testing.T) clone {
	t.Helper()
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1",
		"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
		"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
	} {
		t.Setenv(name, value)
	}
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	r := clone{t, t.TempDir()}
	listed, err := git.Run(t.Context(), ws.Root, "ls-files", "-z", "--cached", "--others", "--exclude-standard",
		"--deduplicate",
		"LICENSE", "accounts", "profiles", "platform", "contract")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Split(strings.Trim(listed, "\x00"), "\x00") {
		if strings.HasSuffix(name, "_test.go") || strings.Contains(name, "/testdata/") && !strings.Contains(name,
			"manifesttest") {
			continue
		}
		if data, err := os.ReadFile(filepath.Join(ws.Root, name)); err == nil { // else it is deleted and not committed
			r.write(name, string(data))
		}
	}
	r.write(".gitignore", "dist\n")
	r.write("go.work", "go 1.26.0\n\nuse (\n\t./accounts\n\t./contract\n\t./platform\n\t./profiles\n)\n")
	for _, name := range []string{"accounts", "profiles"} {
		r.keepHealth(name)
	}
	r.git("init", "--quiet", "--initial-branch=main")
	r.ownModuleCache()
	return r
}

// ownModuleCache lets the go command extract modules into a folder of the test's own: the
// user's module cache must not contain the releases of a test. It reads the others from the
// user's cache and not from a network.
func (r clone) ownModuleCache() {
	out, err := command.Go(r.dir, "env", "GOMODCACHE").Output(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	cache := r.t.TempDir()
	r.t.Setenv("GOPROXY", "file://"+filepath.ToSlash(strings.TrimSpace(string(out)))+"/cache/download")
	r.t.Setenv("GOMODCACHE", cache)
	r.t.Cleanup(func() { // modules are read-only
		clean := command.Go(r.dir, "clean", "-modcache")
		clean.Env = []string{"GOMODCACHE=" + cache}
		if err := clean.Run(context.Background()); err != nil {
			r.t.Error(err)
		}
	})
}

func (r clone) git(args ...string) {
	r.t.Helper()
	if _, err := git.Run(r.t.Context(), r.dir, args...); err != nil {
		r.t.Fatal(err)
	}
}

func (r clone) commit(tags ...string) {
	r.t.Helper()
	r.git("add", "--all")
	r.git("commit", "--quiet", "--message=x")
	for _, tag := range tags {
		r.git("tag", tag)
	}
}

func (r clone) write(name, content string) {
	r.t.Helper()
	name = filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// edit replaces text that occurs in a file.
func (r clone) edit(name, old, replacement string) {
	r.t.Helper()
	content := string(readFile(r.t, filepath.Join(r.dir, name)))
	if !strings.Contains(content, old) {
		r.t.Fatalf("%s does not contain %q", name, old)
	}
	r.write(name, strings.ReplaceAll(content, old, replacement))
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// keepHealth removes all operations of a context but the health operation, which
// imports the package generation.
func (r clone) keepHealth(name string) {
	r.t.Helper()
	service, err := manifest.Read(filepath.Join(r.dir, name))
	if err != nil {
		r.t.Fatal(err)
	}
	kept := map[string]bool{}
	maps.DeleteFunc(service.Functions, func(_ string, f manifest.Function) bool { return !f.Health })
	for _, f := range service.Functions {
		kept[f.Path] = true
		r.write(name+"/"+f.Source+"/generation.go", "package main\n\nimport \""+modulePath+"platform/generation\"\n\n"+
			"func init() { println(\"platform \" + generation.Name) }\n")
	}
	r.writeJSON(name+"/service.json", service)
	var spec map[string]any
	if err := json.Unmarshal(readFile(r.t, filepath.Join(r.dir, name, manifest.SpecFile)), &spec); err != nil {
		r.t.Fatal(err)
	}
	maps.DeleteFunc(spec["paths"].(map[string]any), func(path string, _ any) bool { return !kept[path] })
	r.writeJSON(name+"/openapi.json", spec)
}

func (r clone) writeJSON(name string, v any) {
	r.t.Helper()
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		r.t.Fatal(err)
	}
	r.write(name, string(data))
}

// generation makes the functions that are built with platform log a name.
func (r clone) generation(name string) {
	r.write("platform/generation/generation.go",
		"// Package generation has a name.\npackage generation\n\nconst Name = \""+name+"\"\n")
}

// require makes a module require releases of its siblings, with their sums.
func (r clone) require(name string, releases ...string) {
	r.t.Helper()
	goMod := filepath.Join(r.dir, name, "go.mod")
	file, err := modfile.Parse(goMod, readFile(r.t, goMod), nil)
	if err != nil {
		r.t.Fatal(err)
	}
	p, err := modproxy.Open(r.t.Context(), r.dir, r.t.TempDir())
	if err != nil {
		r.t.Fatal(err)
	}
	sums := string(readFile(r.t, filepath.Join(r.dir, name, "go.sum")))
	for _, release := range releases {
		sibling, version, _ := strings.Cut(release, " ")
		if err := file.AddRequire(modulePath+sibling, version); err != nil {
			r.t.Fatal(err)
		}
		sums += r.sums(p, module.Version{Path: modulePath + sibling, Version: version})
	}
	// The go command also reads the go.mod of each version that a sibling requires.
	for _, known := range p.Releases() {
		if known.Folder != name {
			sums += r.sums(p, known.Module)
		}
	}
	data, err := file.Format()
	if err != nil {
		r.t.Fatal(err)
	}
	r.write(name+"/go.mod", string(data))
	lines := slices.Sorted(strings.Lines(sums))
	r.write(name+"/go.sum", strings.Join(slices.Compact(lines), ""))
}

// sums returns the lines of go.sum about a release.
func (r clone) sums(p *modproxy.Proxy, m module.Version) string {
	r.t.Helper()
	if err := p.Need(r.t.Context(), m); err != nil {
		r.t.Fatal(err)
	}
	dir := filepath.Join(p.Dir, filepath.FromSlash(m.Path), "@v")
	source, err := dirhash.HashZip(filepath.Join(dir, m.Version+".zip"), dirhash.Hash1)
	if err != nil {
		r.t.Fatal(err)
	}
	goMod, err := dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) {
		return os.Open(filepath.Join(dir, m.Version+".mod"))
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return m.Path + " " + m.Version + " " + source + "\n" + m.Path + " " + m.Version + "/go.mod " + goMod + "\n"
}

// pinned returns the workspace with contexts pinned.
func (r clone) pinned(versions map[string]string) workspace.Workspace {
	r.t.Helper()
	ws, err := workspace.Find(r.dir)
	if err != nil {
		r.t.Fatal(err)
	}
	if ws, err = pins.Apply(r.t.Context(), ws, versions); err != nil {
		r.t.Fatal(err)
	}
	return ws
}

// build pins contexts and builds their documents and functions for this machine.
func (r clone) build(versions map[string]string) (pipeline.Built, build.Binaries) {
	r.t.Helper()
	ws := r.pinned(versions)
	built, err := pipeline.BuildWorkspace(ws)
	if err != nil {
		r.t.Fatal(err)
	}
	binaries, err := build.Functions(r.t.Context(), ws, build.Host)
	if err != nil {
		r.t.Fatal(err)
	}
	return built, binaries
}

// listIncrementally lists the functions as mage up does, which links them when they are
// called. Linking them here would compile every dependency with other flags.
func (r clone) listIncrementally(versions map[string]string) build.Binaries {
	r.t.Helper()
	incremental := build.NewIncremental(r.pinned(versions), build.Options{})
	if _, err := incremental.Generate(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	binaries, err := incremental.Functions(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return binaries
}

// serve serves a build, sends a request to each path, and returns what each function
// logged first.
func (r clone) serve(built pipeline.Built, binaries build.Binaries, paths ...string) map[string]string {
	r.t.Helper()
	edge, err := local.Listen(0)
	if err != nil {
		r.t.Fatal(err)
	}
	var mu sync.Mutex
	logged := map[string]string{}
	cloud, err := local.Start(r.t.Context(), local.Config{
		Settings: local.Settings{Regions: []string{"us-east-1"}, ReplicationLag: time.Millisecond}, Edge: edge,
		Release: local.Release{
			Document: built.Deployable.Document, Specification: built.Document, Services: built.Services, Binaries: binaries,
		},
		Log:    slog.New(slog.DiscardHandler),
		Breach: func(_ string, b breach.Breach) { r.t.Error(b) },
		FunctionLog: func(_, function, _, line string) {
			mu.Lock()
			defer mu.Unlock()
			if _, name, ok := strings.Cut(function, "-check-"); ok && strings.HasPrefix(line, "platform ") {
				logged["check-"+name] = strings.TrimSpace(line)
			}
		},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, path := range paths {
		response, err := http.Get(cloud.URL() + path)
		if err != nil {
			r.t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode/100 != 2 {
			r.t.Errorf("%s: %s: %s", path, response.Status, body)
		}
	}
	if err := cloud.Close(); err != nil {
		r.t.Error(err)
	}
	mu.Lock()
	defer mu.Unlock()
	return logged
}
