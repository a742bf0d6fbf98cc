package frontend

import (
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/meridian-api/meridian/infra/local/headercase"
)

const (
	// headerTimeout is how long the headers of a request may take to arrive.
	headerTimeout = 10 * time.Second

	// drainTimeout is how long the rest of a body may take to arrive after the response
	// to it is known. net/http reads the rest before it sends the response, so that the
	// connection can be kept; without a limit a client that has stalled gets no response.
	drainTimeout = time.Second
)

// Serve serves h to clients on l in the background and returns the server. A handler
// that stands for an API must call Check itself, so that it can log the request. Requests
// for * reach h, too: net/http would respond to them with 200.
func Serve(l net.Listener, h http.Handler) *http.Server {
	s := &http.Server{
		Handler: drain(h), ReadHeaderTimeout: headerTimeout, DisableGeneralOptionsHandler: true, Protocols: new(http.Protocols),
	}
	s.Protocols.SetHTTP1(true)
	s.Protocols.SetUnencryptedHTTP2(true)
	l = headercase.Keep(s, l)
	go s.Serve(l) // returns after Close; a loopback listener does not fail otherwise
	return s
}

// drain limits the time for the rest of a body that h has not read. Over HTTP/2, a stream
// ends without it.
func drain(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody || r.ProtoMajor != 1 {
			h.ServeHTTP(w, r)
			return
		}
		body := &watchedBody{ReadCloser: r.Body}
		r = r.WithContext(r.Context()) // net/http looks at the type of its own request's body
		r.Body = body
		d := &drainingWriter{ResponseWriter: w, body: body}
		h.ServeHTTP(d, r)
		d.begin() // for a handler that has written nothing
	})
}

// watchedBody knows whether it has been read to its end.
type watchedBody struct {
	io.ReadCloser
	ended atomic.Bool // the edge reads it in another goroutine
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.ended.Store(true)
	}
	return n, err
}

// drainingWriter limits the time for the rest of the body when the response begins.
type drainingWriter struct {
	http.ResponseWriter
	body  *watchedBody
	begun bool
}

func (d *drainingWriter) begin() {
	if !d.begun && !d.body.ended.Load() {
		// A writer without deadlines has no connection to wait for.
		_ = http.NewResponseController(d.ResponseWriter).SetReadDeadline(time.Now().Add(drainTimeout))
	}
	d.begun = true
}

// WriteHeader implements http.ResponseWriter.
func (d *drainingWriter) WriteHeader(status int) {
	d.begin()
	d.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (d *drainingWriter) Write(p []byte) (int, error) {
	d.begin()
	return d.ResponseWriter.Write(p)
}

// Unwrap returns the writer that http.ResponseController uses.
func (d *drainingWriter) Unwrap() http.ResponseWriter { return d.ResponseWriter }
