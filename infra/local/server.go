package local

import (
	"errors"
	"net"
	"net/http"
	"time"
)

// server is an HTTP server on a loopback address.
type server struct {
	listener net.Listener
	http     *http.Server
}

func serve(l net.Listener, h http.Handler) *server {
	s := &server{l, &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}}
	go s.http.Serve(l) // ends with close; a listener of our own fails in no other way
	return s
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
