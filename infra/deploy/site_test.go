package deploy

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/deploy/internal/recorder"
	"github.com/meridian-api/meridian/infra/release"
)

// site is an environment of two small contexts on the recorder.
type site struct {
	t        *testing.T
	root     string
	dir      string // of the recorder's journal and faults
	regions  []string
	contexts map[string][]string // functions
	// Settings that cannot change in place; empty for the usual ones.
	account, domain, zone, home string
	witness                     string              // of strongly consistent tables
	tables                      map[string][]string // by context; a context without an entry has a table of its name
	protect                     bool
	version                     string // goes into every package and the document
	hashKey                     string // of every table; "id" if empty
	consistency                 string // of every table
	broken                      map[string]bool
	checks                      []string
}

func newSite(t *testing.T) *site {
	t.Helper()
	return siteAt(t, t.TempDir(), t.TempDir())
}

func siteAt(t *testing.T, root, dir string) *site {
	t.Helper()
	s := &site{t: t, root: root, dir: dir, regions: []string{"us-east-1", "us-west-2"}, version: "1",
		contexts: map[string][]string{"one": {"get", "put"}, "two": {"get"}}, broken: map[string]bool{}}
	t.Setenv(recorder.Variable, s.dir)
	for _, root := range []string{"global", "data", "functions", "api", "portal"} {
		s.write("infra/terraform/"+root+"/root.tf", "terraform {}\n")
	}
	s.write("dist/site/index.html", "<!doctype html>\n")
	return s
}

