package modrelease

import (
	"bytes"
	_ "embed"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/git"
)

// mono is the path of the fixture's repository.
const mono = "github.com/acme/mono"

// names are the fixture's modules in an order in which they can be released.
var names = []string{"platform", "contract", "infra", "accounts", "profiles"}

// repository is a git repository of five modules without any release.
type repository struct {
	t   *testing.T
	dir string
}

// isolate keeps the settings of the user and the machine away from git and go. Nothing
// is downloaded.
func isolate(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CEILING_DIRECTORIES": os.TempDir(),
		"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
		"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
		"GOPROXY": "off", "GOFLAGS": "", "GOWORK": "", "GOENV": "off",
	} {
		t.Setenv(name, value)
	}
}

func newRepository(t *testing.T) repository {
	t.Helper()
	isolate(t)
	r := repository{t, t.TempDir()}
	r.git("init", "--quiet", "--initial-branch=main")
	r.commit("Write the fixture", fixture())
	return r
}

// firstReleases is a folder with the fixture's repository after the first release of
// every module, made once for all tests.
var firstReleases struct {
	sync.Mutex
	dir string
	log string
}

// releasedRepository returns a repository in which every module has the release v0.1.0.
func releasedRepository(t *testing.T) repository {
	t.Helper()
	isolate(t)
	firstReleases.Lock()
	defer firstReleases.Unlock()
	if firstReleases.dir == "" {
		r := newRepository(t)
		var log strings.Builder
		for _, name := range names {
			log.WriteString(r.release(name))
		}
		dir, err := os.MkdirTemp("", "meridian-fixture-")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(dir, os.DirFS(r.dir)); err != nil {
			t.Fatal(err)
		}
		firstReleases.dir, firstReleases.log = dir, log.String()
	}
	r := repository{t, filepath.Join(t.TempDir(), "mono")}
	if err := os.CopyFS(r.dir, os.DirFS(firstReleases.dir)); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestMain(m *testing.M) {
	code := m.Run()
	os.RemoveAll(firstReleases.dir)
	os.Exit(code)
}

// git runs git and returns its output without the last line break.
func (r repository) git(args ...string) string {
	r.t.Helper()
	out, err := git.Run(r.t.Context(), r.dir, args...)
	if err != nil {
		r.t.Fatal(err)
	}
	return strings.TrimSuffix(out, "\n")
}

// write writes files; one without content is removed.
func (r repository) write(files map[string]string) {
	r.t.Helper()
	for name, content := range files {
		name = filepath.Join(r.dir, filepath.FromSlash(name))
		if content == "" {
			if err := os.Remove(name); err != nil {
				r.t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			r.t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			r.t.Fatal(err)
		}
	}
}

func (r repository) commit(subject string, files map[string]string) {
	r.t.Helper()
	r.write(files)
	r.git("add", "--all")
	r.git("commit", "--quiet", "--message="+subject)
}

func (r repository) read(name string) string {
	r.t.Helper()
	data, err := os.ReadFile(filepath.Join(r.dir, filepath.FromSlash(name)))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(data)
}

// release releases a module and returns what was printed.
func (r repository) release(name string) string {
	r.t.Helper()
	var out bytes.Buffer
	if err := Module(r.t.Context(), r.dir, name, Options{}, &out); err != nil {
		r.t.Fatalf("release %s: %v\n%s", name, err, &out)
	}
	return out.String()
}

// refused checks that a module is not released, that the error contains each text, and
// that nothing changes in the repository.
func (r repository) refused(name string, options Options, want ...string) {
	r.t.Helper()
	before := r.everything()
	var out bytes.Buffer
	err := Module(r.t.Context(), r.dir, name, options, &out)
	if err == nil {
		r.t.Fatalf("%s was released:\n%s", name, &out)
	}
	for _, text := range want {
		if !strings.Contains(err.Error(), text) {
			r.t.Errorf("error %v\nwant it to contain %q", err, text)
		}
	}
	if after := r.everything(); after != before {
		r.t.Errorf("the repository changed from\n%s\nto\n%s", before, after)
	}
}

// everything returns the references, the state of the working tree and git's worktrees.
func (r repository) everything() string {
	r.t.Helper()
	return r.git("for-each-ref") + "\n" + r.git("status", "--porcelain", "--branch") + "\n" + r.git("worktree", "list")
}

// outside runs the go command in a new module, with nothing but git between it and the
// repository, as for a public one.
func (r repository) outside(main string, steps ...[]string) string {
	r.t.Helper()
	temp := r.t.TempDir()
	config := filepath.Join(temp, "config")
	text := "[url \"file://" + filepath.ToSlash(r.dir) + "\"]\n\tinsteadOf = https://" + mono + "\n"
	files := map[string]string{"go.mod": "module example.com/outside\n\ngo 1.26.0\n", "main.go": main, "config": text}
	repository{r.t, temp}.write(files)
	var last []byte
	for _, args := range steps {
		c := command.Go(temp, args...)
		c.Env = []string{
			"GIT_CONFIG_GLOBAL=" + config, "GOPROXY=direct", "GOPRIVATE=" + mono, "GOVCS=*:git", "GOWORK=off",
			"GOMODCACHE=" + filepath.Join(temp, "cache"), "GOFLAGS=-modcacherw", "GOBIN=" + filepath.Join(temp, "bin"),
		}
		var err error
		if last, err = c.Output(r.t.Context()); err != nil {
			r.t.Fatal(err)
		}
	}
	return string(last)
}

// spec returns a specification with the operations getA and, unless it is empty,
// another one.
func spec(version, other string) string {
	operation := func(id string) string {
		return `{"get":{"operationId":"` + id + `","responses":{"200":{"description":"ok"}}}}`
	}
	paths := `"/accounts/a":` + operation("getA")
	if other != "" {
		paths += `,"/accounts/` + other + `":` + operation("get-"+other)
	}
	return `{"openapi":"3.0.3","info":{"title":"Accounts","version":"` + version + `"},"paths":{` + paths + `}}`
}

// service returns the Go source of a context's API. The generator writes Spec with the
// version in place of VERSION.
func service(version, other string) string {
	return "package api\n\nimport \"" + mono + "/platform/rest\"\n\n" +
		"func Spec() string {\n\treturn `" + spec("VERSION", other) + "`\n}\n\n" +
		"func Service() rest.Service {\n\treturn rest.Service{\n\t\tName:    \"accounts\",\n" +
		"\t\tVersion: \"" + version + "\",\n\t}\n}\n"
}

//go:embed testdata/mono.txtar
var archive []byte

// fixture returns the files of the repository by path.
func fixture() map[string]string {
	files := map[string]string{
		"accounts/api/service.go": service("0.1.0", "b"),
		"accounts/openapi.json":   spec("0.1.0", "b"),
		"accounts/service.json":   `{"format":1,"name":"accounts","version":"0.1.0"}`,
	}
	for _, file := range txtar.Parse(archive).Files {
		files[file.Name] = string(file.Data)
	}
	files["LICENSE"] = "Anyone may use this.\n"
	for _, name := range names {
		files[name+"/LICENSE"] = files["LICENSE"]
		files[name+"/CHANGELOG.md"] = "# Changelog\n\n## Unreleased\n\n- First release.\n"
	}
	return files
}
