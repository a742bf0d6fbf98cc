// Package headercase preserves the spelling of header names in requests. API
// Gateway passes header names on as the client wrote them, which over HTTP/2 is in
// lower case; net/http makes them canonical. A function that looks for
// "Authorization" while its client sends "authorization" should fail on a
// developer's machine as it fails on AWS.
//
// The package serves net/http. Package github.com/valyala/fasthttp can keep the
// names by itself, but it does not implement HTTP/2, which the same port must also
// serve, and the edge and the gateway are net/http handlers.
package headercase

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
)

// Keep records the header names that the server reads, for Names. It wraps the
// listener and sets the server's ConnContext. Call it before Serve.
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
	return tappedListener{l}
}

type tapKey struct{}

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

// Spelling maps canonical header names to the names that the client sent.
type Spelling map[string]string

// Name returns the client's spelling of the header key, or key itself if the
// spelling is unknown.
func (s Spelling) Name(key string) string {
	if written, ok := s[key]; ok {
		return written
	}
	return key
}

// Names returns the client's spelling of the request's headers. It returns nil if
// the spelling is unknown, as over TLS or on a server without Keep. Call it once
// per request.
func Names(r *http.Request) Spelling {
	if r.ProtoMajor == 2 {
		lower := Spelling{"Host": "host"}
		for key := range r.Header {
			lower[key] = strings.ToLower(key)
		}
		return lower
	}
	if t, ok := r.Context().Value(tapKey{}).(*tap); ok {
		return t.take(r.Method + " " + r.RequestURI + " " + r.Proto)
	}
	return nil
}

const (
	maxHead  = 64 << 10 // bytes of a request line and headers
	maxHeads = 16       // pipelined requests whose names are kept
)

// tap follows the requests on a connection and records their header names. It only
// observes: at input that it does not understand it stops, and net/http handles the
// request without it.
type tap struct {
	mu      sync.Mutex
	stopped bool
	line    []byte // the incomplete line, in states that read lines
	skip    int64  // remaining bytes of the body or chunk
	state   tapState
	head    head
	heads   []head
}

// head is the request line and the header names of a request.
type head struct {
	request string
	names   Spelling
	length  int64
	chunked bool
}

type tapState int

const (
	inHead tapState = iota
	inBody
	inChunkSize
	inChunk
	inTrailer
)

func (t *tap) write(b []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(b) > 0 && !t.stopped {
		if t.state == inBody || t.state == inChunk {
			n := min(t.skip, int64(len(b)))
			b, t.skip = b[n:], t.skip-n
			if t.skip == 0 {
				t.endBody()
			}
			continue
		}
		line, rest, complete := bytes.Cut(b, []byte("\n"))
		b = rest
		t.line = append(t.line, line...)
		if len(t.line) > maxHead || len(t.head.names) > maxHead/4 {
			t.stopped = true
		}
		if complete {
			t.readLine(strings.TrimSuffix(string(t.line), "\r"))
			t.line = t.line[:0]
		}
	}
}

func (t *tap) endBody() {
	if t.state == inChunk {
		t.state = inChunkSize
	} else {
		t.state = inHead
	}
}

func (t *tap) readLine(line string) {
	switch t.state {
	case inHead:
		t.readHead(line)
	case inChunkSize:
		size, _, _ := strings.Cut(line, ";")
		n, err := strconv.ParseInt(strings.TrimSpace(size), 16, 63)
		switch {
		case err != nil || n < 0:
			t.stopped = true
		case n == 0:
			t.state = inTrailer
		default:
			t.skip, t.state = n+int64(len("\r\n")), inChunk
		}
	case inTrailer:
		if line == "" {
			t.state = inHead
		}
	}
}

func (t *tap) readHead(line string) {
	h := &t.head
	switch {
	case h.request == "":
		h.request, h.names, t.stopped = line, make(Spelling), line == ""
	case line == "":
		t.endHead()
	default:
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			t.stopped = true
			return
		}
		key := textproto.CanonicalMIMEHeaderKey(name)
		h.names[key] = name
		switch key {
		case "Content-Length":
			n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 63)
			h.length, t.stopped = n, t.stopped || err != nil || n < 0
		case "Transfer-Encoding":
			h.chunked = strings.EqualFold(strings.TrimSpace(value), "chunked")
		}
	}
}

func (t *tap) endHead() {
	switch {
	case t.head.chunked:
		t.state = inChunkSize
	case t.head.length > 0:
		t.skip, t.state = t.head.length, inBody
	}
	if len(t.heads) == maxHeads {
		t.heads = t.heads[1:]
	}
	t.heads, t.head = append(t.heads, t.head), head{}
}

// take returns the names of the request with the given request line, and discards
// earlier requests, which other handlers have served.
func (t *tap) take(request string) Spelling {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, h := range t.heads {
		if h.request == request {
			t.heads = t.heads[i+1:]
			return h.names
		}
	}
	return nil
}
