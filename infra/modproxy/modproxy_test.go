package modproxy

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/module"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/git"
)

// mono is the path of the fixture's repository. The go command knows without a
// network that the repository of such a path is at https://github.com/acme/mono.
const mono = "github.com/acme/mono"

const license = "Anyone may use this.\n"

// repository is a git repository in a temporary folder.
type repository struct {
	t   *testing.T
	dir string
}

func newRepository(t *testing.T) repository {
	t.Helper()
	isolateGit(t)
	r := repository{t, t.TempDir()}
	r.git("init", "--quiet", "--initial-branch=main")
	return r
}

// isolateGit keeps the configuration of the user and the machine away from git.
func isolateGit(t *testing.T) {
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CEILING_DIRECTORIES": os.TempDir(),
		"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
		"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
	} {
		t.Setenv(name, value)
	}
}

func (r repository) git(args ...string) {
	r.t.Helper()
	if _, err := git.Run(r.t.Context(), r.dir, args...); err != nil {
		r.t.Fatal(err)
	}
}

// commit writes files, commits them and tags the commit.
func (r repository) commit(files map[string]string, tags ...string) {
	r.t.Helper()
	for name, content := range files {
		name = filepath.Join(r.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			r.t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			r.t.Fatal(err)
		}
	}
	r.git("add", "--all")
	r.git("commit", "--quiet", "--allow-empty", "--message=x")
	for _, tag := range tags {
		r.git("tag", tag)
	}
}

func (r repository) open() *Proxy {
	r.t.Helper()
	p, err := Open(r.t.Context(), r.dir, r.t.TempDir())
	if err != nil {
		r.t.Fatal(err)
	}
	return p
}

func goMod(name string, requires ...string) string {
	text := "module " + mono + "/" + name + "\n\ngo 1.26.0\n"
	for _, require := range requires {
		text += "\nrequire " + mono + "/" + require + "\n"
	}
	return text
}

func version(name, v string) module.Version {
	return module.Version{Path: mono + "/" + name, Version: v}
}

// released returns a repository with tags of three modules, and with what makes the
// zip of a module differ from its folder.
func released(t *testing.T) repository {
	r := newRepository(t)
	link := filepath.Join(r.dir, "platform", "link")
	if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("p.go", link); err != nil {
		t.Fatal(err)
	}
	r.commit(map[string]string{
		"LICENSE":                 license,
		".gitattributes":          "*.txt export-subst\nhidden.go export-ignore\n",
		"platform/LICENSE":        license,
		"platform/go.mod":         goMod("platform"),
		"platform/p.go":           "package platform\n\nconst Name = \"platform\"\n",
		"platform/hidden.go":      "package platform\n",
		"platform/commit.txt":     "$Format:%H$\r\n",
		"platform/vendor/v.go":    "package v\n",
		"platform/inner/go.mod":   goMod("platform/inner"),
		"platform/inner/inner.go": "package inner\n",
		"platform/Größe.txt":      "a name that is not ASCII\n",
		"accounts/LICENSE":        license,
		"accounts/go.mod":         goMod("accounts", "platform v0.2.0", "contract v0.1.0"),
		"accounts/a.go": "package accounts\n\nimport \"" + mono + "/platform\"\n\n" +
			"const Name = \"accounts on \" + platform.Name\n",
		"contract/LICENSE": license,
		"contract/go.mod":  goMod("contract", "platform v0.1.0"),
		"contract/c.go":    "package contract\n",
	}, "platform/v0.1.0", "contract/v0.1.0", "notes/v1.0.0", "platform/v1", "v0.1.0", "platform/next")
	r.git("tag", "--annotate", "--message=x", "platform/v0.2.0")
	r.commit(map[string]string{"accounts/b.go": "package accounts\n"}, "accounts/v0.1.0", "platform/v0.3.0-rc.1")
	return r
}

