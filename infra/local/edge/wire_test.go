package edge

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/infra/local/frontend"
)

// serveFront serves the edge as the embedded cloud does, and returns its address.
func serveFront(t *testing.T, e *Edge) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := frontend.Serve(l, e.Handler())
	t.Cleanup(func() { _ = server.Close() })
	return l.Addr().String()
}

// exchange sends raw bytes and returns everything that the server sends until it
// closes the connection.
func exchange(t *testing.T, address, raw string) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, raw); err != nil {
		t.Fatal(err)
	}
	received, err := io.ReadAll(conn)
	if err != nil && !strings.Contains(err.Error(), "reset") {
		t.Fatal(err)
	}
	return string(received)
}

// TestBrokenBodyIsTheClientsFault checks that a body that the client did not encode
// correctly, or that breaks off, says nothing about the Region.
func TestBrokenBodyIsTheClientsFault(t *testing.T) {
	east, west := newBackend(t, "us-east-1"), newBackend(t, "us-west-2")
	east.handler = func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }
	e, _ := start(t, func(cfg *Config) { cfg.Threshold = 1 }, east, west)
	address := serveFront(t, e)
	for name, body := range map[string]string{
		"no chunk size":     "zz\r\n",
		"no end of a chunk": "1\r\nabc\r\n",
		"later":             "1\r\na\r\n-1\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			got := exchange(t, address, "PATCH / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"+body)
			if !strings.HasPrefix(got, "HTTP/1.1 400 Bad Request\r\n") {
				t.Errorf("got %q, want the status 400", got)
			}
			if !e.Health()["us-east-1"] {
				t.Error("the Region is unhealthy")
			}
		})
	}
}

// TestStalledUploadThroughTheEdge checks that the response of a Region that has not got
// the body reaches a client that does not send it.
func TestStalledUploadThroughTheEdge(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	region := frontend.Serve(l,
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { frontend.Stalled.Write(w) }))
	defer region.Close()
	e, _ := start(t, func(cfg *Config) {
		cfg.Threshold = 1
		cfg.Targets = []Target{{Region: "us-east-1", URL: &url.URL{Scheme: "http", Host: l.Addr().String()}}}
	})
	got := exchange(t, serveFront(t, e), "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx")
	if !strings.HasPrefix(got, "HTTP/1.1 408 Request Timeout\r\n") || !e.Health()["us-east-1"] {
		t.Errorf("got %q, health %v", got, e.Health())
	}
}

// oneShot is a Region that keeps connections, and closes each of them without a
// response when a second request has arrived on it.
type oneShot struct {
	net.Listener
	arrived chan string // the request line of each request
}

func newOneShot(t *testing.T) *oneShot {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s := &oneShot{l, make(chan string, 100)}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return s
}

func (s *oneShot) serve(conn net.Conn) {
	defer conn.Close()
	reader := bufio.NewReader(conn)
	for first := true; ; first = false {
		r, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
		s.arrived <- r.Method + " " + r.RequestURI + fmt.Sprint(r.ContentLength)
		if !first {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	}
}

// TestRequestsArriveOnce checks that a request on a kept connection that closes without
// a response is not sent to the Region again, with each method and each header by which
// net/http decides to repeat requests.
func TestRequestsArriveOnce(t *testing.T) {
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"} {
		for _, header := range []string{"", "Idempotency-Key", "X-Idempotency-Key"} {
			for _, body := range []string{"", "x"} {
				t.Run(method+" "+header+" "+body, func(t *testing.T) {
					region := newOneShot(t)
					e, server := start(t, func(cfg *Config) {
						cfg.Targets = []Target{{Region: "us-east-1", URL: &url.URL{Scheme: "http", Host: region.Addr().String()}}}
					})
					defer e.Close()
					if got := send(t, "GET", server.URL+"/first", "", nil); got.status != http.StatusOK {
						t.Fatalf("first request: %d", got.status)
					}
					<-region.arrived
					r, err := http.NewRequest(method, server.URL+"/second", strings.NewReader(body))
					if err != nil {
						t.Fatal(err)
					}
					if header != "" {
						r.Header.Set(header, "k")
					}
					response, err := http.DefaultClient.Do(r)
					if err != nil {
						t.Fatal(err)
					}
					response.Body.Close()
					if response.StatusCode != http.StatusBadGateway {
						t.Errorf("status %d, want 502", response.StatusCode)
					}
					want := fmt.Sprintf("%s /second%d", method, len(body))
					if got := <-region.arrived; got != want {
						t.Errorf("got %s, want %s", got, want)
					}
					if len(region.arrived) > 0 {
						t.Errorf("it arrived again: %s", <-region.arrived)
					}
				})
			}
		}
	}
}

// TestResponseHeadersAreKept checks that a client receives header names as the Region
// spelled them, each line of a header, and no Content-Type that the Region did not send.
func TestResponseHeadersAreKept(t *testing.T) {
	b := newBackend(t, "us-east-1")
	b.handler = func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h["Content-Type"], h["Date"] = nil, nil
		h["x-LOWER"] = []string{"1", "2"}
		h["Set-Cookie"] = []string{"a", "b"}
		_, _ = io.WriteString(w, "<p>")
	}
	e, _ := start(t, nil, b)
	address := serveFront(t, e)
	for range 2 { // on the kept connection, too
		got := exchange(t, address, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		head, body, _ := strings.Cut(got, "\r\n\r\n")
		want := []string{"Content-Length: 3", "Set-Cookie: a", "Set-Cookie: b", "X-Edge-Region: us-east-1", "x-LOWER: 1",
			"x-LOWER: 2"}
		var lines []string
		for line := range strings.SplitSeq(head, "\r\n") {
			if strings.Contains(line, ": ") && !strings.HasPrefix(line, "Date: ") && line != "Connection: close" {
				lines = append(lines, line)
			}
		}
		if diff := cmp.Diff(want, lines); diff != "" || body != "<p>" {
			t.Errorf("body %q, headers (-want +got):\n%s", body, diff)
		}
	}
}

func TestHTTP2(t *testing.T) {
	b := newBackend(t, "us-east-1")
	b.handler = func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %s", r.Proto, r.Method, body)
	}
	e, _ := start(t, nil, b)
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	client := http.Client{Transport: &http.Transport{Protocols: protocols}}
	defer client.CloseIdleConnections()
	response, err := client.Post("http://"+serveFront(t, e)+"/", "text/plain", strings.NewReader("text"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.Proto != "HTTP/2.0" || string(body) != "HTTP/1.1 POST text" {
		t.Errorf("%s: %s", response.Proto, body)
	}
}

// TestOptionsOfTheServer checks that the Region decides about OPTIONS *, not net/http.
func TestOptionsOfTheServer(t *testing.T) {
	seen := make(chan string, 1)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	region := frontend.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Method + " " + r.RequestURI
		w.WriteHeader(http.StatusForbidden)
	}))
	defer region.Close()
	e, err := New(Config{Targets: []Target{{Region: "us-east-1", URL: &url.URL{Scheme: "http", Host: l.Addr().String()}}}})
	if err != nil {
		t.Fatal(err)
	}
	e.Start(context.Background())
	defer e.Close()
	got := exchange(t, serveFront(t, e), "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	if request := <-seen; request != "OPTIONS *" || !strings.HasPrefix(got, "HTTP/1.1 403 ") {
		t.Errorf("the Region received %q, and the client %q", request, got)
	}
}
