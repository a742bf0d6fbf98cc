package local

import (
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/meridian-api/meridian/infra/local/frontend"
)

// server is an HTTP server on a loopback address.
type server struct {
	listener net.Listener
	http     *http.Server
}

// serve starts a server of h on l.
func serve(l net.Listener, h http.Handler) *server {
	s := &server{l, &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}}
	go s.http.Serve(l) // returns after close; a loopback listener does not fail otherwise
	return s
}

// serveClients starts a server for clients of the API: a front end of API Gateway.
func serveClients(l net.Listener, h http.Handler) *server {
	return &server{l, frontend.Serve(l, h)}
}

// URL returns the server's address without a trailing slash.
func (s *server) URL() string { return "http://" + s.listener.Addr().String() }

// close ends the server and its connections without waiting for requests. s may be nil.
func (s *server) close() error {
	if s == nil {
		return nil
	}
	var err error
	if s.http != nil {
		err = s.http.Close()
	}
	if closed := s.listener.Close(); !errors.Is(closed, net.ErrClosed) {
		err = errors.Join(err, closed)
	}
	return err
}
