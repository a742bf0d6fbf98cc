package connect

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// slowListener delays each write of the server by a round trip, and counts connections.
type slowListener struct {
	net.Listener
	roundTrip time.Duration
	accepted  atomic.Int64
}

func (l *slowListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.accepted.Add(1)
	return slowConn{c, l.roundTrip}, nil
}

type slowConn struct {
	net.Conn
	delay time.Duration
}

func (c slowConn) Write(p []byte) (int, error) {
	time.Sleep(c.delay)
	return c.Conn.Write(p)
}

// serve starts a TLS server that is a round trip away. It returns the server's URL
// and listener, and a Dialer that trusts the server's certificate.
func serve(t testing.TB, roundTrip time.Duration) (*url.URL, *slowListener, *Dialer) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "ok")
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the failed handshakes
	listener := &slowListener{Listener: server.Listener, roundTrip: roundTrip}
	server.Listener = listener
	server.StartTLS()
	t.Cleanup(server.Close)
	return parseURL(t, server.URL), listener, New(&Roots{[][]byte{server.Certificate().Raw}})
}

func parseURL(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// client returns a client that uses the connections of d.
func client(d *Dialer) *http.Client {
	return &http.Client{Transport: d.Transport(10 * time.Second)}
}

// get checks that the server responds, and returns how long that took.
func get(t testing.TB, client *http.Client, u *url.URL) time.Duration {
	t.Helper()
	start := time.Now()
	response, err := client.Get(u.String())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != "ok" {
		t.Fatalf("got %q, %v", body, err)
	}
	return time.Since(start)
}

// waitForConnection waits until the server has accepted one connection. The
// client's part of a TCP connection is open before the server accepts it.
func waitForConnection(t *testing.T, l *slowListener) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); l.accepted.Load() != 1; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d connections 10 s after Open, want 1", l.accepted.Load())
		}
	}
}

func TestRequestUsesOpenConnection(t *testing.T) {
	plain := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "ok")
	}))
	plainListener := &slowListener{Listener: plain.Listener}
	plain.Listener = plainListener
	plain.Start()
	defer plain.Close()
	tlsURL, tlsListener, tlsDialer := serve(t, 0)
	for _, test := range []struct {
		name     string
		url      *url.URL
		listener *slowListener
		dialer   *Dialer
	}{
		{name: "http", url: parseURL(t, plain.URL), listener: plainListener, dialer: New(nil)},
		{name: "https", url: tlsURL, listener: tlsListener, dialer: tlsDialer},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.dialer.Open(*test.url)
			Wait()
			waitForConnection(t, test.listener)
			c := client(test.dialer)
			for range 3 {
				get(t, c, test.url)
			}
			if n := test.listener.accepted.Load(); n != 1 {
				t.Errorf("%d connections after three requests, want 1", n)
			}
			get(t, client(test.dialer), test.url)
			if n := test.listener.accepted.Load(); n != 2 {
				t.Errorf("%d connections after the request of another client, want 2", n)
			}
		})
	}
}

// TestConnectionAge checks that a request does not use a connection that is older
// than 20 s. A minute leaves room for a slow machine on either side.
func TestConnectionAge(t *testing.T) {
	for _, test := range []struct {
		name        string
		age         time.Duration
		connections int64
	}{
		{name: "new", age: -time.Minute, connections: 1},
		{name: "old", age: 20 * time.Second, connections: 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			u, listener, dialer := serve(t, 0)
			dialer.Open(*u)
			Wait()
			var first net.Conn
			for key, c := range dialer.ready {
				first = c.Conn
				c.at = c.at.Add(-test.age)
				dialer.ready[key] = c
			}
			get(t, client(dialer), u)
			if n := listener.accepted.Load(); n != test.connections {
				t.Errorf("%d connections, want %d", n, test.connections)
			}
			if _, err := first.Write(nil); (err == nil) != (test.connections == 1) {
				t.Errorf("write to the first connection: %v; an old one should be closed", err)
			}
		})
	}
}

func TestOpenIgnoresErrors(t *testing.T) {
	u, _, _ := serve(t, 0)
	dialer := New(&Roots{}) // trusts no certificate
	dialer.Open(*u)
	dialer.Open(url.URL{Scheme: "http", Host: "127.0.0.1:1"})
	Wait()
	if len(dialer.ready) != 0 {
		t.Errorf("%d failed connections were kept", len(dialer.ready))
	}
	response, err := client(dialer).Get(u.String())
	if err == nil {
		response.Body.Close()
		t.Error("the request trusted the certificate")
	}
}

func TestTransportLimits(t *testing.T) {
	transport := New(nil).Transport(3 * time.Second)
	if got := transport.ResponseHeaderTimeout; got != 3*time.Second {
		t.Errorf("requests wait %s for a response, want 3s", got)
	}
	if got := transport.IdleConnTimeout; got != 90*time.Second {
		t.Errorf("idle connections are closed after %s, want 90s", got)
	}
}

func TestDefaultPorts(t *testing.T) {
	for _, test := range []struct{ url, want string }{
		{url: "http://127.0.0.1", want: "127.0.0.1:80"},
		{url: "https://example.com", want: "example.com:443"},
		{url: "https://example.com:8443", want: "example.com:8443"},
		{url: "https://[::1]", want: "[::1]:443"},
	} {
		t.Run(test.url, func(t *testing.T) {
			if got := hostPort(*parseURL(t, test.url)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// TestSilentServer checks that Open gives up on a server that accepts TCP
// connections, by its backlog, but never responds to the TLS handshake.
func TestSilentServer(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	dialer := New(nil)
	dialer.Open(url.URL{Scheme: "https", Host: silent.Addr().String()})
	Wait() // returns, or the test times out
	response, err := client(dialer).Get("https://" + silent.Addr().String())
	if err == nil {
		response.Body.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "deadline exceeded") {
		t.Errorf("got error %v, want the deadline of the handshake", err)
	}
}

// BenchmarkFirstRequest measures the first and the tenth request to a TLS server
// that is 20 ms away, in round trips, with and without an open connection.
func BenchmarkFirstRequest(b *testing.B) {
	const roundTrip = 20 * time.Millisecond
	for name, open := range map[string]bool{"ahead": true, "on-demand": false} {
		b.Run(name, func(b *testing.B) {
			var first, tenth time.Duration
			for b.Loop() {
				u, _, dialer := serve(b, roundTrip)
				c := client(dialer)
				if open {
					dialer.Open(*u)
					Wait()
				}
				first += get(b, c, u)
				for range 8 {
					get(b, c, u)
				}
				tenth += get(b, c, u)
			}
			b.ReportMetric(float64(first)/float64(b.N)/float64(roundTrip), "first/rtt")
			b.ReportMetric(float64(tenth)/float64(b.N)/float64(roundTrip), "tenth/rtt")
		})
	}
}
