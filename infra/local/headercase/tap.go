package headercase

import (
	"bytes"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
)

const (
	maxHead = 64 << 10 // bytes of a request line and headers
	// maxHeads limits the pipelined requests whose names are kept. net/http reads 4 KB
	// ahead, which no more requests fit into: the shortest one has 18 bytes.
	maxHeads = 256
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
	heads   []head   // of requests that net/http has not served yet
	current Spelling // of the request that it serves
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
		h.request, h.names = line, make(Spelling)
		t.stopped = line == "" || strings.HasSuffix(line, " HTTP/2.0")
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
		t.stopped = true
		return
	}
	t.heads, t.head = append(t.heads, t.head), head{}
}

// next begins to serve the request with the given request line, which is the oldest
// one that has not been served. If it is another one, the tap has misread the
// connection, and no names are known from then on.
func (t *tap) next(request string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.current = nil
	if len(t.heads) == 0 || t.heads[0].request != request {
		t.stopped, t.heads = true, nil
		return
	}
	t.current = t.heads[0].names
	t.heads = t.heads[1:]
}

// names returns the names of the request that is served.
func (t *tap) names() Spelling {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.current
}
