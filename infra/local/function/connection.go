package function

import (
	"bufio"
	"io"
	"math"
	"net"
	"net/http"
	"strconv"
	"sync"
)

const (
	// maxHeader limits the headers of a request to the Runtime API, in bytes. The X-Ray
	// cause of a reported error alone may have 1 MiB.
	maxHeader = 2 << 20

	// largePayload is the length in bytes from which a payload is written by a goroutine
	// of its own: it may not fit into the socket's buffer, and the invocation's caller must
	// not wait for the function to read it.
	largePayload = 64 << 10
)

// server serves the Runtime API of one environment: HTTP/1.1 on a few connections of one
// client. It parses requests with net/http, and writes each response with one system
// call. An http.Server takes twice the time: it starts a goroutine for each long poll that
// watches the connection, and its buffer is smaller than a usual event. The goroutine of
// the invocation's caller writes the event, so that no other one has to wake up for it.
//
// Not github.com/valyala/fasthttp: it does not report that the connection of a long poll
// has broken.
type server struct {
	listener net.Listener
	handle   func(*connection, *http.Request) (open bool)

	done chan struct{} // closed by close

	mu          sync.Mutex
	connections map[*connection]struct{}
}

// newServer listens on a free port. handle serves the requests of a connection one after
// the other, and reports whether the connection stays open.
func newServer(handle func(*connection, *http.Request) (open bool)) (*server, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return &server{listener: l, handle: handle, done: make(chan struct{}), connections: map[*connection]struct{}{}}, nil
}

// serve serves connections until the server is closed. It runs each of them with start.
func (s *server) serve(start func(func())) {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return // closed; a loopback listener does not fail otherwise
		}
		c := &connection{conn: conn, done: s.done, limited: io.LimitedReader{R: conn}, delivered: make(chan struct{}, 1)}
		c.reader = bufio.NewReaderSize(&c.limited, 8<<10)
		if s.add(c) {
			start(func() { defer s.remove(c); c.serve(s.handle) })
		}
	}
}

// add reports whether the server is still open.
func (s *server) add(c *connection) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.done:
		c.conn.Close()
		return false
	default:
		s.connections[c] = struct{}{}
		return true
	}
}

func (s *server) remove(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.connections, c)
	c.conn.Close()
}

// close closes the listener and all connections. It is called once.
func (s *server) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.done)
	s.listener.Close()
	for c := range s.connections {
		c.conn.Close()
	}
}

// connection is a connection of the function's runtime.
type connection struct {
	conn    net.Conn
	done    <-chan struct{} // of the server
	limited io.LimitedReader
	reader  *bufio.Reader
	buffer  []byte // of the response

	// delivered has a value when the event for which the runtime polls has been written.
	delivered chan struct{}
}

func (c *connection) serve(handle func(*connection, *http.Request) (open bool)) {
	for {
		c.limited.N = maxHeader
		r, err := http.ReadRequest(c.reader)
		if err != nil {
			return // the runtime has ended, or does not speak HTTP
		}
		c.limited.N = math.MaxInt64 // the handler limits the body
		if r.Header.Get("Expect") == "100-continue" {
			if _, err := io.WriteString(c.conn, "HTTP/1.1 100 Continue\r\n\r\n"); err != nil {
				return
			}
		}
		if !handle(c, r) || r.Close {
			return
		}
		// The next request follows the body, of which a handler may have left a part.
		if n, err := io.CopyN(io.Discard, r.Body, maxResponse); err != io.EOF || n == maxResponse {
			return
		}
	}
}

// wait waits until the event has been written, and reports whether the runtime can still
// receive it. It calls gone when the connection breaks.
func (c *connection) wait(gone func()) (open bool) {
	// The runtime sends nothing while it polls, unless it sends requests ahead.
	if _, err := c.reader.Peek(1); err != nil {
		gone()
		return false
	}
	select {
	case <-c.delivered:
		return true
	case <-c.done:
		return false
	}
}

// header is a response header.
type header struct{ name, value string }

// respond writes a response. An error means that the connection is broken, which the next
// read finds as well.
func (c *connection) respond(r *http.Request, status int, headers []header, body string) {
	c.begin(status, len(body), headers...)
	if r.Close {
		c.buffer = append(c.buffer, "Connection: close\r\n"...)
	}
	c.buffer = append(c.buffer, "\r\n"...)
	if r.Method != http.MethodHead {
		c.buffer = append(c.buffer, body...)
	}
	_, _ = c.conn.Write(c.buffer)
}

// deliver writes an event.
func (c *connection) deliver(payload []byte, headers ...header) {
	c.begin(http.StatusOK, len(payload), headers...)
	c.buffer = append(c.buffer, "\r\n"...)
	if len(payload) < largePayload {
		c.buffer = append(c.buffer, payload...)
		_, _ = c.conn.Write(c.buffer)
		c.delivered <- struct{}{}
		return
	}
	go func() {
		_, _ = (&net.Buffers{c.buffer, payload}).WriteTo(c.conn)
		c.delivered <- struct{}{}
	}()
}

// begin begins a response in the buffer. The blank line after the headers is missing.
func (c *connection) begin(status, length int, headers ...header) {
	b := append(c.buffer[:0], "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(status), 10)
	b = append(append(b, ' '), http.StatusText(status)...)
	b = append(b, "\r\nContent-Type: application/json\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(length), 10)
	b = append(b, "\r\n"...)
	for _, h := range headers {
		b = append(append(append(append(b, h.name...), ": "...), h.value...), "\r\n"...)
	}
	c.buffer = b
}
