package edge

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"sync"
	"sync/atomic"

	"github.com/meridian-api/meridian/infra/local/frontend"
	"github.com/meridian-api/meridian/infra/local/headercase"
	"github.com/meridian-api/meridian/platform/problem"
)

// regionHeader is the response header that names the Region that responded or
// failed to respond.
const regionHeader = "X-Edge-Region"

// route is the way of one request: the Regions that may serve it, in order, and what
// is known when one of them has responded.
type route struct {
	regions []*region
	last    *region             // the last one tried
	body    *clientBody         // nil without a body
	names   headercase.Spelling // of the headers of the response
}

type routeKey struct{}

// Handler returns the handler for clients. It responds by itself only with
//
//   - 400 if X-Client-Location is malformed, and
//   - 502 if the Region, and those that a retry may use, cannot be reached,
//
// as application/problem+json (RFC 9457), and, as the front end of API Gateway does,
//
//   - 400 if the client's body breaks off or is not encoded correctly.
//
// A client that does not send a location is treated as if it were at the first target.
//
// A Region that refuses the connection, or drops it before the response has begun,
// fails a check thereby. GET, HEAD and OPTIONS requests without a body are then
// sent to the next Region, as if by a client that has several addresses. It is
// unknown whether any other request has taken effect, so only the client can repeat
// it. No request is sent to one Region twice.
func (e *Edge) Handler() http.Handler {
	local := e.local()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, found, err := clientLocation(r.Header)
		if err != nil {
			writeProblem(w, problem.Invalid, locationHeader+": "+err.Error())
			return
		}
		if !found {
			from = e.regions[0].at
		}
		to := &route{regions: e.nearest(from)}
		if local {
			e.serveLocal(w, r, to)
			return
		}
		r = r.WithContext(context.WithValue(r.Context(), routeKey{}, to))
		if r.Body != nil && r.Body != http.NoBody {
			to.body = &clientBody{ReadCloser: r.Body}
			r.Body = to.body
		}
		e.proxy.ServeHTTP(&writer{ResponseWriter: w, to: to}, r)
	})
}

// clientBody is the client's body. It remembers whether reading it has failed, which
// says nothing about the Region that it is sent to.
type clientBody struct {
	io.ReadCloser
	failure atomic.Pointer[error]
}

func (b *clientBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		b.failure.Store(&err)
	}
	return n, err
}

// failed reports whether reading the body has failed; b may be nil.
func (b *clientBody) failed() bool { return b != nil && b.failure.Load() != nil }

func (e *Edge) newProxy() *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite:      rewrite,
		Transport:    failover{e},
		BufferPool:   &buffers{},
		ErrorLog:     slog.NewLogLogger(e.log.Handler(), slog.LevelWarn),
		ErrorHandler: e.unreachable,
	}
}

// rewrite prepares the outgoing request except for its Region. As only DNS is between
// a client and a Region on AWS, the request is passed on as it came: ReverseProxy drops
// the headers that Connection names, replaces forwarding headers, and drops query
// parameters that Go cannot parse; the gateway decides about all of them.
func rewrite(r *httputil.ProxyRequest) {
	r.Out.URL.RawQuery = r.In.URL.RawQuery
	r.Out.Header = r.In.Header.Clone()
	for _, name := range connectionHeaders {
		delete(r.Out.Header, name)
	}
	r.Out.Header.Del(locationHeader)
	headercase.Names(r.In).Apply(r.Out.Header)
	if _, ok := r.In.Header["User-Agent"]; !ok || r.Out.Header["User-Agent"] == nil {
		r.Out.Header["User-Agent"] = []string{""} // otherwise net/http would add its own
	}
}

// connectionHeaders concern the client's connection or are set by net/http's client. API
// Gateway keeps each of them from the function.
var connectionHeaders = []string{"Connection", "Content-Length", "Expect", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// writer writes a Region's response with the spelling of header names that the Region
// used, and without a Content-Type if the Region sent none.
type writer struct {
	http.ResponseWriter
	to *route
}

func (w *writer) WriteHeader(status int) {
	h := w.Header()
	if _, ok := h["Content-Type"]; !ok && w.to.names != nil {
		h["Content-Type"] = nil
	}
	w.to.names.Apply(h)
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap returns the writer that http.ResponseController uses.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// failover is the transport that sends a request to its Region, and to the next one
// if that is permitted.
type failover struct{ edge *Edge }

func (f failover) RoundTrip(req *http.Request) (*http.Response, error) {
	to := req.Context().Value(routeKey{}).(*route)
	for i, r := range to.regions {
		to.last = r
		resp, names, err := f.edge.transport.Send(requestFor(req, r))
		if err == nil {
			to.names = names
			resp.Header.Set(regionHeader, r.Region)
			return resp, nil
		}
		if req.Context().Err() != nil || to.body.failed() {
			return nil, err // the client has disconnected or sent a broken body: no failure of the Region
		}
		f.edge.observe(r, err)
		if !isRepeatable(req) || i == len(to.regions)-1 {
			return nil, err
		}
	}
	// Unreachable: New requires a target, and nearest returns all Regions if every Region is
	// unhealthy.
	panic("edge: a route without Regions")
}

// requestFor returns a copy of the request with the URL of the Region. It may be
// called for several Regions in turn.
func requestFor(req *http.Request, r *region) *http.Request {
	out := req.WithContext(req.Context()) // a shallow copy
	url := *req.URL
	out.URL = &url
	(&httputil.ProxyRequest{Out: out}).SetURL(r.URL)
	if req.URL.Path == "*" { // of OPTIONS: SetURL would begin it with a slash
		out.URL.Path = "*"
	}
	out.Host = req.Host
	return out
}

// isRepeatable reports whether a request may be sent to another Region after a
// failure: it has no side effects, and no part of a body has been consumed.
func isRepeatable(req *http.Request) bool {
	switch req.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return req.Body == nil || req.Body == http.NoBody
	}
	return false
}

// unreachable responds to a request whose Region did not respond.
func (e *Edge) unreachable(w http.ResponseWriter, r *http.Request, err error) {
	to := r.Context().Value(routeKey{}).(*route)
	if to.body.failed() {
		frontend.Malformed.Write(w)
		return
	}
	e.fail(w, r, to, err)
}

// fail writes the response to a request that a Region has refused or dropped.
func (e *Edge) fail(w http.ResponseWriter, r *http.Request, to *route, err error) {
	w.Header().Set(regionHeader, to.last.Region)
	detail := "Region " + to.last.Region + " cannot be reached."
	if !isRepeatable(r) {
		detail += " The request may or may not have taken effect, so it was not sent to another Region."
	}
	if r.Context().Err() == nil { // otherwise the client has disconnected
		e.log.Warn("request failed", "region", to.last.Region, "method", r.Method, "path", r.URL.Path, "reason", err)
	}
	writeProblem(w, problem.BadGateway, detail)
}

// buffers is the pool of the buffers for copying bodies.
type buffers struct{ pool sync.Pool }

const bufferSize = 32 << 10

func (b *buffers) Get() []byte {
	if buf, ok := b.pool.Get().(*[bufferSize]byte); ok {
		return buf[:]
	}
	return make([]byte, bufferSize)
}

func (b *buffers) Put(buf []byte) { b.pool.Put((*[bufferSize]byte)(buf)) }
