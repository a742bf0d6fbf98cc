// Package connect opens connections while a Lambda initializes, so that the first
// request does not wait for TCP and TLS. During init, Lambda gives the function a
// full CPU and no client waits. No request is sent: the first request that needs a
// connection gets the open one.
package connect

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/meridian-api/meridian/platform/internal/stack"
)

// In the same Region, a connection takes a few milliseconds to open.
const (
	dialTimeout = 500 * time.Millisecond // for TCP, and again for TLS
	idleTimeout = 90 * time.Second
	// maxAge is the maximum age of a connection that Open opened. Services close
	// connections that are idle for longer, and a process can be frozen between init
	// and the first request.
	maxAge = 20 * time.Second
)

// Dialer opens connections before requests need them. It is safe for concurrent use.
type Dialer struct {
	dialer net.Dialer
	roots  *Roots
	system atomic.Bool // whether to trust the system's certificates

	mu    sync.Mutex
	ready map[string]opened
}

type opened struct {
	net.Conn
	at time.Time
}

// New returns a Dialer that trusts the certificates issued under roots. If roots is
// nil, it trusts the roots of AWS and of the system.
func New(roots *Roots) *Dialer {
	return &Dialer{
		dialer: net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}, roots: roots, ready: map[string]opened{},
	}
}

// Transport returns a transport that uses the connections of d. responseTimeout is
// the maximum time that a request waits for the header of its response.
func (d *Dialer) Transport(responseTimeout time.Duration) *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return d.take(ctx, "http", address)
		},
		DialTLSContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return d.take(ctx, "https", address)
		},
		ResponseHeaderTimeout: responseTimeout,
		MaxIdleConnsPerHost:   4,
		IdleConnTimeout:       idleTimeout,
	}
}

// opening counts the connections that the process is opening.
var opening sync.WaitGroup

// Wait waits until every connection that Open started to open is open or has
// failed. It takes at most a second.
func Wait() { opening.Wait() }

// Open starts to open a connection to the service at the URL and returns
// immediately. It ignores errors: the first request connects again and reports them.
func (d *Dialer) Open(service url.URL) {
	address := hostPort(service)
	opening.Go(func() {
		stack.Grow() // for the handshake
		ctx, cancel := context.WithTimeout(context.Background(), 2*dialTimeout)
		defer cancel()
		conn, err := d.dial(ctx, service.Scheme, address)
		if err != nil {
			return
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.ready[service.Scheme+" "+address] = opened{conn, time.Now()}
	})
}

// hostPort returns the host and port of the service, as http.Transport dials it.
func hostPort(service url.URL) string {
	if service.Port() != "" {
		return service.Host
	}
	return net.JoinHostPort(service.Hostname(), map[string]string{"http": "80", "https": "443"}[service.Scheme])
}

// take returns and forgets the connection that Open opened. Without one, or if it is
// too old, take opens a connection.
func (d *Dialer) take(ctx context.Context, scheme, address string) (net.Conn, error) {
	key := scheme + " " + address
	d.mu.Lock()
	c, ok := d.ready[key]
	delete(d.ready, key)
	d.mu.Unlock()
	if ok {
		if time.Since(c.at) < maxAge {
			return c.Conn, nil
		}
		c.Close()
	}
	return d.dial(ctx, scheme, address)
}

func (d *Dialer) dial(ctx context.Context, scheme, address string) (net.Conn, error) {
	if scheme == "https" {
		return d.secure(ctx, address)
	}
	return d.dialer.DialContext(ctx, "tcp", address)
}
