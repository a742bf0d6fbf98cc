package edge

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meridian-api/meridian/platform/problem"
)

// backend is the gateway of one Region. It responds with its name unless the test sets a
// handler.
type backend struct {
	*httptest.Server
	region  string
	sick    atomic.Bool // the health check fails
	handler http.HandlerFunc
}

func newBackend(t testing.TB, region string) *backend {
	b := &backend{region: region}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/health" && b.sick.Load():
			w.WriteHeader(http.StatusServiceUnavailable)
		case b.handler != nil && r.URL.Path != "/health":
			b.handler(w, r)
		default:
			io.WriteString(w, region)
		}
	}))
	t.Cleanup(b.Close)
	return b
}

func (b *backend) target() Target {
	u, _ := url.Parse(b.URL)
	return Target{Region: b.region, URL: u, HealthPaths: []string{"/health"}}
}

// kill stops the Region like a crash: open connections break and new ones are refused.
func (b *backend) kill() {
	b.CloseClientConnections()
	b.Close()
}

// start returns an Edge over the backends and a server in front of it. The change adapts the
// configuration. Health checks are so rare that the test runs them, with check.
func start(t *testing.T, change func(*Config), backends ...*backend) (*Edge, *httptest.Server) {
	t.Helper()
	cfg := Config{Interval: time.Hour, Log: slog.New(slog.DiscardHandler)}
	for _, b := range backends {
		cfg.Targets = append(cfg.Targets, b.target())
	}
	if change != nil {
		change(&cfg)
	}
	e, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	e.Start(context.Background())
	server := httptest.NewServer(e.Handler())
	t.Cleanup(func() { server.Close(); e.Close() })
	return e, server
}

// check checks the health of every Region once.
func check(e *Edge) {
	for _, r := range e.regions {
		e.check(context.Background(), r)
	}
}

type response struct {
	status int
	header http.Header
	body   string
}

func send(t *testing.T, method, url, from string, body io.Reader) response {
	t.Helper()
	req, err := http.NewRequest(method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	if from != "" {
		req.Header.Set("X-Client-Location", from)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{resp.StatusCode, resp.Header, string(b)}
}

// wantRegion checks that the given Region responds to a GET from the location.
func wantRegion(t *testing.T, server *httptest.Server, from, region string) {
	t.Helper()
	got := send(t, http.MethodGet, server.URL+"/accounts/a1", from, nil)
	if got.status != http.StatusOK || got.body != region || got.header.Get("X-Edge-Region") != region {
		t.Errorf("from %q: %d %s by %s, want %s", from, got.status, got.body, got.header.Get("X-Edge-Region"), region)
	}
}

// waitUntil waits until the condition holds, and fails the test after five seconds.
func waitUntil(t *testing.T, event string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("gave up waiting until %s", event)
		}
	}
}

// problemDetail checks that a response is a problem document, and returns its detail.
func problemDetail(t *testing.T, a response) (detail string) {
	t.Helper()
	var p problem.Problem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		t.Fatal(err)
	}
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type %q", got)
	}
	kinds := map[int]problem.Kind{http.StatusBadRequest: problem.Invalid, http.StatusBadGateway: problem.BadGateway}
	want := kinds[a.status]
	if p.Type != want.URI() || p.Title != want.Title || p.Status != a.status {
		t.Errorf("problem %+v", p)
	}
	return p.Detail
}
