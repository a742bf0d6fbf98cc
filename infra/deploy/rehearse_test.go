package deploy

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/release"
)

// serveAsFunction makes this test binary a function that responds with 200.
func serveAsFunction(api string) {
	for {
		next, err := http.Get(api + "next")
		if err != nil {
			os.Exit(0) // the service has ended
		}
		io.Copy(io.Discard, next.Body)
		next.Body.Close()
		url := api + next.Header.Get("Lambda-Runtime-Aws-Request-Id") + "/response"
		posted, err := http.Post(url, "application/json", strings.NewReader(`{"statusCode":200}`))
		if err == nil {
			posted.Body.Close()
		}
	}
}

// rehearsed is a site whose functions and document the embedded cloud can run.
type rehearsed struct {
	*site
	session *session
	out     bytes.Buffer
}

func newRehearsed(t *testing.T) *rehearsed {
	r := &rehearsed{site: newSite(t)}
	r.contexts = map[string][]string{"one": {"check", "get"}, "two": {"check"}}
	r.session = r.open(&r.out)
	r.session.rehearses = true
	r.session.embedded = &embedded{dir: t.TempDir(), binaries: t.TempDir()}
	t.Cleanup(r.session.close)
	return r
}

// build keeps a release whose functions are this test binary.
func (r *rehearsed) build(ctx context.Context) (*release.Release, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	dir := r.t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			r.t.Fatal(err)
		}
		return path
	}
	b := release.Build{
		Root: r.root, Dist: dir, OS: "linux", Arch: "arm64", Specification: write("openapi.json", []byte("{}")),
		Manifests: map[string]string{}, Functions: map[string]map[string]string{},
	}
	paths := map[string]any{}
	for name, functions := range r.contexts {
		m := manifest.Service{Name: name, Functions: map[string]manifest.Function{}}
		b.Functions[name] = map[string]string{}
		for _, f := range functions {
			path, id := "/"+name+"/"+f, name+f
			m.Functions[f] = manifest.Function{
				OperationID: id, Method: http.MethodGet, Path: path, MemoryMB: 128, TimeoutSeconds: 20, Health: f == "check",
			}
			paths[path] = servedBy(name+"-"+f, id)
			zipped, err := build.Zip([]byte(name + f))
			if err != nil {
				return nil, err
			}
			b.Functions[name][f] = write(name+f+".zip", zipped)
		}
		data, err := json.Marshal(m)
		if err != nil {
			return nil, err
		}
		b.Manifests[name] = write(name+".json", data)
	}
	document, err := json.Marshal(map[string]any{
		"openapi": "3.0.3", "info": map[string]string{"title": "Test", "version": "1"}, "paths": paths,
		"x-amazon-apigateway-gateway-responses": map[string]any{"MISSING_AUTHENTICATION_TOKEN": map[string]any{
			"statusCode":         "403",
			"responseParameters": map[string]string{"gatewayresponse.header." + deployable.DigestHeader: "'0123456789ab'"},
		}},
	})
	if err != nil {
		return nil, err
	}
	b.Document = write("deployable.json", document)
	built, err := release.DescribeAt(ctx, b, strings.Repeat("0", 40), false)
	if err != nil {
		return nil, err
	}
	for _, functions := range built.Functions {
		for name, file := range functions {
			if err := r.session.embedded.keep(self, file, name); err != nil {
				return nil, err
			}
		}
	}
	return built, r.session.store.Keep(ctx, built)
}

func servedBy(function, operation string) map[string]any {
	return map[string]any{"get": map[string]any{
		"operationId": operation, "responses": map[string]any{"200": map[string]string{"description": "OK"}},
		"x-amazon-apigateway-integration": map[string]string{"type": "aws_proxy", "httpMethod": "POST",
			"uri": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/" +
				"arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${stageVariables.environment}-" +
				function + ":live/invocations"},
	}}
}

// testPace is slow enough for cold starts of this test binary with the race detector,
// one of which takes a second on a busy machine.
var testPace = pace{rate: 5, quiet: time.Second}

