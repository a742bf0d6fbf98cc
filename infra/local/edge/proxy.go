package edge

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"

	"github.com/meridian-api/meridian/infra/local/headercase"
	"github.com/meridian-api/meridian/platform/problem"
)

// regionHeader is the response header that names the Region that responded or
// failed to respond.
const regionHeader = "X-Edge-Region"

// route contains the Regions that may serve a request, in order, and the last one
// tried.
type route struct {
	regions []*region
	last    *region
}

type routeKey struct{}

// Handler returns the handler for clients. It responds by itself only with
//
//   - 400 if X-Client-Location is malformed,
//   - 502 if the Region, and those that a retry may use, cannot be reached,
//
// as application/problem+json (RFC 9457). A client that does not send a location is
// treated as if it were at the first target.
//
// A Region that refuses the connection, or drops it before the response has begun,
// fails a check thereby. GET, HEAD and OPTIONS requests without a body are then
// sent to the next Region, as if by a client that has several addresses. It is
// unknown whether any other request has taken effect, so only the client can repeat
// it.
func (e *Edge) Handler() http.Handler {
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
		e.proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), routeKey{}, to)))
	})
}

func (e *Edge) newProxy() *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite:      rewrite,
		Transport:    failover{e},
		BufferPool:   &buffers{},
		ErrorLog:     slog.NewLogLogger(e.log.Handler(), slog.LevelWarn),
		ErrorHandler: e.unreachable,
	}
}

// rewrite prepares the outgoing request except for its Region. Host and query are
// kept.
func rewrite(r *httputil.ProxyRequest) {
	r.Out.URL.RawQuery = r.In.URL.RawQuery // ReverseProxy drops parameters that Go cannot parse; the gateway decides
	r.Out.Header.Del(locationHeader)
	r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"]
	r.SetXForwarded()
	r.Out.Header.Set("X-Forwarded-Port", port(r.In))
	restoreNames(r.Out.Header, headercase.Names(r.In))
}

// restoreNames restores the client's spelling of header names, as if only DNS had
// been involved. Headers that net/http's client interprets keep their canonical
// names.
func restoreNames(h http.Header, names headercase.Spelling) {
	for key, name := range names {
		values, ok := h[key]
		if !ok || name == key {
			continue
		}
		switch key {
		case "Connection", "Content-Length", "Expect", "Host", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
			continue
		case "User-Agent":
			h[key] = []string{""} // otherwise the client would add its own
		default:
			delete(h, key)
		}
		h[name] = values
	}
}

// port returns the port on which the client's request arrived.
func port(r *http.Request) string {
	if local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
		if _, port, err := net.SplitHostPort(local.String()); err == nil {
			return port
		}
	}
	if r.TLS != nil {
		return "443"
	}
	return "80"
}

// failover is the transport that sends a request to its Region, and to the next one
// if that is permitted.
type failover struct{ edge *Edge }

func (f failover) RoundTrip(req *http.Request) (*http.Response, error) {
	to := req.Context().Value(routeKey{}).(*route)
	for i, r := range to.regions {
		to.last = r
		resp, err := f.edge.transport.RoundTrip(requestFor(req, r))
		if err == nil {
			resp.Header.Set(regionHeader, r.Region)
			return resp, nil
		}
		if req.Context().Err() != nil {
			return nil, err // the client has disconnected, which is not a failure of the Region
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
