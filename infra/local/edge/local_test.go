package edge

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// localEdge returns the handler of an edge with two Regions in this process. A client without
// a location is sent to us-east-1 first.
func localEdge(t *testing.T, east, west func(w http.ResponseWriter, r *http.Request) error) http.Handler {
	t.Helper()
	unused := &url.URL{Scheme: "http", Host: "127.0.0.1:1"}
	e, err := New(Config{Targets: []Target{
		{Region: "us-east-1", URL: unused, Local: east}, {Region: "us-west-2", URL: unused, Local: west},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return e.Handler()
}

// living returns Target.Local of a Region that lives and names itself.
func living(life *Life, name string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		return life.Serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, name) }), w, r)
	}
}

func TestLocalRegionsFailOver(t *testing.T) {
	// Each Region ends its own life while it serves, and then responds.
	dying := func(w http.ResponseWriter, r *http.Request) error {
		life := NewLife()
		return life.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Dropped", "1")
			life.End()
			<-r.Context().Done()
			io.WriteString(w, "dropped")
		}), w, r)
	}
	panicking := func(w http.ResponseWriter, r *http.Request) error {
		return NewLife().Serve(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("fault") }), w, r)
	}
	down := living(nil, "down")
	up := living(NewLife(), "up")
	tests := []struct {
		name, method string
		east, west   func(http.ResponseWriter, *http.Request) error
		status       int
		region, body string
	}{
		{name: "up", method: "POST", east: up, west: down, status: 200, region: "us-east-1", body: "up"},
		{name: "down", method: "GET", east: down, west: up, status: 200, region: "us-west-2", body: "up"},
		{name: "dying", method: "GET", east: dying, west: up, status: 200, region: "us-west-2", body: "up"},
		{name: "panics", method: "GET", east: panicking, west: up, status: 200, region: "us-west-2", body: "up"},
		{
			name: "dying during a write", method: "POST", east: dying, west: up,
			status: 502, region: "us-east-1", body: "may or may not have taken effect",
		},
		{
			name: "all down", method: "GET", east: down, west: down,
			status: 502, region: "us-west-2", body: "cannot be reached",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			localEdge(t, test.east, test.west).ServeHTTP(w, httptest.NewRequest(test.method, "/accounts", nil))
			region := w.Header().Get(regionHeader)
			if w.Code != test.status || region != test.region || !strings.Contains(w.Body.String(), test.body) {
				t.Errorf("%d from %q with %s, want %d from %q with %q",
					w.Code, region, w.Body, test.status, test.region, test.body)
			}
			if w.Header().Get("X-Dropped") != "" {
				t.Error("the response has a header of a Region that dropped the request")
			}
		})
	}
}

// TestLocalRequests checks that a Region sees what it would read from a connection with the
// client.
func TestLocalRequests(t *testing.T) {
	var got *http.Request
	see := func(_ http.ResponseWriter, r *http.Request) error { got = r; return nil }
	r := httptest.NewRequest("GET", "http://example.com/accounts/a%2Fb?x=1&y=%zz", nil)
	r.Header.Set(locationHeader, "40.71,-74.01")
	r.Header.Set("Te", "trailers")
	r.Header.Set("Authorization", "Bearer a")
	localEdge(t, see, see).ServeHTTP(httptest.NewRecorder(), r)
	if got.RequestURI != "/accounts/a%2Fb?x=1&y=%zz" || got.URL.Host != "" || got.Host != "example.com" {
		t.Errorf("the Region sees %s of %q and %q", got.RequestURI, got.URL.Host, got.Host)
	}
	if len(got.Header) != 1 || got.Header.Get("Authorization") == "" {
		t.Errorf("the Region sees the headers %v, want Authorization only", got.Header)
	}
	if r.Header.Get(locationHeader) == "" {
		t.Error("the edge changes the headers of its own request")
	}
}

func TestADeadRegionCannotWrite(t *testing.T) {
	life := NewLife()
	var written error
	err := life.Serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		life.End()
		_, written = io.WriteString(w, "late")
	}), httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if !errors.Is(err, errDropped) || !errors.Is(written, errDropped) {
		t.Errorf("Serve returns %v, and Write %v, want errDropped twice", err, written)
	}
}
