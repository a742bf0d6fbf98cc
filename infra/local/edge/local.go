package edge

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"runtime/debug"
)

// serveLocal serves a request by Regions in this process, as the proxy does by others. It
// saves an exchange of HTTP, a sixth of the processor time of a request.
func (e *Edge) serveLocal(w http.ResponseWriter, r *http.Request, to *route) {
	out := localRequest(r)
	for i, region := range to.regions {
		to.last = region
		err := region.Local(&localWriter{ResponseWriter: w, region: region.Region}, out)
		if err == nil {
			return
		}
		if r.Context().Err() != nil {
			return // the client has disconnected: no failure of the Region
		}
		e.observe(region, err)
		if !isRepeatable(r) || i == len(to.regions)-1 {
			e.fail(w, r, to, err)
			return
		}
	}
}

// localRequest returns the request as a Region would read it from a connection with the
// client: as only DNS is between them on AWS, without the header of the edge.
func localRequest(r *http.Request) *http.Request {
	out := r.WithContext(r.Context()) // a shallow copy
	out.Header = maps.Clone(r.Header)
	out.Header.Del(locationHeader)
	for _, name := range connectionHeaders {
		delete(out.Header, name)
	}
	if r.URL.Host != "" { // of a request line with a URL, which is for proxies
		url := *r.URL
		url.Scheme, url.Host, url.User = "", "", nil
		out.URL, out.RequestURI = &url, url.RequestURI()
	}
	return out
}

// localWriter adds the header that names the Region.
type localWriter struct {
	http.ResponseWriter
	region string
}

// WriteHeader implements http.ResponseWriter.
func (w *localWriter) WriteHeader(status int) {
	w.Header().Set(regionHeader, w.region)
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap returns the writer that http.ResponseController uses.
func (w *localWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// local reports whether all Regions are in this process.
func (e *Edge) local() bool {
	for _, r := range e.regions {
		if r.Local == nil {
			return false
		}
	}
	return true
}

// The errors of Life.Serve, as of a connection to a Region.
var (
	errRefused = errors.New("the Region refuses the connection")
	errDropped = errors.New("the Region dropped the connection before the response")
)

// Life is the time in which a Region in this process accepts requests. Create it with
// NewLife.
type Life struct {
	over context.Context
	end  context.CancelFunc
}

// NewLife returns a Life that lasts until End.
func NewLife() *Life {
	over, end := context.WithCancel(context.Background())
	return &Life{over, end}
}

// End drops the requests in progress whose response has not begun, and all later ones.
// l may be nil.
func (l *Life) End() {
	if l != nil {
		l.end()
	}
}

// Serve serves a request with h like Target.Local. If l is nil, the Region refuses it.
func (l *Life) Serve(h http.Handler, w http.ResponseWriter, r *http.Request) (err error) {
	if l == nil || l.over.Err() != nil {
		return errRefused
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(l.over, cancel)()
	held := &heldWriter{ResponseWriter: w, life: l, header: http.Header{}}
	defer func() {
		if held.begun {
			return // a panic aborts the response, as on a connection with the client
		}
		if failure := recover(); failure != nil {
			err = fmt.Errorf("%w: panic: %v\n%s", errDropped, failure, debug.Stack())
		} else if held.dropped {
			err = errDropped
		}
	}()
	h.ServeHTTP(held, r.WithContext(ctx))
	held.WriteHeader(http.StatusOK) // for a handler that has written nothing
	return nil
}

// heldWriter passes a response on if the Region lives when it begins, and drops it
// otherwise.
type heldWriter struct {
	http.ResponseWriter
	life           *Life
	header         http.Header
	begun, dropped bool
}

// Header implements http.ResponseWriter.
func (w *heldWriter) Header() http.Header {
	if w.begun {
		return w.ResponseWriter.Header()
	}
	return w.header
}

// WriteHeader implements http.ResponseWriter.
func (w *heldWriter) WriteHeader(status int) {
	if w.begun || w.dropped {
		return
	}
	if w.dropped = w.life.over.Err() != nil; w.dropped {
		return
	}
	w.begun = true
	maps.Copy(w.ResponseWriter.Header(), w.header)
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *heldWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.dropped {
		return 0, errDropped
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap returns the writer that http.ResponseController uses.
func (w *heldWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
