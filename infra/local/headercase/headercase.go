// Package headercase preserves the spelling of header names. API Gateway passes the
// header names of a request on as the client wrote them, and the names of a response as
// the function wrote them; net/http makes them canonical. A function that looks for
// "Authorization" while its client sends "authorization" should fail on a developer's
// machine as it fails on AWS.
//
// The package serves net/http. Package github.com/valyala/fasthttp can keep the
// names by itself, but it does not implement HTTP/2, which the same port must also
// serve, and the edge and the gateway are net/http handlers.
package headercase

import (
	"context"
	"net"
	"net/http"
	"strings"
)

// Keep records the header names that the server reads, for Names. It wraps the
// listener and the server's handler, and sets its ConnContext. Call it before Serve.
// The server must pass every request to its handler, so it must not have the general
// handler of OPTIONS requests.
func Keep(s *http.Server, l net.Listener) net.Listener {
	before := s.ConnContext
	s.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		if before != nil {
			ctx = before(ctx, c)
		}
		if t, ok := c.(*tappedConn); ok {
			ctx = context.WithValue(ctx, tapKey{}, &t.tap)
		}
		return ctx
	}
	h := s.Handler
	if h == nil {
		h = http.DefaultServeMux
	}
	s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if t := tapOf(r); t != nil {
			t.next(r.Method + " " + r.RequestURI + " " + r.Proto)
		}
		h.ServeHTTP(w, r)
	})
	s.DisableGeneralOptionsHandler = true
	return tappedListener{l}
}

type tapKey struct{}

// tapOf returns the tap of the connection on which the request arrived, or nil.
func tapOf(r *http.Request) *tap {
	if r.ProtoMajor != 1 {
		return nil
	}
	t, _ := r.Context().Value(tapKey{}).(*tap)
	return t
}

type tappedListener struct{ net.Listener }

func (l tappedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &tappedConn{Conn: c}, nil
}

type tappedConn struct {
	net.Conn
	tap tap
}

func (c *tappedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.tap.write(b[:n])
	return n, err
}

// Spelling maps canonical header names to the names as they were sent.
type Spelling map[string]string

// Name returns the spelling of the header key, or key itself if the spelling is
// unknown.
func (s Spelling) Name(key string) string {
	if written, ok := s[key]; ok {
		return written
	}
	return key
}

// Names returns the client's spelling of the request's headers. It returns nil if
// the spelling is unknown, as over TLS or on a server without Keep.
//
// Over HTTP/2, API Gateway passes on Host and User-Agent in this spelling and the
// others in lower case, as seen in a capture.
func Names(r *http.Request) Spelling {
	if r.ProtoMajor == 2 {
		lower := make(Spelling, len(r.Header))
		for key := range r.Header {
			if key != "User-Agent" {
				lower[key] = strings.ToLower(key)
			}
		}
		return lower
	}
	if t := tapOf(r); t != nil {
		return t.names()
	}
	return nil
}

// Apply changes the canonical names of a header to their spelling. Some clients and
// servers in this process then no longer recognize a header by its name: net/http
// adds a Content-Type and a User-Agent of its own if it finds none.
func (s Spelling) Apply(h http.Header) {
	for key, name := range s {
		values, ok := h[key]
		if !ok || name == key {
			continue
		}
		switch key {
		case "Content-Type", "User-Agent":
			h[key] = nil
		case "Connection", "Content-Length", "Date", "Expect", "Host", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
			continue // net/http interprets them under their canonical names
		default:
			delete(h, key)
		}
		h[name] = values
	}
}
