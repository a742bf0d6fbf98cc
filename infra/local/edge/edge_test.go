package edge

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	newYork = "40.7128,-74.0060"
	seattle = "47.6062,-122.3321"
)

var cities = []struct {
	name, at string
	two      string // nearest of us-east-1 and us-west-2
	three    string // nearest of these and ca-central-1
}{
	{"Toronto", "43.6532,-79.3832", "us-east-1", "ca-central-1"},
	{"Vancouver", "49.2827,-123.1207", "us-west-2", "us-west-2"},
	{"Miami", "25.7617,-80.1918", "us-east-1", "us-east-1"},
	{"Seattle", seattle, "us-west-2", "us-west-2"},
	{"New York", newYork, "us-east-1", "us-east-1"},
	{"Los Angeles", "34.0522,-118.2437", "us-west-2", "us-west-2"},
	{"Montreal", "45.5019,-73.5674", "us-east-1", "ca-central-1"},
}

func TestNearestRegion(t *testing.T) {
	east, west, canada := newBackend(t, "us-east-1"), newBackend(t, "us-west-2"), newBackend(t, "ca-central-1")
	_, two := start(t, nil, east, west)
	_, three := start(t, nil, west, east, canada)
	for _, city := range cities {
		t.Run(city.name, func(t *testing.T) {
			wantRegion(t, two, city.at, city.two)
			wantRegion(t, three, city.at, city.three)
		})
	}
	wantRegion(t, two, "", "us-east-1")   // the location of the first target
	wantRegion(t, three, "", "us-west-2") // likewise
}

func TestFailoverAndBack(t *testing.T) {
	east, west := newBackend(t, "us-east-1"), newBackend(t, "us-west-2")
	var log strings.Builder
	e, server := start(t, func(cfg *Config) {
		cfg.Threshold = 3
		cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	}, east, west)

	step := func(sick bool, wants ...string) {
		t.Helper()
		east.sick.Store(sick)
		for _, want := range wants {
			check(e)
			wantRegion(t, server, newYork, want)
		}
	}
	const here, there = "us-east-1", "us-west-2"
	step(true, here, here)          // two failures are below the threshold of three
	step(false, here)               // a success resets the count
	step(true, here, here, there)   // three failures fail over
	step(false, there, there)       // two successes are below the threshold
	step(true, there)               // a failure resets the count
	step(false, there, there, here) // three successes fail back

	if got := e.Health(); !got[here] || !got[there] || len(got) != 2 {
		t.Errorf("health %v", got)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	const unhealthy = `msg="Region unhealthy" region=us-east-1 reason="/health: status 503 Service Unavailable"`
	const healthy = `msg="Region healthy" region=us-east-1`
	if len(lines) != 2 || !strings.Contains(lines[0], unhealthy) || !strings.Contains(lines[1], healthy) {
		t.Errorf("log:\n%s", log.String())
	}
}

// TestKilledRegionIsUnhealthy checks that a Region that does not respond fails its checks.
func TestKilledRegionIsUnhealthy(t *testing.T) {
	east, west := newBackend(t, "us-east-1"), newBackend(t, "us-west-2")
	e, server := start(t, func(cfg *Config) { cfg.Threshold = 2 }, east, west)
	east.kill()
	check(e)
	if !e.Health()["us-east-1"] {
		t.Error("unhealthy after one failure, below the threshold of two")
	}
	check(e)
	if e.Health()["us-east-1"] {
		t.Error("healthy although the Region does not respond")
	}
	wantRegion(t, server, newYork, "us-west-2")
}

// TestFirstCheckDecides checks that the check of Start decides alone, so that the first
// request is routed correctly.
func TestFirstCheckDecides(t *testing.T) {
	east, west := newBackend(t, "us-east-1"), newBackend(t, "us-west-2")
	east.sick.Store(true)
	e, server := start(t, nil, east, west)
	if got := e.Health(); got["us-east-1"] || !got["us-west-2"] {
		t.Errorf("health %v", got)
	}
	wantRegion(t, server, newYork, "us-west-2")
}

func TestEveryHealthPathCounts(t *testing.T) {
	east, west := newBackend(t, "us-east-1"), newBackend(t, "us-west-2")
	var asked atomic.Value
	east.handler = func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.RequestURI)
		w.WriteHeader(http.StatusForbidden)
	}
	e, _ := start(t, func(cfg *Config) {
		cfg.Targets[0].URL = cfg.Targets[0].URL.JoinPath("stage")
		cfg.Targets[0].HealthPaths = []string{"/profiles/health?deep=1"}
		cfg.Targets[1].HealthPaths = append(cfg.Targets[1].HealthPaths, "/profiles/health")
	}, east, west)
	if got := e.Health(); got["us-east-1"] || !got["us-west-2"] {
		t.Errorf("health %v", got)
	}
	if asked.Load() != "/stage/profiles/health?deep=1" {
		t.Errorf("requested %v", asked.Load())
	}
}

func TestRedirectIsHealthy(t *testing.T) {
	east := newBackend(t, "us-east-1")
	east.handler = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/gone", http.StatusFound) }
	e, _ := start(t, func(cfg *Config) { cfg.Targets[0].HealthPaths = []string{"/moved"} }, east)
	if !e.Health()["us-east-1"] {
		t.Error("a Region that redirects its health check is unhealthy")
	}
}

// TestEachHealthPathHasItsOwnTime checks that two paths, of which each responds in time,
// are healthy although together they take longer than one may.
func TestEachHealthPathHasItsOwnTime(t *testing.T) {
	east := newBackend(t, "us-east-1")
	east.handler = func(http.ResponseWriter, *http.Request) { time.Sleep(checkTimeout*6/10 + checkTimeout/100) }
	e, _ := start(t, func(cfg *Config) { cfg.Targets[0].HealthPaths = []string{"/one", "/two"} }, east)
	if !e.Health()["us-east-1"] {
		t.Error("a Region with two paths that respond in time is unhealthy")
	}
}

