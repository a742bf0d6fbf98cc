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
	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/gateway"
	"github.com/meridian-api/meridian/platform/problem"
)

// everywhere are the problems that any operation can answer and no client
// brings about by its request. The tests here provoke them in every operation
// of the merged document.
var everywhere = []int{403, 429, 500, 502, 503, 504}

// statusOf is the status of a kind, by its slug.
func statusOf(slug string) int {
	for _, k := range problem.Kinds() {
		if k.Slug == slug {
			return k.Status
		}
	}
	return 0
}

// everyOperation calls every operation of the merged document with a request
// that nothing is wrong with, from the place, and holds the answers to a problem.
func everyOperation(t *testing.T, cloud *local.Cloud, from string, status int) {
	t.Helper()
	merged, err := pipeline.Merge(".")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for path, item := range merged.Doc.Paths.Map() {
		for method, op := range item.Operations() {
			all.Go(func() {
				r := exampleRequest(method, path, op)
				r.from = from
				a, err := try(t.Context(), cloud, r)
				if err != nil {
					t.Error(err)
					return
				}
				slug := strings.TrimPrefix(a.field("type"), "urn:meridian:problem:")
				if a.status != status || statusOf(slug) != status || a.header.Get("Content-Type") != "application/problem+json" || a.field("requestId") == "" {
					t.Errorf("%s: got %s, want the problem %d", op.OperationID, a, status)
				}
				if status == http.StatusServiceUnavailable && a.header.Get("Retry-After") == "" {
					t.Errorf("%s: no Retry-After: %s", op.OperationID, a)
				}
				if op.Responses.Status(status) == nil {
					t.Errorf("%s answers %d, which its specification does not have", op.OperationID, status)
				}
			})
		}
	}
	all.Wait()
}

// TestWhatStandsBeforeEveryOperation is the stage's limit and the firewall.
func TestWhatStandsBeforeEveryOperation(t *testing.T) {
	for status, change := range map[int]func(*local.Config){
		http.StatusTooManyRequests: func(cfg *local.Config) { cfg.Throttle = &gateway.Throttle{} },
		http.StatusForbidden:       func(cfg *local.Config) { cfg.Firewall = func(*http.Request) bool { return true } },
	} {
		everyOperation(t, start(t, change), "", status)
	}
}

// broken are Regions in which all functions fail, each in its own way, and a
// place near each. OTHER is the binary of another function.
var broken = map[int]struct{ region, near, how string }{
	500: {"us-east-1", "39.0,-77.5", "exec OTHER"},
	502: {"us-east-2", "40.0,-83.0", "exit 1"},
	503: {"us-west-1", "37.3,-121.9", "export AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:1 AWS_MAX_ATTEMPTS=1"},
	504: {"us-west-2", "45.8,-119.7", "exec sleep 60"},
}

// integrationTimeout is in the document for each function.
var integrationTimeout = regexp.MustCompile(`("timeoutInMillis":\s*)\d+`)

// TestEveryOperationsFunctionFails is a function of another operation, one that
// crashes, one whose store is down, and one that does not answer.
func TestEveryOperationsFunctionFails(t *testing.T) {
	cloud := start(t, func(cfg *local.Config) {
		cfg.Regions = nil
		for _, status := range slices.Sorted(maps.Keys(broken)) {
			cfg.Regions = append(cfg.Regions, broken[status].region)
		}
		cfg.Document = integrationTimeout.ReplaceAll(cfg.Document, []byte("${1}3000"))
		cfg.Binaries = breakAll(t, cfg.Binaries)
	})
	var all sync.WaitGroup
	for status, b := range broken {
		all.Go(func() { everyOperation(t, cloud, b.near, status) })
	}
	all.Wait()
}

// breakAll wraps each binary in a script that does what the Region is for.
func breakAll(t *testing.T, binaries map[string]map[string]string) map[string]map[string]string {
	t.Helper()
	dir, wrapped := t.TempDir(), map[string]map[string]string{}
	for service, functions := range binaries {
		wrapped[service] = map[string]string{}
		names := slices.Sorted(maps.Keys(functions))
		for i, name := range names {
			other := functions[names[(i+1)%len(names)]]
			script := "#!/bin/sh\ncase $AWS_REGION in\n"
			for _, b := range broken {
				script += fmt.Sprintf("%s) %s ;;\n", b.region, strings.ReplaceAll(b.how, "OTHER", "'"+other+"'"))
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
