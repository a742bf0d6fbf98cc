package connect

import (
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"
)

// distant delays what the server sends by a round trip, and counts connections.
type distant struct {
	net.Listener
	roundTrip time.Duration
	accepted  atomic.Int64
}

func (d *distant) Accept() (net.Conn, error) {
	c, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	d.accepted.Add(1)
	return delayed{c, d.roundTrip}, nil
}

type delayed struct {
	net.Conn
	by time.Duration
}

func (d delayed) Write(p []byte) (int, error) {
	time.Sleep(d.by)
	return d.Conn.Write(p)
}

// service is a TLS server that is a round trip away, and an Ahead that trusts it.
func service(t testing.TB, roundTrip time.Duration) (*url.URL, *distant, *Ahead) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok") }))
	d := &distant{Listener: server.Listener, roundTrip: roundTrip}
	server.Listener = d
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u, d, New(roots)
}

func get(t testing.TB, client *http.Client, u *url.URL) time.Duration {
	t.Helper()
	start := time.Now()
	resp, err := client.Get(u.String())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "ok" {
		t.Fatalf("got %q, %v", body, err)
	}
	return time.Since(start)
}

func TestTheFirstRequestFindsTheConnection(t *testing.T) {
	u, d, ahead := service(t, 0)
	client := &http.Client{Transport: ahead.Transport(time.Second)}
	ahead.Open(*u)
	Wait()
	if n := d.accepted.Load(); n != 1 {
		t.Fatalf("%d connections after Open", n)
	}
	for range 3 {
		get(t, client, u)
	}
	if n := d.accepted.Load(); n != 1 {
		t.Errorf("%d connections after three requests", n)
	}
}

func TestAnOldConnectionIsNotUsed(t *testing.T) {
	u, d, ahead := service(t, 0)
	ahead.Open(*u)
	Wait()
	for key, c := range ahead.ready {
		c.at = c.at.Add(-maxAge)
		ahead.ready[key] = c
	}
	get(t, &http.Client{Transport: ahead.Transport(time.Second)}, u)
	if n := d.accepted.Load(); n != 2 {
		t.Errorf("%d connections", n)
	}
}

func TestAFailureIsLeftToTheFirstRequest(t *testing.T) {
	u, _, _ := service(t, 0)
	stranger := New(x509.NewCertPool()) // trusts nobody
	stranger.Open(*u)
	stranger.Open(url.URL{Scheme: "http", Host: "127.0.0.1:1"})
	start := time.Now()
	Wait()
	if took := time.Since(start); took > 2*dialTimeout {
		t.Errorf("init waited %s", took)
	}
	if len(stranger.ready) != 0 {
		t.Errorf("%d connections of those that failed", len(stranger.ready))
	}
	client := &http.Client{Transport: stranger.Transport(time.Second)}
	if _, err := client.Get(u.String()); err == nil {
		t.Error("the certificate was taken")
	}
}

func TestASilentServiceIsBounded(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts TCP by its backlog, and never speaks TLS
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	start := time.Now()
	New(nil).Open(url.URL{Scheme: "https", Host: silent.Addr().String()})
	Wait()
	if took := time.Since(start); took > 3*dialTimeout {
		t.Errorf("init waited %s", took)
	}
}

// BenchmarkFirstRequest prints the first and the tenth request to a TLS service
// that is 20 ms away, with the connection opened ahead and without, in round trips.
func BenchmarkFirstRequest(b *testing.B) {
	const roundTrip = 20 * time.Millisecond
	for name, open := range map[string]bool{"ahead": true, "on-demand": false} {
		b.Run(name, func(b *testing.B) {
			var first, tenth time.Duration
			for b.Loop() {
				u, _, ahead := service(b, roundTrip)
				client := &http.Client{Transport: ahead.Transport(time.Second)}
				if open {
					ahead.Open(*u)
					Wait()
				}
				first += get(b, client, u)
				for range 8 {
					get(b, client, u)
				}
				tenth += get(b, client, u)
			}
			b.ReportMetric(float64(first)/float64(b.N)/float64(roundTrip), "first/rtt")
			b.ReportMetric(float64(tenth)/float64(b.N)/float64(roundTrip), "tenth/rtt")
		})
	}
}