func (s *site) write(name, content string) {
	s.t.Helper()
	path := filepath.Join(s.root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// open writes the monorepo as the site is now and opens a session on it.
func (s *site) open(out *bytes.Buffer) *session { return s.openTo(out) }

func (s *site) openTo(out io.Writer) *session {
	s.t.Helper()
	work := "go 1.26.0\n"
	for name := range s.contexts {
		work += "use ./" + name + "\n"
		s.write(name+"/go.mod", "module example.com/"+name+"\n")
		s.write(name+"/api/gen/main.go", "package main\n")
	}
	s.write("go.work", work)
	settings, err := json.Marshal(map[string]any{
		"account": cmp.Or(s.account, "111122223333"), "regions": s.regions, "protect": s.protect,
		"domain": cmp.Or(s.domain, "api.example.com"), "zone": cmp.Or(s.zone, "example.com"), "home": cmp.Or(s.home,
			"us-east-1"),
		"state":  map[string]string{"backend": "local"},
		"strong": map[string]any{"witness": cmp.Or(s.witness, "us-east-2"), "replicas": []string{"us-east-1", "us-west-2"}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("infra/environments/trial.json", string(settings))
	session, err := openSession(s.t.Context(), s.root, func(name string) string {
		return map[string]string{"ENV": "trial", "TERRAFORM": recorderProgram}[name]
	}, out)
	if err != nil {
		s.t.Fatal(err)
	}
	return session
}

// deploy rolls the site out as it is now, and returns the output.
func (s *site) deploy(opts Options) (string, error) {
	s.t.Helper()
	var out bytes.Buffer
	session := s.open(&out)
	err := session.all(s.t.Context(), opts, s.buildFor(session), s)
	return out.String(), err
}

func (s *site) mustDeploy(opts Options) string {
	s.t.Helper()
	out, err := s.deploy(opts)
	if err != nil {
		s.t.Fatalf("deploy: %v\n%s", err, out)
	}
	return out
}

func (s *site) buildFor(session *session) func(context.Context) (*release.Release, error) {
	return func(ctx context.Context) (*release.Release, error) { return s.build(ctx, session) }
}

// build keeps a release of the contexts whose files name the version.
func (s *site) build(ctx context.Context, session *session) (*release.Release, error) {
	dir := s.t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, filepath.FromSlash(name))
		os.MkdirAll(filepath.Dir(path), 0o755)
		os.WriteFile(path, []byte(content), 0o600)
		return path
	}
	b := release.Build{
		Root: s.root, Dist: dir, OS: "linux", Arch: "arm64",
		Document:       file("deployable.json", documentOf(s.version)),
		Specification:  file("openapi.json", "specification "+s.version),
		Specifications: map[string]string{}, Manifests: map[string]string{}, Functions: map[string]map[string]string{},
	}
	for name, functions := range s.contexts {
		m := manifest.Service{Name: name, Version: s.version + ".0.0", Functions: map[string]manifest.Function{},
			Tables: map[string]manifest.Table{}}
		tables, listed := s.tables[name]
		if !listed {
			tables = []string{name}
		}
		for _, table := range tables {
			m.Tables[table] = manifest.Table{HashKey: manifest.Key{Name: cmp.Or(s.hashKey, "id"), Type: "S"},
				Consistency: s.consistency}
		}
		b.Functions[name] = map[string]string{}
		for _, f := range functions {
			m.Functions[f] = manifest.Function{OperationID: name + "-" + f, Method: "GET", Path: "/" + name + "/" + f}
			b.Functions[name][f] = file(name+"/"+f+".zip", name+" "+f+" "+s.version)
		}
		data, err := json.Marshal(m)
		if err != nil {
			return nil, err
		}
		b.Manifests[name] = file(name+".json", string(data))
		b.Specifications[name] = file(name+"/openapi.json", specificationOf(name, m.Version, functions))
	}
	r, err := release.DescribeAt(ctx, b, strings.Repeat("0", 39)+s.version, false)
	if err != nil {
		return nil, err
	}
	for name := range s.contexts {
		r.Modules[name] = "v0.0." + s.version
	}
	return r, session.store.Keep(ctx, r)
}

// specificationOf returns the specification of a context with one operation for
// each function.
func specificationOf(name, version string, functions []string) string {
	paths := map[string]any{}
	for _, f := range functions {
		paths["/"+name+"/"+f] = map[string]any{"get": map[string]any{
			"operationId": name + "-" + f,
			"security":    []any{},
			"responses":   map[string]any{"200": map[string]any{"description": "The value."}},
		}}
	}
	data, err := json.Marshal(map[string]any{
		"openapi": "3.0.3", "info": map[string]any{"title": name, "version": version}, "paths": paths,
	})
	if err != nil {
		panic(err) // strings only
	}
	return string(data)
}

// documentOf returns a deployable document whose digest is its version.
func documentOf(version string) string {
	return `{"x-amazon-apigateway-gateway-responses": {"MISSING_AUTHENTICATION_TOKEN":
		{"responseParameters": {"gatewayresponse.header.X-Document": "'` + version + `'"}}}}`
}

// versionOf returns the version of a document or of a package.
func versionOf(content string) string {
	if digest, err := deployable.Digest([]byte(content)); err == nil {
		return digest
	}
	return content[strings.LastIndex(content, " ")+1:]
}

// Verify implements Checker.
func (s *site) Verify(_ context.Context, region string, want Served) error {
	s.checks = append(s.checks, "verify "+region)
	api, err := recorder.ReadAPI(s.dir, region)
	if err != nil {
		return err
	}
	if served, err := deployable.Digest([]byte(api.Served)); err != nil || served != want.Digest {
		return fmt.Errorf("%s serves %q, %v", region, served, err)
	}
	if endpoint := "https://a.execute-api." + region + ".amazonaws.com/v1"; want.DefaultEndpoint != endpoint {
		return fmt.Errorf("the default endpoint of %s is %q, want %q", region, want.DefaultEndpoint, endpoint)
	}
	return nil
}

// Smoke implements Checker: a broken version fails its smoke tests.
func (s *site) Smoke(_ context.Context, region string, probes []Probe) error {
	s.checks = append(s.checks, "smoke "+region)
	api, err := recorder.ReadAPI(s.dir, region)
	if err != nil {
		return err
	}
	if s.broken[region+" "+versionOf(api.Served)] {
		return errors.New("smoke test: status 502")
	}
	return nil
}

// WaitForDNS implements Checker.
func (s *site) WaitForDNS(context.Context) error { return nil }

func (s *site) state(key string) string {
	return filepath.Join(s.root, "infra", "environments", ".state", "trial", filepath.FromSlash(key)+".tfstate")
}

// serves returns the versions that a Region's API and functions have.
func (s *site) serves(region string) []string {
	s.t.Helper()
	var versions []string
	api, err := recorder.ReadAPI(s.dir, region)
	if err != nil {
		s.t.Fatal(err)
	}
	if api.Served != "" {
		versions = append(versions, versionOf(api.Served))
	}
	for _, key := range []string{"functions/one/" + region, "functions/two/" + region} {
		state, err := recorder.ReadState(s.state(key))
		if err != nil {
			s.t.Fatal(err)
		}
		for _, address := range union(state, nil) {
			code, _ := state[address]["code"].(string)
			versions = append(versions, versionOf(code))
		}
	}
	return versions
}

// journal returns what Terraform was asked to change since the last call.
func (s *site) journal() []string { return s.ranOn("apply") }

// removeProviders deletes what init installed for a stack.
func (s *site) removeProviders(key string) {
	s.t.Helper()
	folder := filepath.Join(s.root, "dist", "terraform", "trial", "stacks", key, ".data", key, "providers")
	if err := os.RemoveAll(folder); err != nil {
		s.t.Fatal(err)
	}
}

// ranOn returns the stacks on which Terraform was run with a command since the last
// call of ranOn or journal.
func (s *site) ranOn(command string) []string {
	s.t.Helper()
	name := filepath.Join(s.dir, "journal")
	data, err := os.ReadFile(name)
	if err != nil && !os.IsNotExist(err) {
		s.t.Fatal(err)
	}
	os.Remove(name)
	var applied []string
	for line := range strings.Lines(string(data)) {
		if stack, ok := strings.CutPrefix(line, command+" "); ok {
			applied = append(applied, strings.TrimSpace(stack))
		}
	}
	return applied
}

func (s *site) fault(lines ...string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, "faults"), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func removeContext(t *testing.T, s *site, name string) {
	t.Helper()
	delete(s.contexts, name)
	if err := os.RemoveAll(filepath.Join(s.root, name)); err != nil {
		t.Fatal(err)
	}
}
