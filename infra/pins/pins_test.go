package pins

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/git"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/manifest/manifesttest"
	"github.com/meridian-api/meridian/contract/workspace"
)

// monorepo is a git repository in a temporary folder.
type monorepo struct {
	t   *testing.T
	dir string
}

// newMonorepo returns an empty repository. The configuration of the user and the machine
// does not affect git.
func newMonorepo(t *testing.T) monorepo {
	t.Helper()
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CEILING_DIRECTORIES": os.TempDir(),
		"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
		"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
	} {
		t.Setenv(name, value)
	}
	m := monorepo{t, t.TempDir()}
	m.git("init", "--quiet", "--initial-branch=main")
	return m
}

func (m monorepo) git(args ...string) {
	m.t.Helper()
	if _, err := git.Run(m.t.Context(), m.dir, args...); err != nil {
		m.t.Fatal(err)
	}
}

func (m monorepo) write(name, content string) {
	m.t.Helper()
	name = filepath.Join(m.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		m.t.Fatal(err)
	}
}

func (m monorepo) read(name string) string {
	m.t.Helper()
	data, err := os.ReadFile(filepath.Join(m.dir, filepath.FromSlash(name)))
	if err != nil {
		m.t.Fatal(err)
	}
	return string(data)
}

// replace replaces text that occurs in a file.
func (m monorepo) replace(name, old, replacement string) {
	m.t.Helper()
	content := m.read(name)
	if !strings.Contains(content, old) {
		m.t.Fatalf("%s does not contain %q", name, old)
	}
	m.write(name, strings.ReplaceAll(content, old, replacement))
}

// commit commits all files and tags the commit.
func (m monorepo) commit(tags ...string) {
	m.t.Helper()
	m.git("add", "--all")
	m.git("commit", "--quiet", "--allow-empty", "--message=x")
	for _, tag := range tags {
		m.git("tag", tag)
	}
}

func (m monorepo) workspace() workspace.Workspace {
	m.t.Helper()
	ws, err := workspace.Find(m.dir)
	if err != nil {
		m.t.Fatal(err)
	}
	return ws
}

// newReleases returns a monorepo with releases of the context orders, of the module
// platform, and of a context whose release has a newer format.
func newReleases(t *testing.T) monorepo {
	t.Helper()
	m := newMonorepo(t)
	fixture, newer := manifesttest.Fixtures()[0], manifesttest.Newer()
	m.write(".gitignore", "dist\n")
	m.write("go.work", "go 1.26.0\n\nuse ./orders\n")
	m.write("infra/environments/prod.json", prod)
	m.write("infra/environments/template.json", "{}")
	for name, module := range map[string]struct{ service, spec []byte }{
		"orders": {fixture.Manifest, fixture.Specification}, "platform": {},
		"newer": {newer.Manifest, fixture.Specification}, "spec": {fixture.Manifest, newer.Specification},
	} {
		m.write(name+"/go.mod", "module example.com/mono/"+name+"\n\ngo 1.26.0\n")
		m.write(name+"/LICENSE", "Anyone may use this.\n")
		m.write(name+"/api/gen/main.go", "package main\n")
		if module.service != nil {
			rename := strings.NewReplacer(`"name": "orders"`, `"name": "`+name+`"`)
			m.write(name+"/service.json", rename.Replace(string(module.service)))
			m.write(name+"/openapi.json", string(module.spec))
		}
	}
	m.commit("orders/v1.3.0", "platform/v0.1.0", "newer/v0.1.0", "spec/v0.1.0")
	m.write("orders/seed.json", "[]\n")
	m.commit("orders/v1.4.0")
	m.replace("orders/service.json", `"Orders"`, `"Unfinished orders"`)
	m.commit()
	return m
}

func TestApplyPinsAContextToItsTag(t *testing.T) {
	m := newReleases(t)
	ws, err := Apply(t.Context(), m.workspace(), map[string]string{"orders": "v1.4.0"})
	if err != nil {
		t.Fatal(err)
	}
	contexts, err := ws.Contexts()
	if err != nil || len(contexts) != 1 {
		t.Fatalf("contexts %+v, %v", contexts, err)
	}
	c := contexts[0]
	service, err := c.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	if c.Name != "orders" || c.Pin.Version != "v1.4.0" || len(c.Pin.Commit) != 40 || service.Title != "Orders" {
		t.Errorf("context %+v, pin %+v, title %q; want v1.4.0 as it was released", c, c.Pin, service.Title)
	}
	if c.Module != "example.com/mono/orders" || !strings.HasSuffix(filepath.ToSlash(c.Dir), "dist/pinned/orders@v1.4.0") {
		t.Errorf("module %s in %s", c.Module, c.Dir)
	}
}

