// Package connect opens connections while a Lambda initialises, when Lambda
// gives it the whole CPU and nobody waits, so that the first request finds TCP
// and TLS done. Nothing is sent: a connection that is opened ahead is handed to
// the first request that would have opened it.
package connect

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// Times of connections in the same Region, where one takes a few milliseconds.
const (
	dialTimeout = 500 * time.Millisecond // for TCP, and again for TLS
	idleTimeout = 90 * time.Second
	// maxAge is how old a connection opened ahead may be: a service closes what
	// is idle for longer, and a process may be frozen between init and first request.
	maxAge = 20 * time.Second
)

// Ahead makes an http.Transport whose connections can be opened ahead. It is
// safe for concurrent use.
type Ahead struct {
	dialer net.Dialer
	roots  *x509.CertPool
	system atomic.Bool // trust the system's certificates

	mu    sync.Mutex
	ready map[string]opened
}

type opened struct {
	net.Conn
	at time.Time
}

// New makes an Ahead that trusts services whose certificate descends from one
// of the roots. When they are nil it trusts those of AWS and of the system.
func New(roots *x509.CertPool) *Ahead {
	return &Ahead{dialer: net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}, roots: roots, ready: map[string]opened{}}
}

// Transport makes a transport that uses the connections. responseTimeout is how
// long one attempt waits for an answer's first byte.
func (a *Ahead) Transport(responseTimeout time.Duration) *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return a.take(ctx, "http", address)
		},
		DialTLSContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return a.take(ctx, "https", address)
		},
		ResponseHeaderTimeout: responseTimeout,
		MaxIdleConnsPerHost:   4,
		IdleConnTimeout:       idleTimeout,
	}
}

// underway are the connections that are being opened in this process.
var underway sync.WaitGroup

// Wait waits until the connections that Open began are there or have failed,
// which takes a second at most.
func Wait() { underway.Wait() }

// Open begins to open a connection to the service at the URL and returns at
// once. A failure is none: the first request connects, and tells what is wrong.
func (a *Ahead) Open(service url.URL) {
	address := service.Host
	if service.Port() == "" {
		address = net.JoinHostPort(service.Hostname(), map[string]string{"http": "80", "https": "443"}[service.Scheme])
	}
	underway.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*dialTimeout)
		defer cancel()
		conn, err := a.dial(ctx, service.Scheme, address)
		if err != nil {
			return
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		a.ready[service.Scheme+" "+address] = opened{conn, time.Now()}
	})
}

// take hands out the connection that was opened ahead, once, or opens one.
func (a *Ahead) take(ctx context.Context, scheme, address string) (net.Conn, error) {
	key := scheme + " " + address
	a.mu.Lock()
	c, ok := a.ready[key]
	delete(a.ready, key)
	a.mu.Unlock()
	if ok {
		if time.Since(c.at) < maxAge {
			return c.Conn, nil
		}
		c.Close()
	}
	return a.dial(ctx, scheme, address)
}

func (a *Ahead) dial(ctx context.Context, scheme, address string) (net.Conn, error) {
	if scheme == "https" {
		return a.secure(ctx, address)
	}
	return a.dialer.DialContext(ctx, "tcp", address)
}
