package control_test

import (
	"bufio"
	stdcmp "cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/local/control"
	"github.com/meridian-api/meridian/infra/local/function"
	"github.com/meridian-api/meridian/infra/local/gateway"
)

// cloud records the commands that it receives.
type cloud struct {
	mu    sync.Mutex
	calls []string
}

func (c *cloud) call(format string, args ...any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, fmt.Sprintf(format, args...))
	return nil
}

func (c *cloud) Status(location string) (control.Status, error) {
	if location == "nowhere" {
		return control.Status{}, errors.New("no such location")
	}
	return control.Status{Route: []string{"us-east-1"}}, nil
}
func (c *cloud) StopRegion(name string) error   { return c.call("stop %s", name) }
func (c *cloud) StartRegion(name string) error  { return c.call("start %s", name) }
func (c *cloud) Cut(a, b string) error          { return c.call("cut %s %s", a, b) }
func (c *cloud) Heal(a, b string) error         { return c.call("heal %s %s", a, b) }
func (c *cloud) SetLag(lag time.Duration) error { return c.call("lag %s", lag) }
func (c *cloud) SetFault(f control.Fault) error { return c.call("fault %+v", f) }
func (c *cloud) ExpireKeys() error              { return c.call("keys") }
func (c *cloud) SetSecretsOutage(outage bool)   { c.call("secrets %t", outage) }
func (c *cloud) Pending(int) []control.Write    { return []control.Write{{From: "a", To: "b"}} }
func (c *cloud) Conflicts() []control.Write     { return []control.Write{{From: "b", Winner: "a"}} }
func (c *cloud) SetSkew(r string, d time.Duration) error {
	return c.call("skew %s %s", r, d)
}

func (c *cloud) Mint(user string, scopes []string) (control.Token, error) {
	return control.Token{AccessToken: user + " " + strings.Join(scopes, ",")}, nil
}

func (c *cloud) Invoke(_ context.Context, region, function, trace string, event []byte) ([]byte, error) {
	return []byte(region + " " + function), c.call("invoke %s %s %t", function, event, strings.HasPrefix(trace, "Root=1-"))
}

func (c *cloud) Tables(context.Context, string) ([]control.Table, error) {
	return []control.Table{{Name: "t", Items: 1}}, nil
}

func (c *cloud) Items(context.Context, string, string, int) (json.RawMessage, error) {
	return json.RawMessage(`[{"id":{"S":"1"}}]`), nil
}

func start(t *testing.T) (*cloud, *control.Recorder, control.Client) {
	t.Helper()
	c, recorder := &cloud{}, control.NewRecorder()
	server := httptest.NewServer(control.NewServer(c, recorder))
	t.Cleanup(server.Close)
	return c, recorder, control.Client{URL: server.URL + control.Path}
}

func TestCommandsReachTheCloud(t *testing.T) {
	c, _, client := start(t)
	ctx := t.Context()
	for _, err := range []error{
		client.SetRegion(ctx, "us-east-1", true), client.SetRegion(ctx, "us-east-1", false),
		client.SetLink(ctx, "a", "b", true), client.SetLink(ctx, "a", "b", false),
		client.SetLag(ctx, 2*time.Second), client.SetSkew(ctx, "a", -time.Minute),
		client.SetFault(ctx, control.Fault{Function: "f", Crash: true}),
		client.ExpireKeys(ctx), client.SetSecretsOutage(ctx, true),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	result, err := client.Invoke(ctx, "", "f", []byte(`{"a":1}`))
	if err != nil || result.Response != "us-east-1 f" {
		t.Errorf("Invoke: %+v, error %v", result, err)
	}
	want := []string{
		"stop us-east-1", "start us-east-1", "cut a b", "heal a b", "lag 2s", "skew a -1m0s",
		"fault {Function:f Crash:true Throttle:false DelayMs:0}", "keys", "secrets true", `invoke f {"a":1} true`,
	}
	if diff := cmp.Diff(want, c.calls); diff != "" {
		t.Errorf("calls of the cloud (-want +got):\n%s", diff)
	}
	invoked, err := client.Request(ctx, result.RequestID)
	if err != nil || invoked.Event != `{"a":1}` || invoked.Status != http.StatusOK {
		t.Errorf("the recorded invocation: %+v, error %v", invoked, err)
	}
	if token, err := client.Token(ctx, "ada", "a", "b"); err != nil || token.AccessToken != "ada a,b" {
		t.Errorf("Token: %+v, error %v", token, err)
	}
	if _, err := client.Status(ctx, "nowhere"); err == nil || err.Error() != "no such location" {
		t.Errorf("Status of an unknown location: error %v", err)
	}
}

func TestForeignRequestsAreRefused(t *testing.T) {
	c, recorder := &cloud{}, control.NewRecorder()
	server := control.NewServer(c, recorder)
	tests := map[string]struct {
		host, origin, contentType string
		status                    int
	}{
		"own site":          {host: "localhost:8080", origin: "http://localhost:8080", status: 200},
		"another site":      {host: "localhost:8080", origin: "http://example.com", status: 403},
		"another host name": {host: "example.com", status: 403},
		"a form":            {host: "127.0.0.1:8080", contentType: "text/plain", status: 400},
		"IPv6":              {host: "[::1]:8080", status: 200},
		"another address":   {host: "192.0.2.1", status: 403},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, control.Path+"/keys", strings.NewReader("{}"))
			r.Host = test.host
			r.Header.Set("Content-Type", stdcmp.Or(test.contentType, "application/json"))
			if test.origin != "" {
				r.Header.Set("Origin", test.origin)
			}
			w := httptest.NewRecorder()
			server.ServeHTTP(w, r)
			if w.Code != test.status {
				t.Errorf("status %d, want %d: %s", w.Code, test.status, w.Body)
			}
		})
	}
}