func TestAllUnhealthyRoutesToAll(t *testing.T) {
	east, west := newBackend(t, "us-east-1"), newBackend(t, "us-west-2")
	east.sick.Store(true)
	west.sick.Store(true)
	_, server := start(t, nil, east, west)
	wantRegion(t, server, newYork, "us-east-1")
	wantRegion(t, server, seattle, "us-west-2")
}

// TestRegionWithoutHealthPaths checks that such a Region is always healthy, like a record
// without a health check.
func TestRegionWithoutHealthPaths(t *testing.T) {
	east, west := newBackend(t, "us-east-1"), newBackend(t, "us-west-2")
	e, server := start(t, func(cfg *Config) { cfg.Targets[0].HealthPaths = nil }, east, west)
	east.kill()
	for range 3 {
		wantRegion(t, server, newYork, "us-west-2") // because of the retry
	}
	if !e.Health()["us-east-1"] {
		t.Error("the Region became unhealthy")
	}
}

func TestChecksRepeatUntilClose(t *testing.T) {
	before := runtime.NumGoroutine()
	east, west := newBackend(t, "us-east-1"), newBackend(t, "us-west-2")
	e, server := start(t, func(cfg *Config) { cfg.Interval = 2 * time.Millisecond }, east, west)
	for _, sick := range []bool{true, false} {
		east.sick.Store(sick)
		waitUntil(t, "a check detects the change", func() bool { return e.Health()["us-east-1"] != sick })
	}
	server.Close()
	e.Close()
	e.Close()
	e.Start(context.Background()) // has no effect after Close
	east.kill()
	west.kill()
	http.DefaultClient.CloseIdleConnections()
	waitUntil(t, "all goroutines have ended", func() bool { return runtime.NumGoroutine() <= before })
}

// TestCloseInterruptsChecks checks that Close does not wait for a Region that does not
// respond to its check.
func TestCloseInterruptsChecks(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	defer server.Close()
	defer close(release)
	u, _ := url.Parse(server.URL)
	e, err := New(Config{Targets: []Target{{Region: "us-east-1", URL: u, HealthPaths: []string{"/health"}}}})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() { e.Start(context.Background()) })
	time.Sleep(20 * time.Millisecond)
	begun := time.Now()
	e.Close()
	wg.Wait()
	if took := time.Since(begun); took > time.Second {
		t.Errorf("Close took %v", took)
	}
	if !e.Health()["us-east-1"] {
		t.Error("an interrupted check was counted")
	}
}

func TestConfigurationErrors(t *testing.T) {
	u, _ := url.Parse("http://127.0.0.1:1")
	ftp, _ := url.Parse("ftp://127.0.0.1")
	good := Target{Region: "us-east-1", URL: u}
	for name, test := range map[string]struct {
		cfg  Config
		want string
	}{
		"no targets": {cfg: Config{}, want: "no targets"},
		"unknown Region": {
			cfg:  Config{Targets: []Target{{Region: "us-east-9", URL: u}}},
			want: `unknown Region "us-east-9": the known Regions are af-south-1, ap-east-1,`,
		},
		"duplicate Region": {cfg: Config{Targets: []Target{good, good}}, want: "duplicate Region us-east-1"},
		"no URL":           {cfg: Config{Targets: []Target{{Region: "us-east-1"}}}, want: "of Region us-east-1"},
		"scheme":           {cfg: Config{Targets: []Target{{Region: "us-east-1", URL: ftp}}}, want: "URL ftp://127.0.0.1"},
		"health path": {
			cfg:  Config{Targets: []Target{{Region: "us-east-1", URL: u, HealthPaths: []string{"health"}}}},
			want: `health path "health"`,
		},
		"interval": {cfg: Config{Targets: []Target{good}, Interval: -1}, want: "negative"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := New(test.cfg); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestDrainedRegionGetsNoRequests(t *testing.T) {
	east, west := newBackend(t, "us-east-1"), newBackend(t, "us-west-2")
	e, server := start(t, nil, east, west)
	drain := func(region string, drained bool) {
		t.Helper()
		if err := e.SetDrained(region, drained); err != nil {
			t.Fatal(err)
		}
	}
	drain("us-east-1", true)
	wantRegion(t, server, newYork, "us-west-2")
	if err := e.SetDrained("us-west-2", true); !errors.Is(err, ErrLastRegion) ||
		!strings.Contains(err.Error(), "us-west-2 is the last Region in DNS") {
		t.Errorf("draining the last Region: %v", err)
	}
	west.sick.Store(true)
	check(e)
	check(e)
	wantRegion(t, server, newYork, "us-west-2") // unhealthy, but the only one in DNS
	drain("us-east-1", false)
	wantRegion(t, server, newYork, "us-east-1")
	if err := e.SetDrained("us-west-9", true); err == nil {
		t.Error("an unknown Region was drained")
	}
}

func TestHealthPathsChange(t *testing.T) {
	east, west := newBackend(t, "us-east-1"), newBackend(t, "us-west-2")
	e, _ := start(t, nil, east, west)
	east.handler = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }
	if err := e.SetHealthPaths("us-east-1", []string{"/health", "/other/health"}); err != nil {
		t.Fatal(err)
	}
	check(e)
	check(e)
	if e.Health()["us-east-1"] {
		t.Error("the new health path is not checked")
	}
	if err := e.SetHealthPaths("us-east-1", []string{"health"}); err == nil {
		t.Error("a path without a slash was accepted")
	}
}
