package headercase

import (
	"bytes"
	"net"
	"net/textproto"
	"strings"
	"sync"
)

// ResponseConn is a client's connection that records the header names of responses.
type ResponseConn struct {
	net.Conn

	mu     sync.Mutex
	head   []byte // received so far, while a head is expected
	expect bool
	names  Spelling
}

// NewResponseConn returns a connection that reads and writes through c.
func NewResponseConn(c net.Conn) *ResponseConn { return &ResponseConn{Conn: c} }

// Expect says that a request follows, so that the next bytes are the head of its
// response. Call it before each request.
func (c *ResponseConn) Expect() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.head, c.expect, c.names = c.head[:0], true, nil
}

// Names returns the spelling of the header names of the last response, whose head must
// have been read.
func (c *ResponseConn) Names() Spelling {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.names
}

// Read implements net.Conn.
func (c *ResponseConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.expect {
		c.read(b[:n])
	}
	return n, err
}

var headEnd = []byte("\r\n\r\n")

// read adds received bytes. Informational responses, 1xx, precede the final one.
func (c *ResponseConn) read(b []byte) {
	c.head = append(c.head, b...)
	for {
		head, rest, complete := bytes.Cut(c.head, headEnd)
		if !complete {
			c.expect = len(c.head) <= maxHead
			return
		}
		if _, status, _ := bytes.Cut(head, []byte(" ")); len(status) == 0 || status[0] != '1' {
			c.names, c.expect = parseNames(head), false
			return
		}
		c.head = append(c.head[:0], rest...)
	}
}

// parseNames returns the names in a head, whose first line is the status.
func parseNames(head []byte) Spelling {
	names := make(Spelling)
	_, headers, _ := strings.Cut(string(head), "\r\n")
	for line := range strings.SplitSeq(headers, "\r\n") {
		if name, _, ok := strings.Cut(line, ":"); ok {
			names[textproto.CanonicalMIMEHeaderKey(name)] = name
		}
	}
	return names
}
