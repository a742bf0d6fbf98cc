package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/gateway"
	"github.com/meridian-api/meridian/platform/problem"
)

// everywhere are the statuses of problems that any operation can have and that no
// request of a client provokes. The tests in this file provoke them in every operation
// of the merged document.
var everywhere = []int{403, 429, 500, 502, 503, 504}

// statusOf returns the status of a kind of problem, or 0 for an unknown slug.
func statusOf(slug string) int {
	for _, k := range problem.Kinds() {
		if k.Slug == slug {
			return k.Status
		}
	}
	return 0
}

// expectProblemOfEveryOperation calls every operation of the merged document with a
// valid request from a location, all concurrently, and expects a problem of the status
// that the operation declares.
func expectProblemOfEveryOperation(t *testing.T, cloud *local.Cloud, from string, status int) {
	t.Helper()
	merged, err := pipeline.Merge(".")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	defer all.Wait()
	for path, item := range merged.Doc.Paths.Map() {
		for method, op := range item.Operations() {
			check := func(t *testing.T) {
				a := call(t, cloud, exampleRequest(method, path, op).at(from))
				if a.status != status || statusOf(a.problem()) != status || a.field("requestId") == "" {
					t.Errorf("got %s, want the problem %d", a, status)
				}
				if status == http.StatusServiceUnavailable && a.header.Get("Retry-After") == "" {
					t.Errorf("got %s, want a Retry-After", a)
				}
				if op.Responses.Status(status) == nil {
					t.Errorf("the specification does not declare the status %d", status)
				}
			}
			all.Go(func() { t.Run(op.OperationID, check) })
		}
	}
}

// TestGatewayRefusesEveryOperation exceeds the stage's throttling limit, and blocks all
// requests with the firewall.
func TestGatewayRefusesEveryOperation(t *testing.T) {
	for _, test := range []struct {
		name   string
		status int
		change func(*local.Config)
	}{
		{
			name: "throttled", status: http.StatusTooManyRequests,
			change: func(cfg *local.Config) { cfg.Limits.Throttle = &gateway.Throttle{} },
		},
		{
			name: "blocked by the firewall", status: http.StatusForbidden,
			change: func(cfg *local.Config) { cfg.Firewall = func(*http.Request) bool { return true } },
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			expectProblemOfEveryOperation(t, startCloud(t, test.change), "", test.status)
		})
	}
}

// brokenRegion is a Region in which every function fails in the same way.
type brokenRegion struct {
	region, location string // a location whose nearest Region this is
	script           string // of the shell; OTHER is the binary of another function
	status           int
}

// brokenRegions are, by failure: a function of another operation, a crash, a store that
// is down, and a function that does not respond.
var brokenRegions = map[string]brokenRegion{
	"another operation": {region: "us-east-1", location: "39.0,-77.5", script: "exec OTHER", status: 500},
	"crash":             {region: "us-east-2", location: "40.0,-83.0", script: "exit 1", status: 502},
	"store down": {
		region: "us-west-1", location: "37.3,-121.9", status: 503,
		script: "export AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:1 AWS_MAX_ATTEMPTS=1",
	},
	"no response": {region: "us-west-2", location: "45.8,-119.7", script: "exec sleep 60", status: 504},
}

// integrationTimeout matches the timeout of each function in the deployable document.
var integrationTimeout = regexp.MustCompile(`("timeoutInMillis":\s*)\d+`)

func TestFunctionOfEveryOperationFails(t *testing.T) {
	cloud := startCloud(t, func(cfg *local.Config) {
		cfg.Regions = nil
		for _, failure := range slices.Sorted(maps.Keys(brokenRegions)) {
			cfg.Regions = append(cfg.Regions, brokenRegions[failure].region)
		}
		cfg.Document = integrationTimeout.ReplaceAll(cfg.Document, []byte("${1}3000"))
		cfg.Binaries = breakAll(t, cfg.Binaries)
	})
	var all sync.WaitGroup
	defer all.Wait()
	for failure, b := range brokenRegions {
		all.Go(func() {
			t.Run(failure, func(t *testing.T) { expectProblemOfEveryOperation(t, cloud, b.location, b.status) })
		})
	}
}

// breakAll wraps each binary in a shell script that runs the script of its Region.
func breakAll(t *testing.T, binaries build.Binaries) build.Binaries {
	t.Helper()
	dir, wrapped := t.TempDir(), build.Binaries{}
	for service, functions := range binaries {
		wrapped[service] = map[string]string{}
		names := slices.Sorted(maps.Keys(functions))
		for i, name := range names {
			other := functions[names[(i+1)%len(names)]]
			script := "#!/bin/sh\ncase $AWS_REGION in\n"
			for _, b := range brokenRegions {
				script += fmt.Sprintf("%s) %s ;;\n", b.region, strings.ReplaceAll(b.script, "OTHER", "'"+other+"'"))
			}
			script += "esac\nexec '" + functions[name] + "'\n"
			file := filepath.Join(dir, service+"-"+name)
			if err := os.WriteFile(file, []byte(script), 0o755); err != nil {
				t.Fatal(err)
			}
			wrapped[service][name] = file
		}
	}
	return wrapped
}
