package edge

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func TestRequestAndResponseArePassedOn(t *testing.T) {
	b := newBackend(t, "us-east-1")
	var seen *http.Request
	var body string
	b.handler = func(w http.ResponseWriter, r *http.Request) {
		seen = r
		read, _ := io.ReadAll(r.Body)
		body = string(read)
		w.Header().Set("X-Edge-Region", "claimed")
		w.Header()["X-Many"] = []string{"a", "b"}
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "short and stout")
	}
	_, server := start(t, nil, b)

	// The path must stay encoded, and Go's parser does not accept the query.
	req, _ := http.NewRequest(http.MethodPut, server.URL+"/accounts/a%2Fb/?q=1;2&bad=%zz", strings.NewReader("payload"))
	req.Host = "api.example.com"
	req.Header.Set("X-Client-Location", seattle)
	req.Header.Set("X-Forwarded-For", "203.0.113.7")
	req.Header.Set("X-Forwarded-Proto", "https")
	req.Header.Set("Forwarded", "for=203.0.113.7")
	req.Header.Set("Connection", "X-Named, Keep-Alive")
	req.Header.Set("X-Named", "kept")
	req.Header.Set("Keep-Alive", "5")
	req.Header.Set("Authorization", "Bearer x")
	req.Header.Set("User-Agent", "")
	req.Header.Set("Accept-Encoding", "br")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	response, _ := io.ReadAll(resp.Body)
	resp.Body.Close()

	if resp.StatusCode != http.StatusTeapot || string(response) != "short and stout" || len(resp.Header["X-Many"]) != 2 {
		t.Errorf("answer %d %s %v", resp.StatusCode, response, resp.Header)
	}
	if got := resp.Header["X-Edge-Region"]; len(got) != 1 || got[0] != "us-east-1" {
		t.Errorf("X-Edge-Region %v", got)
	}
	if seen.Method != http.MethodPut || seen.RequestURI != "/accounts/a%2Fb/?q=1;2&bad=%zz" ||
		seen.Host != "api.example.com" || body != "payload" {
		t.Errorf("%s %s of %s with %q", seen.Method, seen.RequestURI, seen.Host, body)
	}
	for name, want := range map[string]string{
		"X-Client-Location": "", "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https",
		"X-Forwarded-Port": "", "X-Forwarded-Host": "", "Forwarded": "for=203.0.113.7", "Authorization": "Bearer x",
		"User-Agent": "", "Accept-Encoding": "br", "X-Named": "kept", "Keep-Alive": "5", "Connection": "",
	} {
		if got := seen.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestRetry checks that repeatable requests are sent to the next Region if the connection is
// refused or breaks before the response.
func TestRetry(t *testing.T) {
	for _, death := range []string{"refused", "dropped"} {
		for _, test := range []struct {
			method, body string
			retried      bool
		}{
			{method: "GET", body: "", retried: true},
			{method: "HEAD", body: "", retried: true},
			{method: "OPTIONS", body: "", retried: true},
			{method: "POST", body: "x", retried: false},
			{method: "POST", body: "", retried: false},
			{method: "PUT", body: "x", retried: false},
			{method: "DELETE", body: "", retried: false},
			{method: "GET", body: "x", retried: false},
		} {
			t.Run(death+" "+test.method+" "+test.body, func(t *testing.T) {
				east, west := newBackend(t, "us-east-1"), newBackend(t, "us-west-2")
				e, server := start(t, nil, east, west)
				if death == "refused" {
					east.kill()
				} else {
					east.handler = func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
				}
				var body io.Reader
				if test.body != "" {
					body = strings.NewReader(test.body)
				}
				got := send(t, test.method, server.URL+"/accounts", newYork, body)
				if test.retried {
					if got.status != http.StatusOK || got.header.Get("X-Edge-Region") != "us-west-2" {
						t.Errorf("got %d by %s", got.status, got.header.Get("X-Edge-Region"))
					}
					return
				}
				if got.status != http.StatusBadGateway || got.header.Get("X-Edge-Region") != "us-east-1" {
					t.Errorf("got %d by %s", got.status, got.header.Get("X-Edge-Region"))
				}
				const want = "Region us-east-1 cannot be reached. The request may or may not"
				if detail := problemDetail(t, got); !strings.HasPrefix(detail, want) {
					t.Errorf("detail %q", detail)
				}
				// The failure counts as one failed check. A second one reaches the threshold, and the
				// next request is routed to the other Region.
				if !e.Health()["us-east-1"] {
					t.Error("unhealthy after one failure")
				}
				send(t, test.method, server.URL+"/accounts", newYork, strings.NewReader(test.body))
				got = send(t, test.method, server.URL+"/accounts", newYork, strings.NewReader(test.body))
				if got.body != "us-west-2" || e.Health()["us-east-1"] {
					t.Errorf("third request: %d %s; health %v", got.status, got.body, e.Health())
				}
			})
		}
	}
}

func TestNoRegionResponds(t *testing.T) {
	east, west := newBackend(t, "us-east-1"), newBackend(t, "us-west-2")
	_, server := start(t, nil, east, west)
	east.kill()
	west.kill()
	got := send(t, http.MethodGet, server.URL, newYork, nil)
	if got.status != http.StatusBadGateway || problemDetail(t, got) != "Region us-west-2 cannot be reached." {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

// TestErrorResponsesAreNotRetried checks that a response with an error status is not retried.
func TestErrorResponsesAreNotRetried(t *testing.T) {
	east, west := newBackend(t, "us-east-1"), newBackend(t, "us-west-2")
	east.handler = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
	e, server := start(t, nil, east, west)
	for range 3 {
		if got := send(t, http.MethodGet, server.URL, newYork, nil); got.status != http.StatusServiceUnavailable {
			t.Errorf("status %d", got.status)
		}
	}
	if !e.Health()["us-east-1"] {
		t.Error("the Region became unhealthy")
	}
}

// TestCanceledRequest checks that a request that its client cancels does not count as a
// failure of the Region.
func TestCanceledRequest(t *testing.T) {
	east, west := newBackend(t, "us-east-1"), newBackend(t, "us-west-2")
	arrived := make(chan struct{})
	gone := make(chan struct{}, 3)
	east.handler = func(_ http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-r.Context().Done()
		gone <- struct{}{}
	}
	west.handler = func(http.ResponseWriter, *http.Request) { t.Error("the request was sent to the next Region") }
	e, server := start(t, nil, east, west)
	for range 3 {
		ctx, cancel := context.WithCancel(context.Background())
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
		go func() { <-arrived; cancel() }()
		if _, err := http.DefaultClient.Do(req); err == nil {
			t.Error("the canceled request got a response")
		}
		<-gone
	}
	if !e.Health()["us-east-1"] {
		t.Error("the Region became unhealthy")
	}
}

// TestStreaming checks that both bodies are passed on while they are being written.
func TestStreaming(t *testing.T) {
	b := newBackend(t, "us-east-1")
	up := newBackend(t, "us-west-2")
	var received atomic.Int32
	firstHalf := make(chan struct{})
	up.handler = func(_ http.ResponseWriter, r *http.Request) {
		buf := make([]byte, 5)
		io.ReadFull(r.Body, buf)
		close(firstHalf)
		rest, _ := io.Copy(io.Discard, r.Body)
		received.Store(5 + int32(rest))
	}
	_, server := start(t, nil, b, up)

	// Response: the first line arrives before the Region writes the second.
	step := make(chan struct{})
	b.handler = func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "one")
		w.(http.Flusher).Flush()
		<-step
		fmt.Fprintln(w, "two")
	}
	resp, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(resp.Body)
	if line, err := lines.ReadString('\n'); line != "one\n" {
		t.Errorf("%q, %v", line, err)
	}
	close(step)
	if line, err := lines.ReadString('\n'); line != "two\n" {
		t.Errorf("%q, %v", line, err)
	}
	resp.Body.Close()

	// Request: the Region receives the first part before the client writes the second.
	reader, writer := io.Pipe()
	var wg sync.WaitGroup
	wg.Go(func() { send(t, http.MethodPost, server.URL, seattle, reader) })
	io.WriteString(writer, "first")
	<-firstHalf
	io.WriteString(writer, strings.Repeat("x", 1<<20))
	writer.Close()
	wg.Wait()
	if got := received.Load(); got != 5+1<<20 {
		t.Errorf("%d bytes arrived", got)
	}
}

func TestConcurrentRequests(t *testing.T) {
	east, west := newBackend(t, "us-east-1"), newBackend(t, "us-west-2")
	e, server := start(t, nil, east, west)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := range 40 {
				if i == 0 && n == 20 {
					east.kill()
				}
				if got := send(t, http.MethodGet, server.URL, newYork, nil); got.status != http.StatusOK {
					t.Errorf("%d %s", got.status, got.body)
				}
			}
		})
	}
	wg.Wait()
	if e.Health()["us-east-1"] {
		t.Error("the killed Region is still healthy")
	}
}

func BenchmarkProxy(b *testing.B) {
	east := newBackend(b, "us-east-1")
	e, err := New(Config{Targets: []Target{east.target()}})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	handler := e.Handler()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			req, _ := http.NewRequest(http.MethodGet, "/accounts/a1", nil)
			req.Header.Set("X-Client-Location", newYork)
			req.RemoteAddr = "127.0.0.1:1"
			handler.ServeHTTP(discard{}, req)
		}
	})
}

// discard is a ResponseWriter that discards the response.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}
