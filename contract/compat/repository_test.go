package compat

import (
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
)

//go:embed testdata/openapi.json
var released []byte

// object is a decoded JSON object.
type object = map[string]any

// at returns the object at path below v.
func at(v any, path ...string) object {
	for _, name := range path {
		v = v.(object)[name]
	}
	return v.(object)
}

func decode(t *testing.T, data []byte) object {
	t.Helper()
	var v object
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// monorepo is a git repository with the contexts orders and parcels.
type monorepo struct {
	t   *testing.T
	dir string
}

func newMonorepo(t *testing.T) monorepo {
	t.Helper()
	// The configuration of the user and the machine must not affect git.
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CEILING_DIRECTORIES": os.TempDir(),
		"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
		"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
	} {
		t.Setenv(name, value)
	}
	m := monorepo{t, t.TempDir()}
	m.git("init", "--quiet", "--initial-branch=main")
	m.write("go.work", "go 1.26.0\n\nuse (\n\t./orders\n\t./parcels\n)\n")
	for _, name := range []string{"orders", "parcels"} {
		m.write(name+"/go.mod", "module example.com/"+name+"\n")
		m.write(name+"/api/gen/main.go", "package main\n")
		m.spec(name, func(object) {})
		m.version(name, "1.2.3")
	}
	return m
}

// with returns m for use in the subtest t.
func (m monorepo) with(t *testing.T) monorepo {
	m.t = t
	return m
}

func (m monorepo) git(args ...string) {
	m.t.Helper()
	cmd := exec.Command("git", append([]string{"-C", m.dir}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		m.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func (m monorepo) write(name, text string) {
	m.t.Helper()
	name = filepath.Join(m.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		m.t.Fatal(err)
	}
}

// spec writes the specification of a context: the released one after an edit.
func (m monorepo) spec(name string, edit func(object)) {
	m.t.Helper()
	v := decode(m.t, released)
	edit(v)
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		m.t.Fatal(err)
	}
	m.write(name+"/openapi.json", string(data))
}

func (m monorepo) version(name, version string) {
	m.write(name+"/"+manifest.File, `{"name":"`+name+`","version":"`+version+`"}`)
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

func (m monorepo) run(base string) []Report {
	m.t.Helper()
	reports, err := Run(m.t.Context(), m.dir, base)
	if err != nil {
		m.t.Fatal(err)
	}
	return reports
}

// report returns the report on one context.
func (m monorepo) report(base, name string) Report {
	m.t.Helper()
	for _, r := range m.run(base) {
		if r.Context == name {
			return r
		}
	}
	m.t.Fatalf("no report on context %s", name)
	return Report{}
}

// runError returns the error of Run, which must fail.
func (m monorepo) runError(base string) error {
	m.t.Helper()
	reports, err := Run(m.t.Context(), m.dir, base)
	if err == nil {
		m.t.Fatalf("Run returned %+v, want an error", reports)
	}
	return err
}