// TestRehearsal runs the complete rehearsal with the recorder in Terraform's place:
// no request fails in a roll-out, a rollback and a drain, and only the first Region
// serves the release that fails its smoke tests.
func TestRehearsal(t *testing.T) {
	r := newRehearsed(t)
	if err := r.session.rehearseAll(t.Context(), r.build, testPace); err != nil {
		t.Fatalf("%v\n%s", err, r.out.String())
	}
	for _, phase := range []string{"steady", "roll-out", "rollback", "drain us-east-1", "drain us-west-2", "afterwards"} {
		if !regexp.MustCompile(phase + ` +[1-9]\d* +0 +0 `).MatchString(r.out.String()) {
			t.Errorf("%s has no requests, or some that failed:\n%s", phase, r.out.String())
		}
	}
	if !regexp.MustCompile(failingPhase + ` +[1-9]\d* +\d+ +0 `).MatchString(r.out.String()) {
		t.Errorf("the failing release has failures elsewhere:\n%s", r.out.String())
	}
	want := `as intended, the broken release failed: smoke test "one health"`
	if !strings.Contains(r.out.String(), want) {
		t.Errorf("the output lacks %q:\n%s", want, r.out.String())
	}
}

// TestLoadReportsFailures checks that a request with another status than its probe's
// counts as a failure, outside the failing release too.
func TestLoadReportsFailures(t *testing.T) {
	r := newRehearsed(t)
	first := r.mustRollOut()
	h, err := newHouse(t.Context(), r.session.store, first, r.session.settings, r.session.system)
	if err != nil {
		t.Fatal(err)
	}
	h.smoke = []Probe{{Name: "wrong", Method: http.MethodGet, Path: "/one/get", Status: http.StatusTeapot}}
	l, err := newLoad(t.Context(), r.session.embedded, testPace.rate, r.session.environment.Regions, h)
	if err != nil {
		t.Fatal(err)
	}
	l.phase("steady")
	time.Sleep(testPace.quiet)
	l.stop()
	if err := l.print(io.Discard, "us-east-1"); err == nil ||
		!strings.Contains(err.Error(), "GET /one/get has status 200, want 418") {
		t.Errorf("error %v", err)
	}
}

// mustRollOut builds a release and rolls it out.
func (r *rehearsed) mustRollOut() *release.Release {
	r.t.Helper()
	built, err := r.build(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.session.rollOut(r.t.Context(), built); err != nil {
		r.t.Fatalf("%v\n%s", err, r.out.String())
	}
	return built
}

func TestRehearsedDrainMovesClients(t *testing.T) {
	r := newRehearsed(t)
	r.mustRollOut()
	for _, drained := range []bool{true, false} {
		if err := r.session.setDrained(t.Context(), "us-east-1", drained, r.session.checker()); err != nil {
			t.Fatalf("%v\n%s", err, r.out.String())
		}
		response, err := http.Get(r.session.embedded.cloud.URL() + "/one/get") // without a location, as from us-east-1
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		want := map[bool]string{true: "us-west-2", false: "us-east-1"}[drained]
		if got := response.Header.Get("X-Edge-Region"); response.StatusCode != http.StatusOK || got != want {
			t.Errorf("drained %v: status %d from %s, want %s", drained, response.StatusCode, got, want)
		}
	}
}

func TestAnnotatedPackageHasTheSameFiles(t *testing.T) {
	original, err := build.Zip([]byte("the binary"))
	if err != nil {
		t.Fatal(err)
	}
	annotated, err := annotatedZip(original, "a note")
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(annotated), int64(len(annotated)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := archive.Open("bootstrap")
	if err != nil {
		t.Fatal(err)
	}
	if data, err := io.ReadAll(f); err != nil || string(data) != "the binary" {
		t.Errorf("bootstrap is %q, %v", data, err)
	}
	if bytes.Equal(original, annotated) || archive.Comment != "a note" {
		t.Errorf("the comment is %q", archive.Comment)
	}
}
