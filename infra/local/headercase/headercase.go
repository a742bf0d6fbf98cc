// Package headercase tells how clients spell the names of headers. API Gateway
// keeps their case, and HTTP/2 has them in lower case; net/http does not keep it.
// A function that looks for "Authorization" while its client writes
// "authorization" should fail on one machine as it fails on AWS.
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

// Keep watches what the server reads, for Names to tell. It wraps the listener
// and sets the server's ConnContext; call it before Serve.
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

// Spelling maps canonical header names to those that the client wrote.
type Spelling map[string]string

// Name is how the client wrote a canonical name; the name itself where nobody knows.
func (s Spelling) Name(key string) string {
	if written, ok := s[key]; ok {
		return written
	}
	return key
}

// Names returns how the client spelled the request's headers; nil where nobody
// knows, as over TLS or on a server without Keep. It is for one call a request.
func Names(r *http.Request) Spelling {
	if r.ProtoMajor == 2 {
		lower := Spelling{"Host": "host"}
		for key := range r.Header {
			lower[key] = strings.ToLower(key)
		}
		return lower
	}
	if t, ok := r.Context().Value(tapKey{}).(*tap); ok {
		return t.claim(r.Method + " " + r.RequestURI + " " + r.Proto)
	}
	return nil
}

const (
	maxHead  = 64 << 10 // bytes of a request's line and headers
	maxHeads = 16       // pipelined requests
)

// tap follows the requests on a connection and notes their header names. It only
// watches: whatever it does not understand makes it stop, and net/http decides
// what becomes of the request.
type tap struct {
	mu    sync.Mutex
	lost  bool
	line  []byte // the line so far, when in lines
	skip  int64  // bytes of a body still to come
	state tapState
	head  head
	heads []head
}

// head is a request's first line and header names.
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
	for len(b) > 0 && !t.lost {
		if t.state == inBody || t.state == inChunk {
			n := min(t.skip, int64(len(b)))
			b, t.skip = b[n:], t.skip-n
			if t.skip == 0 {
				t.bodyDone()
			}
			continue
		}
		line, rest, whole := bytes.Cut(b, []byte("\n"))
		b = rest
		t.line = append(t.line, line...)
		if len(t.line) > maxHead || len(t.head.names) > maxHead/4 {
			t.lost = true
		}
		if whole {
			t.readLine(strings.TrimSuffix(string(t.line), "\r"))
			t.line = t.line[:0]
		}
	}
}

func (t *tap) bodyDone() {
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
			t.lost = true
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
		h.request, h.names, t.lost = line, make(Spelling), line == ""
	case line == "":
		t.headDone()
	default:
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			t.lost = true
			return
		}
		key := textproto.CanonicalMIMEHeaderKey(name)
		h.names[key] = name
		switch key {
		case "Content-Length":
			n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 63)
			h.length, t.lost = n, t.lost || err != nil || n < 0
		case "Transfer-Encoding":
			h.chunked = strings.EqualFold(strings.TrimSpace(value), "chunked")
		}
	}
}

func (t *tap) headDone() {
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

// claim returns the names of the request that began with the line, and forgets
// those before it: they went to other handlers.
func (t *tap) claim(request string) Spelling {
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
