package local

import (
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/meridian-api/meridian/infra/local/headercase"
)

// server is an HTTP server on a loopback address.
type server struct {
	listener net.Listener
	http     *http.Server
}

func serve(l net.Listener, h http.Handler) *server {
	s := newServer(l, h)
	go s.http.Serve(l) // ends with close; a listener of our own fails in no other way
	return s
}

// serveClients serves what clients of the API ask, whose spelling of headers functions see.
func serveClients(l net.Listener, h http.Handler) *server {
	s := newServer(l, h)
	go s.http.Serve(headercase.Keep(s.http, l))
	return s
}

func newServer(l net.Listener, h http.Handler) *server {
	return &server{l, &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}}
}

// URL is the server's address without a slash at the end.
func (s *server) URL() string { return "http://" + s.listener.Addr().String() }

// close ends the server and its connections at once. A nil server is closed.
func (s *server) close() error {
	if s == nil {
		return nil
	}
	var err error
	if s.http != nil {
		err = s.http.Close()
	}
	if e := s.listener.Close(); !errors.Is(e, net.ErrClosed) {
		err = errors.Join(err, e)
	}
	return err
}