// TestApplyRestoresFiles applies a pin to a folder that someone has edited.
func TestApplyRestoresFiles(t *testing.T) {
	m := newReleases(t)
	versions := map[string]string{"orders": "v1.4.0"}
	ws, err := Apply(t.Context(), m.workspace(), versions)
	if err != nil {
		t.Fatal(err)
	}
	edited := filepath.Join(ws.Pins["orders"].Dir, "seed.json")
	if err := os.Remove(edited); err != nil { // it is read-only
		t.Fatal(err)
	}
	if err := os.WriteFile(edited, []byte("edited"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Apply(t.Context(), m.workspace(), versions); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(edited); err != nil || string(data) != "[]\n" {
		t.Errorf("the file contains %q, %v; want the release's", data, err)
	}
}

// TestApplyPinsAContextThatTheWorkingTreeLacks pins one that was removed since.
func TestApplyPinsAContextThatTheWorkingTreeLacks(t *testing.T) {
	m := newReleases(t)
	m.write("go.work", "go 1.26.0\n")
	ws, err := Apply(t.Context(), m.workspace(), map[string]string{"orders": "v1.3.0"})
	if err != nil {
		t.Fatal(err)
	}
	if contexts, err := ws.Contexts(); err != nil || len(contexts) != 1 || contexts[0].Name != "orders" {
		t.Errorf("contexts %+v, %v; want orders", contexts, err)
	}
}

func TestApplyRefuses(t *testing.T) {
	m := newReleases(t)
	for _, test := range []struct{ name, context, version, want string }{
		{
			name: "a version without a tag", context: "orders", version: "v1.5.0",
			want: "orders is pinned to v1.5.0, but this clone has no tag orders/v1.5.0: fetch it with 'git fetch --tags', " +
				"or pin another version (the clone has the releases v1.3.0, v1.4.0 of orders)",
		},
		{name: "a context without tags", context: "parcels", version: "v1.0.0",
			want: "(the clone has no release of parcels)"},
		{name: "a version without v", context: "orders", version: "1.4.0",
			want: `orders is pinned to "1.4.0", which is not a version such as v1.4.0`},
		{name: "a short version", context: "orders", version: "v1.4", want: `"v1.4", which is not a version`},
		{name: "no version", context: "orders", want: `orders is pinned to "", which is not a version`},
		{name: "a module that is not a context", context: "platform", version: "v0.1.0",
			want: "platform/v0.1.0 has no service.json: only contexts can be pinned"},
		{name: "a manifest in a newer format", context: "newer", version: "v0.1.0",
			want: "newer/v0.1.0:service.json has format "},
		{name: "a specification in a newer format", context: "spec", version: "v0.1.0",
			want: "spec/v0.1.0:openapi.json has format "},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Apply(t.Context(), m.workspace(), map[string]string{test.context: test.version})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
	_, err := Apply(t.Context(), m.workspace(), map[string]string{"newer": "v0.1.0"})
	if !errors.As(err, new(*manifest.FormatError)) {
		t.Errorf("error %v, want a FormatError", err)
	}
}

func TestApplyInAShallowCloneNamesTheRemedy(t *testing.T) {
	m := newReleases(t)
	clone := monorepo{t, filepath.Join(t.TempDir(), "clone")}
	m.git("clone", "--quiet", "--depth=1", "--no-tags", "file://"+filepath.ToSlash(m.dir), clone.dir)
	_, err := Apply(t.Context(), clone.workspace(), map[string]string{"orders": "v1.4.0"})
	want := "this clone has no tag orders/v1.4.0: the clone is shallow: fetch it with 'git fetch --unshallow --tags'"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %q", err, want)
	}
}

func TestApplyWithoutPinsReadsNothing(t *testing.T) {
	ws := workspace.Workspace{Root: t.TempDir()} // not a repository
	got, err := Apply(t.Context(), ws, nil)
	if diff := cmp.Diff(ws, got); diff != "" || err != nil {
		t.Errorf("workspace (-want +got):\n%s\n%v", diff, err)
	}
}

func TestCheckNamesTheEnvironment(t *testing.T) {
	m := newReleases(t)
	pinned := func(version string) string {
		return strings.Replace(prod, `"modules": {}`, `"modules": {"orders": "`+version+`"}`, 1)
	}
	m.write("infra/environments/prod.json", pinned("v1.4.0"))
	if err := Check(t.Context(), m.dir); err != nil {
		t.Errorf("error %v, want none", err)
	}
	m.write("infra/environments/dev.json", pinned("v1.9.0"))
	err := Check(t.Context(), m.dir)
	if want := "infra/environments/dev.json: orders is pinned to v1.9.0, but "; err == nil ||
		!strings.HasPrefix(err.Error(), want) {
		t.Errorf("error %v, want %q", err, want)
	}
}