// request sends a request through an observer, with one invocation and one call of AWS.
func request(recorder *control.Recorder, id, agent string) {
	trace := "1-00000000-" + id
	r := httptest.NewRequest(http.MethodGet, "/one", nil)
	r.Header.Set("User-Agent", agent)
	observer := recorder.Observer("us-east-1")
	recorded := observer.Begin(r, id, trace)
	recorder.Invoked(function.Started{
		Instance: "i", TraceHeader: "Root=" + trace + ";Sampled=1", At: time.Now(),
		Init: time.Second, Prepared: 2 * time.Second,
	})
	recorder.Line("us-east-1", "local-one-get", "i", "hello "+id)
	recorder.Trace(fmt.Appendf(nil, `{"name": "DynamoDB", "trace_id": %q, "namespace": "aws",
		"aws": {"operation": "GetItem"}}`, trace))
	if !recorded {
		observer.Skipped(trace)
	} else {
		observer.End(gateway.Observation{RequestID: id, Status: 200, Function: "local-one-get", Event: []byte(id)})
	}
	recorder.Line("us-east-1", "local-one-get", "i", "REPORT RequestId: x")
}

const healthAgent = "Amazon-Route53-Health-Check-Service (local)"

func TestARequestHasItsLinesAndSpans(t *testing.T) {
	_, recorder, client := start(t)
	request(recorder, "first", "curl")
	request(recorder, "health", healthAgent)
	got, err := client.Request(t.Context(), "first")
	if err != nil {
		t.Fatal(err)
	}
	var spans []string
	for _, s := range got.Spans {
		spans = append(spans, s.Kind+" "+s.Name)
	}
	want := []string{"build build", "init init", "aws DynamoDB GetItem", "gateway us-east-1"}
	if diff := cmp.Diff(want, spans); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
	if build, init := got.Spans[0], got.Spans[1]; !build.Start.Add(2 * time.Second).Equal(init.Start) {
		t.Errorf("the build begins at %s and the init at %s, want the build 2 s earlier", build.Start, init.Start)
	}
	if diff := cmp.Diff([]string{"hello first", "REPORT RequestId: x"}, got.Lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if !got.Cold || got.Function != "one-get" || got.Event != "first" || !got.Done {
		t.Errorf("request %+v", got)
	}
	if all := recorder.Requests(); len(all) != 1 {
		t.Errorf("%d requests are recorded, want one without the health check", len(all))
	}
}

func TestMemoryIsBounded(t *testing.T) {
	recorder := control.NewRecorder()
	events, stop := recorder.Watch() // a reader that does not read
	defer stop()
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			for n := range 500 {
				request(recorder, fmt.Sprintf("%d-%d", worker, n), "curl")
			}
		})
	}
	group.Wait()
	if n := len(recorder.Requests()); n != 500 {
		t.Errorf("%d requests are kept, want 500", n)
	}
	if len(events) > 256 {
		t.Errorf("%d events wait for the reader", len(events))
	}
	for range len(events) {
		<-events
	}
	recorder.Changed()
	if e := <-events; e.Type != control.EventLost {
		t.Errorf("the event after lost ones has type %q", e.Type)
	}
}

func TestEventsAreStreamed(t *testing.T) {
	_, recorder, client := start(t)
	response, err := http.Get(client.URL + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	lines.Scan() // the comment that follows the registration
	recorder.Changed()
	var got []string
	for len(got) < 2 && lines.Scan() {
		if lines.Text() != "" {
			got = append(got, lines.Text())
		}
	}
	if diff := cmp.Diff([]string{"event: state", "data: null"}, got); diff != "" {
		t.Errorf("the stream (-want +got):\n%s", diff)
	}
}

// BenchmarkRecorder measures what a request costs without a watcher.
func BenchmarkRecorder(b *testing.B) {
	recorder := control.NewRecorder()
	b.ReportAllocs()
	for n := range b.N {
		request(recorder, fmt.Sprint(n), "curl")
	}
}
