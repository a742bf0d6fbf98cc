package deploy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/release"
)

// site is an environment of two small contexts on the recorder.
type site struct {
	t        *testing.T
	root     string
	dir      string // of the recorder's journal and faults
	regions  []string
	contexts map[string][]string // functions
	protect  bool
	version  string // goes into every package and the document
	broken   map[string]bool
	checks   []string
}

func newSite(t *testing.T) *site {
	t.Helper()
	return siteAt(t, t.TempDir(), t.TempDir())
}

func siteAt(t *testing.T, root, dir string) *site {
	t.Helper()
	s := &site{t: t, root: root, dir: dir, regions: []string{"us-east-1", "us-west-2"}, version: "1",
		contexts: map[string][]string{"one": {"get", "put"}, "two": {"get"}}, broken: map[string]bool{}}
	t.Setenv(recorderVariable, s.dir)
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
func (s *site) open(out *bytes.Buffer) *session {
	s.t.Helper()
	work := "go 1.26.0\n"
	for name := range s.contexts {
		work += "use ./" + name + "\n"
		s.write(name+"/go.mod", "module example.com/"+name+"\n")
		s.write(name+"/api/gen/main.go", "package main\n")
	}
	s.write("go.work", work)
	settings, err := json.Marshal(map[string]any{
		"account": "111122223333", "regions": s.regions, "protect": s.protect, "domain": "api.example.com",
		"state": map[string]string{"backend": "local"},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("infra/environments/trial.json", string(settings))
	session, err := openSession(s.t.Context(), s.root, func(name string) string {
		return map[string]string{"ENV": "trial", "TERRAFORM": os.Args[0]}[name]
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
			Tables: map[string]manifest.Table{name: {HashKey: manifest.Key{Name: "id", Type: "S"}}}}
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

// Verify implements Checker: a broken version fails its smoke tests.
func (s *site) Verify(_ context.Context, region, digest string) error {
	s.checks = append(s.checks, "verify "+region)
	state, err := readState(s.state("api/" + region))
	if err != nil {
		return err
	}
	document, _ := state["aws_api_gateway_rest_api.api"]["document"].(string)
	if served, err := deployable.Digest([]byte(document)); err != nil || served != digest {
		return fmt.Errorf("%s serves %q, %v", region, served, err)
	}
	return nil
}

// Smoke implements Checker.
func (s *site) Smoke(_ context.Context, region string, probes []Probe) error {
	s.checks = append(s.checks, "smoke "+region)
	state, err := readState(s.state("api/" + region))
	if err != nil {
		return err
	}
	if document := state["aws_api_gateway_rest_api.api"]["document"]; document != nil &&
		s.broken[region+" "+versionOf(document.(string))] {
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
	for _, key := range []string{"api/" + region, "functions/one/" + region, "functions/two/" + region} {
		state, err := readState(s.state(key))
		if err != nil {
			s.t.Fatal(err)
		}
		for _, address := range union(state, nil) {
			document, _ := state[address]["document"].(string)
			code, _ := state[address]["code"].(string)
			versions = append(versions, versionOf(document+code))
		}
	}
	return versions
}

// journal returns what Terraform was asked to change since the last call.
func (s *site) journal() []string {
	s.t.Helper()
	name := filepath.Join(s.dir, "journal")
	data, err := os.ReadFile(name)
	if err != nil && !os.IsNotExist(err) {
		s.t.Fatal(err)
	}
	os.Remove(name)
	var applied []string
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "apply ") {
			applied = append(applied, strings.TrimSpace(strings.TrimPrefix(line, "apply ")))
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

func TestNewEnvironmentNeedsCreate(t *testing.T) {
	s := newSite(t)
	_, err := s.deploy(Options{})
	if err == nil ||
		!strings.Contains(err.Error(), "To create it, run ENV=trial go tool mage deploy:all -create") {
		t.Errorf("error %v", err)
	}
	if applied := s.journal(); len(applied) != 0 {
		t.Errorf("applied %q", applied)
	}
}

func TestSecondRolloutChangesNothing(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.journal()
	out := s.mustDeploy(Options{})
	if applied := s.journal(); len(applied) != 0 || !strings.Contains(out, "Nothing was changed.") {
		t.Errorf("applied %q\n%s", applied, out)
	}
	if want := []string{"1", "1", "1", "1"}; !slices.Equal(s.serves("us-west-2"), want) {
		t.Errorf("us-west-2 serves %q", s.serves("us-west-2"))
	}
}

func TestBrokenReleaseGoesBackInItsRegionOnly(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.version = "2"
	s.contexts["one"] = []string{"get", "new"}
	s.broken["us-west-2 2"] = true
	out, err := s.deploy(Options{})
	if err == nil || !strings.Contains(err.Error(), "smoke us-west-2: smoke test: status 502") {
		t.Fatalf("error %v\n%s", err, out)
	}
	for region, want := range map[string]string{"us-east-1": "2", "us-west-2": "1"} {
		versions := s.serves(region)
		if len(versions) != 4 || slices.ContainsFunc(versions, func(v string) bool { return v != want }) {
			t.Errorf("%s serves %q, want 4 times %s\n%s", region, versions, want, out)
		}
	}
	state, err := readState(s.state("functions/one/us-west-2"))
	if err != nil {
		t.Fatal(err)
	}
	if _, left := state["aws_lambda_function.new"]; left {
		t.Error("the new function is left in us-west-2")
	}
}

func TestAPIThatFailsLeavesTheOtherRegionAlone(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.journal()
	s.version = "2"
	s.fault("apply api/us-east-1 once")
	out, err := s.deploy(Options{})
	if err == nil || !strings.Contains(err.Error(), "apply api/us-east-1") {
		t.Fatalf("error %v\n%s", err, out)
	}
	for _, key := range s.journal() {
		if strings.HasSuffix(key, "us-west-2") {
			t.Errorf("%s was applied", key)
		}
	}
	if got := s.serves("us-east-1"); slices.Contains(got, "2") {
		t.Errorf("us-east-1 serves %q", got)
	}
	s.mustDeploy(Options{})
	for _, region := range s.regions {
		if got := s.serves(region); slices.Contains(got, "1") {
			t.Errorf("after the next run, %s serves %q", region, got)
		}
	}
}

func TestRegionAddedAndRemoved(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.regions = append(s.regions, "ca-central-1")
	s.mustDeploy(Options{})
	if got := s.serves("ca-central-1"); len(got) != 4 {
		t.Fatalf("ca-central-1 serves %q", got)
	}
	s.journal()
	s.regions = []string{"us-east-1", "ca-central-1"}
	out := s.mustDeploy(Options{AllowDataLoss: "trial"})
	for _, key := range []string{"api/us-west-2", "functions/one/us-west-2", "functions/two/us-west-2"} {
		if state, err := readState(s.state(key)); err != nil || len(state) != 0 {
			t.Errorf("%s still has %v, %v", key, state, err)
		}
	}
	want := []string{"api/us-west-2", "api/us-west-2", "functions/one/us-west-2", "functions/two/us-west-2", "data/one",
		"data/two", "global"}
	applied := s.journal()
	slices.Sort(applied[2:4])
	slices.Sort(applied[4:6])
	if diff := cmp.Diff(want, applied); diff != "" {
		t.Errorf("applied (-want +got):\n%s\n%s", diff, out)
	}
}

func TestProtectedRegionStays(t *testing.T) {
	s := newSite(t)
	s.protect = true
	s.mustDeploy(Options{Create: true})
	s.journal()
	s.regions = s.regions[:1]
	_, err := s.deploy(Options{AllowDataLoss: "trial"})
	if err == nil || !strings.Contains(err.Error(), "would lose Region us-west-2") {
		t.Errorf("error %v", err)
	}
	if applied := s.journal(); len(applied) != 0 {
		t.Errorf("applied %q", applied)
	}
}

func TestContextRemoved(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	removeContext(t, s, "two")
	out, err := s.deploy(Options{})
	if err == nil || !strings.Contains(err.Error(), "data/two would lose the data of aws_dynamodb_table.two") {
		t.Errorf("error %v\n%s", err, out)
	}
	s.mustDeploy(Options{AllowDataLoss: "trial"})
	for _, key := range []string{"data/two", "functions/two/us-east-1", "functions/two/us-west-2"} {
		if state, err := readState(s.state(key)); err != nil || len(state) != 0 {
			t.Errorf("%s still has %v, %v", key, state, err)
		}
	}
}

func TestDestroy(t *testing.T) {
	tests := map[string]struct {
		protect bool
		confirm Confirmation
		want    string // of the error; empty if it is destroyed
	}{
		"protected": {protect: true, confirm: Confirmation{Name: "trial"},
			want: "trial is protected: nothing was changed."},
		"without a terminal": {want: "nothing was destroyed: confirm with -confirm=trial"},
		"another name": {confirm: Confirmation{Ask: strings.NewReader("prod\n")},
			want: `nothing was destroyed: "prod" is not`},
		"confirmed by option": {confirm: Confirmation{Name: "trial"}},
		"confirmed by typing": {confirm: Confirmation{Ask: strings.NewReader("trial\n")}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.mustDeploy(Options{Create: true})
			s.journal()
			s.protect = test.protect
			var out bytes.Buffer
			err := s.open(&out).destroyAll(t.Context(), test.confirm)
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("error %v, want one with %q", err, test.want)
				}
				if applied := s.journal(); len(applied) != 0 {
					t.Errorf("applied %q", applied)
				}
				return
			}
			if err != nil {
				t.Fatalf("%v\n%s", err, out.String())
			}
			if left, err := s.open(&out).existing(t.Context()); err != nil || len(left) != 0 {
				t.Errorf("left are %v, %v", left, err)
			}
			if !strings.Contains(out.String(), "DATA  aws_dynamodb_table.this[\"one\"]") {
				t.Errorf("the data is not shown:\n%s", out.String())
			}
		})
	}
}

func TestRollbackDrainAndStatus(t *testing.T) {
	s := newSite(t)
	s.mustDeploy(Options{Create: true})
	s.version = "2"
	s.mustDeploy(Options{})
	var out bytes.Buffer
	if err := s.open(&out).rollBack(t.Context(), "us-west-2", s); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for region, want := range map[string]string{"us-east-1": "2", "us-west-2": "1"} {
		if got := s.serves(region); slices.ContainsFunc(got, func(v string) bool { return v != want }) {
			t.Errorf("%s serves %q, want %s", region, got, want)
		}
	}
	if err := s.open(&out).setDrained(t.Context(), "us-west-2", true, s); err != nil {
		t.Fatal(err)
	}
	if err := s.open(&out).setDrained(t.Context(), "us-east-1", true, s); err == nil ||
		!strings.Contains(err.Error(), "the last Region in DNS") {
		t.Errorf("draining the last Region: %v", err)
	}
	s.mustDeploy(Options{}) // keeps the Region drained
	checkDrained(t, s, "us-west-2", true)
	out.Reset()
	if err := s.open(&out).status(t.Context()); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(out.String(), "\n"); !strings.Contains(lines[1], "in ") ||
		!strings.Contains(lines[2], "drained") {
		t.Errorf("status:\n%s", out.String())
	}
	if err := s.open(&out).setDrained(t.Context(), "us-west-2", false, s); err != nil {
		t.Fatal(err)
	}
	checkDrained(t, s, "us-west-2", false)
}

func checkDrained(t *testing.T, s *site, region string, want bool) {
	t.Helper()
	state, err := readState(s.state("api/" + region))
	if err != nil {
		t.Fatal(err)
	}
	if got := state["aws_api_gateway_rest_api.api"]["drained"]; got != want {
		t.Errorf("%s is drained: %v, want %v", region, got, want)
	}
}

func removeContext(t *testing.T, s *site, name string) {
	t.Helper()
	delete(s.contexts, name)
	if err := os.RemoveAll(filepath.Join(s.root, name)); err != nil {
		t.Fatal(err)
	}
}
