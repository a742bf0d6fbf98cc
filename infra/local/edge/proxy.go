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

// regionHeader names in a response the Region that gave it, or that failed to.
const regionHeader = "X-Edge-Region"

// route is where a request may go: the Regions in order, and the one that was tried last.
type route struct {
	regions []*region
	last    *region
}

type routeKey struct{}

// Handler is the edge as clients see it. It answers by itself only
//
//   - 400 if X-Client-Location is malformed,
//   - 502 if the Region, and those a retry may go to, cannot be reached,
//
// both as application/problem+json (RFC 9457). A client that does not say where it is counts as being at the first
// target.
//
// A Region that refuses or drops the connection before any of its answer has come fails a check by that. GET, HEAD and
// OPTIONS without a body then go to the next one at once, as from a client that has more than one address; whether any
// other request has taken effect is unknown, so it is the client's to repeat.
func (e *Edge) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, found, err := clientPlace(r.Header)
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

// rewrite makes the request that goes on, but for its Region. The client's Host and query stay as they came.
func rewrite(r *httputil.ProxyRequest) {
	r.Out.URL.RawQuery = r.In.URL.RawQuery // ReverseProxy drops parameters that Go cannot parse; the gateway may judge itself
	r.Out.Header.Del(locationHeader)
	r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"]
	r.SetXForwarded()
	r.Out.Header.Set("X-Forwarded-Port", port(r.In))
	respell(r.Out.Header, headercase.Names(r.In))
}

// respell gives headers the names that the client wrote, as if only DNS had been
// asked on the way. What net/http's client acts on keeps the name that it knows.
func respell(h http.Header, names headercase.Spelling) {
	for key, name := range names {
		values, ok := h[key]
		if !ok || name == key {
			continue
		}
		switch key {
		case "Connection", "Content-Length", "Expect", "Host", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
			continue
		case "User-Agent":
			h[key] = []string{""} // or the client would add its own
		default:
			delete(h, key)
		}
		h[name] = values
	}
}

// port is the one the client's request came in on.
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

// failover is the transport that takes a request to its Region, and on to the next one if it may.
type failover struct{ edge *Edge }

func (f failover) RoundTrip(req *http.Request) (*http.Response, error) {
	to := req.Context().Value(routeKey{}).(*route)
	for i, r := range to.regions {
		to.last = r
		resp, err := f.edge.transport.RoundTrip(addressed(req, r))
		if err == nil {
			resp.Header.Set(regionHeader, r.Region)
			return resp, nil
		}
		if req.Context().Err() != nil {
			return nil, err // the client left, which says nothing of the Region
		}
		f.edge.observe(r, err)
		if !repeatable(req) || i == len(to.regions)-1 {
			return nil, err
		}
	}
	panic("edge: a route without Regions") // New refuses to make an Edge without, and nearest falls back to all
}

// addressed is the request as it goes to that Region. It may be made for several, one after the other.
func addressed(req *http.Request, r *region) *http.Request {
	out := req.WithContext(req.Context()) // a shallow copy
	url := *req.URL
	out.URL = &url
	(&httputil.ProxyRequest{Out: out}).SetURL(r.URL)
	out.Host = req.Host
	return out
}

// repeatable tells whether a request can go to another Region after a failure: it changes nothing and nothing of it has
// been used up.
func repeatable(req *http.Request) bool {
	switch req.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return req.Body == nil || req.Body == http.NoBody
	}
	return false
}

// unreachable answers for a Region that did not.
func (e *Edge) unreachable(w http.ResponseWriter, r *http.Request, err error) {
	to := r.Context().Value(routeKey{}).(*route)
	w.Header().Set(regionHeader, to.last.Region)
	detail := "Region " + to.last.Region + " cannot be reached."
	if !repeatable(r) {
		detail += " The request may or may not have taken effect, so it was not sent to another Region."
	}
	if r.Context().Err() == nil { // otherwise the client has left, and reads none of this
		e.log.Warn("request failed", "region", to.last.Region, "method", r.Method, "path", r.URL.Path, "reason", err)
	}
	writeProblem(w, problem.BadGateway, detail)
}

// buffers hands out the buffers that bodies are copied through.
type buffers struct{ pool sync.Pool }

const bufferSize = 32 << 10

func (b *buffers) Get() []byte {
	if buf, ok := b.pool.Get().(*[bufferSize]byte); ok {
		return buf[:]
	}
	return make([]byte, bufferSize)
}

func (b *buffers) Put(buf []byte) { b.pool.Put((*[bufferSize]byte)(buf)) }