func TestReleases(t *testing.T) {
	r := released(t)
	releases, err := Releases(t.Context(), r.dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, release := range releases {
		got = append(got, release.Tag()+" "+release.Module.Path)
	}
	want := []string{
		"accounts/v0.1.0 " + mono + "/accounts", "contract/v0.1.0 " + mono + "/contract",
		"platform/v0.1.0 " + mono + "/platform", "platform/v0.2.0 " + mono + "/platform",
		"platform/v0.3.0-rc.1 " + mono + "/platform",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("releases (-want +got):\n%s", diff)
	}
	newest, found := Newest(releases, mono+"/platform")
	if !found || newest.Module.Version != "v0.2.0" {
		t.Errorf("newest release of platform is %s, want v0.2.0, which is not a prerelease", newest.Module)
	}
	if _, found := Newest(releases, mono+"/profiles"); found {
		t.Error("found a release of a module without tags")
	}
}

func TestReleasesRefuseAVersionThatGoRefuses(t *testing.T) {
	r := newRepository(t)
	r.commit(map[string]string{"orders/go.mod": goMod("orders")}, "orders/v2.0.0")
	_, err := Releases(t.Context(), r.dir)
	if err == nil || !strings.HasPrefix(err.Error(), "tag orders/v2.0.0: ") {
		t.Errorf("error %v, want one about the tag orders/v2.0.0", err)
	}
}

// download is a part of what go mod download -json writes.
type download struct{ Version, Sum, GoModSum, Info string }

// goDownload runs go mod download with an empty module cache.
func goDownload(t *testing.T, env []string, v module.Version) download {
	t.Helper()
	c := command.Go(t.TempDir(), "mod", "download", "-json", v.String())
	c.Env = append([]string{
		"GOWORK=off", "GOMODCACHE=" + t.TempDir(), "GOFLAGS=-modcacherw", "GOTOOLCHAIN=local",
	}, env...)
	out, err := c.Output(t.Context())
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var d download
	if err := json.Unmarshal(out, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// throughGit returns the variables with which the go command reads the repository of
// path from dir, as it reads a public one from its host.
func throughGit(t *testing.T, path, dir string) []string {
	t.Helper()
	config := filepath.Join(t.TempDir(), "config")
	text := "[url \"file://" + filepath.ToSlash(dir) + "\"]\n\tinsteadOf = https://" + path + "\n"
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return []string{"GIT_CONFIG_GLOBAL=" + config, "GOPROXY=direct", "GOPRIVATE=" + path, "GOVCS=*:git"}
}

// equalDownloads checks that the proxy and git lead the go command to the same module.
func equalDownloads(t *testing.T, p *Proxy, direct []string, v module.Version) {
	t.Helper()
	if _, err := p.zip(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	env, err := p.Env(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// Nothing but the proxy, so that the module cannot come from elsewhere.
	env = append(env, "GOPROXY=file://"+filepath.ToSlash(p.Dir))
	want, got := goDownload(t, direct, v), goDownload(t, env, v)
	want.Info, got.Info = infoTime(t, want.Info), infoTime(t, got.Info)
	if diff := cmp.Diff(want, got); diff != "" || !strings.HasPrefix(got.Sum, "h1:") {
		t.Errorf("%s (-through git +through the proxy):\n%s", v, diff)
	}
}

// infoTime returns the time in a file .info.
func infoTime(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var info struct{ Time string }
	if err := json.Unmarshal(data, &info); err != nil {
		t.Fatal(err)
	}
	return info.Time
}

func TestModulesEqualThoseReadThroughGit(t *testing.T) {
	r := released(t)
	p, direct := r.open(), throughGit(t, mono, r.dir)
	for _, v := range []module.Version{
		version("platform", "v0.1.0"), version("platform", "v0.2.0"), version("platform", "v0.3.0-rc.1"),
		version("accounts", "v0.1.0"),
	} {
		t.Run(v.String(), func(t *testing.T) { equalDownloads(t, p, direct, v) })
	}
}

// TestModulesOfThisRepositoryEqualThoseReadThroughGit tags every module at HEAD in a clone.
func TestModulesOfThisRepositoryEqualThoseReadThroughGit(t *testing.T) {
	root, err := git.Root(t.Context(), ".")
	if err != nil {
		t.Fatal(err)
	}
	isolateGit(t)
	r := repository{t, filepath.Join(t.TempDir(), "clone")}
	args := []string{"clone", "--quiet", "--no-tags", "--depth=1", "file://" + root, r.dir}
	if _, err := git.Run(t.Context(), root, args...); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(r.dir, "*", "go.mod"))
	if err != nil || len(names) < 5 {
		t.Fatalf("found the modules %v, error %v, want five", names, err)
	}
	for _, name := range names {
		r.git("tag", filepath.Base(filepath.Dir(name))+"/v0.1.0")
	}
	p := r.open()
	direct := throughGit(t, "github.com/meridian-api/meridian", r.dir)
	for _, release := range p.Releases() {
		t.Run(release.Folder, func(t *testing.T) { equalDownloads(t, p, direct, release.Module) })
	}
}

func TestNeedRefusesAModuleWithoutALicense(t *testing.T) {
	r := newRepository(t)
	r.commit(map[string]string{"LICENSE": license, "orders/go.mod": goMod("orders")}, "orders/v0.1.0")
	err := r.open().Need(t.Context(), version("orders", "v0.1.0"))
	if err == nil || !strings.Contains(err.Error(), "tag orders/v0.1.0: the module has no LICENSE of its own") {
		t.Errorf("error %v, want one about the license", err)
	}
}

func TestNeedRefusesAVersionWithoutATag(t *testing.T) {
	r := newRepository(t)
	r.commit(map[string]string{
		"platform/go.mod": goMod("platform"), "orders/go.mod": goMod("orders", "platform v0.2.0"),
	}, "platform/v0.1.0", "orders/v0.1.0")
	err := r.open().Need(t.Context(), version("orders", "v0.1.0"))
	want := version("platform", "v0.2.0").String() + " is not released: no tag of this repository has it (required by " +
		version("orders", "v0.1.0").String() + ")"
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %q", err, want)
	}
}

// TestOutsideModule builds a module that requires a release, with what that requires.
func TestOutsideModule(t *testing.T) {
	r := released(t)
	p := r.open()
	if err := p.Need(t.Context(), version("accounts", "v0.1.0")); err != nil {
		t.Fatal(err)
	}
	env, err := p.Env(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	main := "package main\n\nimport \"" + mono + "/accounts\"\n\nfunc main() { print(accounts.Name) }\n"
	files := map[string]string{"go.mod": "module example.com/outside\n\ngo 1.26.0\n", "main.go": main}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	env = append(env, "GOWORK=off", "GOMODCACHE="+t.TempDir(), "GOFLAGS=-modcacherw")
	for _, args := range [][]string{{"get", mono + "/accounts@v0.1.0"}, {"run", "."}} {
		c := command.Go(dir, args...)
		c.Env = env
		out := &strings.Builder{}
		c.Stdout, c.Stderr = out, out
		if err := c.Run(t.Context()); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if args[0] == "run" && out.String() != "accounts on platform" {
			t.Errorf("the program wrote %q", out)
		}
	}
}

func TestAddReplacesACandidate(t *testing.T) {
	r := released(t)
	p := r.open()
	for _, content := range []string{"package platform\n", "package platform\n\nconst Name = 1\n"} {
		r.commit(map[string]string{"platform/p.go": content})
		candidate, err := At(t.Context(), r.dir, "HEAD", "platform", "v0.4.0")
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Add(candidate); err != nil {
			t.Fatal(err)
		}
		r.git("tag", "--force", "platform/v0.4.0")
		equalDownloads(t, p, throughGit(t, mono, r.dir), candidate.Module)
	}
	if _, err := At(t.Context(), r.dir, "HEAD", "orders", "v0.1.0"); err == nil {
		t.Error("no error for a folder without go.mod")
	}
}

func TestEnv(t *testing.T) {
	r := newRepository(t)
	r.commit(map[string]string{"platform/go.mod": goMod("platform")}, "platform/v0.1.0")
	p := r.open()
	p.Claim(mono + "/orders")
	dir := "file://" + filepath.ToSlash(p.Dir)
	t.Setenv("GOENV", "off")
	for _, test := range []struct {
		name string
		user map[string]string
		want []string
	}{
		{
			name: "settings of the user follow",
			user: map[string]string{
				"GOPROXY": "https://a.example,direct", "GONOSUMDB": "b.example", "GOVCS": "c.example:hg",
			},
			want: []string{
				"GOPROXY=" + dir + ",https://a.example,direct", "GONOSUMDB=" + mono + "/orders," + mono + "/platform,b.example",
				"GOVCS=" + mono + "/orders:off," + mono + "/platform:off,c.example:hg", "GONOPROXY=",
			},
		},
		{
			name: "other modules are private",
			user: map[string]string{"GOPROXY": "off", "GOPRIVATE": "b.example"},
			want: []string{
				"GOPROXY=" + dir + ",off", "GONOSUMDB=" + mono + "/orders," + mono + "/platform,b.example",
				"GOVCS=" + mono + "/orders:off," + mono + "/platform:off", "GONOPROXY=b.example",
			},
		},
		{
			name: "the repository's modules are private",
			user: map[string]string{"GOPROXY": "off", "GOPRIVATE": "b.example,github.com/acme"},
			want: []string{
				"GOPROXY=" + dir + ",off", "GONOSUMDB=" + mono + "/orders," + mono + "/platform,b.example,github.com/acme",
				"GOVCS=" + mono + "/orders:off," + mono + "/platform:off", "GONOPROXY=none",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, name := range []string{"GOPROXY", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOVCS"} {
				t.Setenv(name, test.user[name])
			}
			got, err := p.Env(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("variables (-want +got):\n%s", diff)
			}
		})
	}
}
