package local_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/local"
)

// asFunction is the variable that makes this test binary act as a function's
// bootstrap: it responds with the variable's value.
const asFunction = "MERIDIAN_TEST_FUNCTION"

func TestMain(m *testing.M) {
	if version := os.Getenv(asFunction); version != "" {
		serveAsFunction(version)
	}
	os.Exit(m.Run())
}

// serveAsFunction responds to every invocation with its version, its process, and,
// for a request with ?slow, after 300 ms.
func serveAsFunction(version string) {
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		next, err := http.Get(api + "next")
		if err != nil {
			os.Exit(0) // the service has ended
		}
		event, _ := io.ReadAll(next.Body)
		next.Body.Close()
		if bytes.Contains(event, []byte(`"slow"`)) {
			time.Sleep(300 * time.Millisecond)
		}
		response := fmt.Sprintf(`{"statusCode":200,"body":"%s %d"}`, version, os.Getpid())
		posted, err := http.Post(api+next.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/response", "application/json",
			strings.NewReader(response))
		if err == nil {
			posted.Body.Close()
		}
	}
}

// releaseOf returns a release of the context "one" whose document and functions have
// versions. The function health serves /one/health.
func releaseOf(t *testing.T, document string, functions map[string]string) local.Release {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := &manifest.Service{Name: "one", Functions: map[string]manifest.Function{}}
	binaries := map[string]string{}
	paths := map[string]any{}
	for name, version := range functions {
		path := "/one/" + name
		s.Functions[name] = manifest.Function{
			OperationID: name, Method: http.MethodGet, Path: path, MemoryMB: 128, TimeoutSeconds: 20, Health: name == "health",
			Environment: map[string]string{asFunction: version, "GOCOVERDIR": os.Getenv("GOCOVERDIR")},
		}
		binaries[name] = self
		paths[path] = map[string]any{"get": map[string]any{
			"operationId": name, "responses": map[string]any{"200": map[string]string{"description": "OK"}},
			"x-amazon-apigateway-integration": map[string]string{"type": "aws_proxy", "httpMethod": "POST",
				"uri": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/" +
					"arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${stageVariables.environment}-one-" +
					name + ":live/invocations"},
		}}
	}
	data, err := json.Marshal(map[string]any{
		"openapi": "3.0.3", "info": map[string]string{"title": "Test", "version": document}, "paths": paths,
		"x-amazon-apigateway-gateway-responses": map[string]any{"MISSING_AUTHENTICATION_TOKEN": map[string]any{
			"statusCode": "403", "responseParameters": map[string]string{"gatewayresponse.header." +
				deployable.DigestHeader: "'" + document + "'"},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return local.Release{Document: data, Services: []*manifest.Service{s},
		Binaries: map[string]map[string]string{"one": binaries}}
}

const (
	east    = "us-east-1"
	west    = "us-west-2"
	newYork = "40.7128,-74.0060"
)

// startCloud starts a cloud of two Regions with a release.
func startCloud(t *testing.T, release local.Release) *local.Cloud {
	t.Helper()
	edge, err := local.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	cloud, err := local.Start(t.Context(), local.Config{
		Settings: local.Settings{Regions: []string{east, west}}, Edge: edge, Release: release,
		Log: slog.New(slog.DiscardHandler), FunctionLog: func(_, _, _, _ string) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	return cloud
}

type response struct {
	status   int
	body     string
	document string
	region   string
}

// get sends a request through the edge, as a client in New York.
func get(cloud *local.Cloud, path string) (response, error) { return getFrom(cloud.URL(), path) }

func getFrom(url, path string) (response, error) {
	r, err := http.NewRequest(http.MethodGet, url+path, nil)
	if err != nil {
		return response{}, err
	}
	r.Header.Set("X-Client-Location", newYork)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return response{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return response{resp.StatusCode, string(body), resp.Header.Get(deployable.DigestHeader),
		resp.Header.Get("X-Edge-Region")}, err
}

func mustGet(t *testing.T, cloud *local.Cloud, path string) response {
	t.Helper()
	r, err := get(cloud, path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// mustServe checks that a function of a version serves a path, and returns its process.
func mustServe(t *testing.T, cloud *local.Cloud, path, version string) (pid string) {
	t.Helper()
	r := mustGet(t, cloud, path)
	got, pid, _ := strings.Cut(r.body, " ")
	if r.status != http.StatusOK || got != version {
		t.Fatalf("%s has %+v, want version %s", path, r, version)
	}
	return pid
}

func TestDeployReplacesFunctionsAndDocument(t *testing.T) {
	cloud := startCloud(t, releaseOf(t, "1", map[string]string{"same": "1", "changed": "1", "removed": "1"}))
	same, changed := mustServe(t, cloud, "/one/same", "1"), mustServe(t, cloud, "/one/changed", "1")
	if err := cloud.Deploy(east,
		releaseOf(t, "2", map[string]string{"same": "1", "changed": "2", "added": "2"})); err != nil {
		t.Fatal(err)
	}
	if pid := mustServe(t, cloud, "/one/same", "1"); pid != same {
		t.Error("the function that stays the same was restarted")
	}
	if pid := mustServe(t, cloud, "/one/changed", "2"); pid == changed {
		t.Error("the changed function was not restarted")
	}
	mustServe(t, cloud, "/one/added", "2")
	if r := mustGet(t, cloud, "/one/removed"); r.status != http.StatusForbidden || r.document != "2" {
		t.Errorf("the removed path has %+v", r)
	}
	other, err := getFrom(cloud.Regions()[1].URL, "/-")
	if err != nil || other.document != "1" {
		t.Errorf("the other Region serves %+v, %v", other, err)
	}
	waitUntilEnded(t, changed)
}

// waitUntilEnded waits until a process is gone, and fails the test after five seconds.
func waitUntilEnded(t *testing.T, pid string) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join("/proc", pid)); os.IsNotExist(err) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("process %s still runs", pid)
		}
	}
}

// TestDeployInParts checks each half of a roll-out: a function that was added serves
// nothing before the document names it, and one that the document still names can be
// invoked after the others were added.
func TestDeployInParts(t *testing.T) {
	before := releaseOf(t, "1", map[string]string{"get": "1"})
	after := releaseOf(t, "2", map[string]string{"get": "2", "added": "2"})
	cloud := startCloud(t, before)
	if err := cloud.DeployFunctions(east, after.Services[0], after.Binaries["one"]); err != nil {
		t.Fatal(err)
	}
	mustServe(t, cloud, "/one/get", "2")
	if r := mustGet(t, cloud, "/one/added"); r.status != http.StatusForbidden {
		t.Errorf("before its document, the new function has %+v", r)
	}
	if err := cloud.DeployDocument(east, after.Document); err != nil {
		t.Fatal(err)
	}
	mustServe(t, cloud, "/one/added", "2")
}

// TestDeployWaitsForRequests checks that a request that began with the old document
// ends on the old function, although the release has neither.
func TestDeployWaitsForRequests(t *testing.T) {
	cloud := startCloud(t, releaseOf(t, "1", map[string]string{"old": "1"}))
	mustServe(t, cloud, "/one/old", "1")
	done := make(chan error, 1)
	begun := time.Now()
	go func() {
		r, err := get(cloud, "/one/old?slow")
		if err == nil && (r.status != http.StatusOK || !strings.HasPrefix(r.body, "1 ")) {
			err = fmt.Errorf("the request in progress has %+v", r)
		}
		done <- err
	}()
	time.Sleep(100 * time.Millisecond) // the function takes 300 ms
	if err := cloud.Deploy(east, releaseOf(t, "2", map[string]string{"new": "2"})); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took < 300*time.Millisecond {
		t.Errorf("Deploy returned after %v, before the request had ended", took)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	mustServe(t, cloud, "/one/new", "2")
}

// TestDeployAndDrainUnderLoad checks that no request fails while both Regions get
// release after release, and while each is drained.
func TestDeployAndDrainUnderLoad(t *testing.T) {
	cloud := startCloud(t, releaseOf(t, "1", map[string]string{"get": "1", "health": "1"}))
	var sent, drained atomic.Int64
	done := make(chan struct{})
	var clients sync.WaitGroup
	for range 3 {
		clients.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				r, err := get(cloud, []string{"/one/get", "/one/health"}[n%2])
				if err != nil || r.status != http.StatusOK {
					t.Errorf("request %d: %+v, %v", n, r, err)
					return
				}
				sent.Add(1)
				if r.region == west {
					drained.Add(1)
				}
			}
		})
	}
	for _, version := range []string{"2", "3"} {
		for _, region := range []string{east, west} {
			if err := cloud.Drain(region, true); err != nil {
				t.Error(err)
			}
			if err := cloud.Deploy(region,
				releaseOf(t, version, map[string]string{"get": version, "health": version})); err != nil {
				t.Error(err)
			}
			waitForRequests(t, &sent, 10)
			if err := cloud.Drain(region, false); err != nil {
				t.Error(err)
			}
		}
	}
	close(done)
	clients.Wait()
	if drained.Load() == 0 {
		t.Errorf("%s, which serves New York while %s is drained, had none of %d requests", west, east, sent.Load())
	}
	mustServe(t, cloud, "/one/get", "3")
}

// waitForRequests waits until n more requests were sent, and fails the test after ten
// seconds.
func waitForRequests(t *testing.T, sent *atomic.Int64, n int64) {
	t.Helper()
	before := sent.Load()
	for end := time.Now().Add(10 * time.Second); sent.Load() < before+n; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d requests in ten seconds", sent.Load()-before)
		}
	}
}

func TestDeployErrors(t *testing.T) {
	first := releaseOf(t, "1", map[string]string{"get": "1"})
	cloud := startCloud(t, first)
	bad := releaseOf(t, "2", map[string]string{"get": "2"})
	bad.Document = []byte(`{"openapi": "2.0"}`)
	data := releaseOf(t, "2", map[string]string{"get": "2"})
	data.Services[0].Tables = map[string]manifest.Table{"new": {HashKey: manifest.Key{Name: "id", Type: "S"}}}
	data.Services[0].Secrets = map[string]manifest.Secret{"key": {}}
	if err := cloud.StopRegion(west); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		region  string
		release local.Release
		want    string
	}{
		"unknown Region": {region: "us-west-9", release: first, want: `does not run the Region "us-west-9"`},
		"stopped Region": {region: west, release: first, want: "the Region is stopped"},
		"bad document":   {region: east, release: bad, want: "openapi"},
		"new table":      {region: east, release: data, want: "the table local-new"},
		"new secret":     {region: east, release: data, want: "without the secret"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := cloud.Deploy(test.region, test.release); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
			mustServe(t, cloud, "/one/get", "1")
		})
	}
}

// TestRestartedRegionRunsItsRelease checks that a stopped Region comes back with what
// was deployed last.
func TestRestartedRegionRunsItsRelease(t *testing.T) {
	cloud := startCloud(t, releaseOf(t, "1", map[string]string{"get": "1"}))
	if err := cloud.Deploy(east, releaseOf(t, "2", map[string]string{"get": "2"})); err != nil {
		t.Fatal(err)
	}
	if err := cloud.StopRegion(east); err != nil {
		t.Fatal(err)
	}
	if err := cloud.StartRegion(east); err != nil {
		t.Fatal(err)
	}
	if r, err := getFrom(cloud.Regions()[0].URL, "/one/get"); err != nil || !strings.HasPrefix(r.body, "2 ") {
		t.Errorf("%+v, %v", r, err)
	}
}
