package frontend

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"golang.org/x/sync/semaphore"
)

const (
	// bodyTimeout is how long a body may take to arrive, and how long a request waits
	// for memory. AWS does not document its limit. This one is as long as the longest
	// invocation of a function.
	bodyTimeout = 29 * time.Second

	// maxMemory limits the memory for large requests that one Bodies admits at the same
	// time. Each holds its body, the event made from it, and copies of both while they
	// grow: memoryPerByte bytes for one of the body.
	maxMemory     = 128 << 20
	memoryPerByte = 3

	// smallBody is the length in bytes up to which a body is admitted at once, so that
	// health checks and ordinary requests never wait for large ones.
	smallBody = 64 << 10
)

// Bodies reads the bodies of requests. It bounds the memory that they take together
// and the time in which they arrive: a request with a large body waits until earlier
// ones have been served.
type Bodies struct {
	memory  *semaphore.Weighted
	timeout time.Duration
}

// NewBodies returns a Bodies for one gateway.
func NewBodies() *Bodies {
	return &Bodies{memory: semaphore.NewWeighted(maxMemory), timeout: bodyTimeout}
}

// Read reads the body of a request, which Check has passed. The caller must call
// release when it no longer needs the body; it is never nil. A body that does not
// arrive within the time is Stalled, one that breaks off or is not encoded correctly
// is Malformed, and the error says why.
func (b *Bodies) Read(w http.ResponseWriter, r *http.Request) (body []byte, release func(), refusal *Refusal, err error) {
	release = func() {}
	if r.Body == nil || r.Body == http.NoBody {
		return nil, release, nil, nil
	}
	release, err = b.reserve(r)
	if err != nil {
		return nil, release, Busy, err
	}
	// A recorder of a test has no deadlines.
	connection := http.NewResponseController(w)
	_ = connection.SetReadDeadline(time.Now().Add(b.timeout))
	body, err = readAll(r)
	_ = connection.SetReadDeadline(time.Time{}) // the connection is read for the client's end during the invocation
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, release, Stalled, err
	case err != nil:
		return nil, release, Malformed, err
	case len(body) > MaxBody:
		return nil, release, BodyTooLarge, errors.New("the body was sent without its length")
	}
	return body, release, nil, nil
}

// reserve waits for the memory that a request needs.
func (b *Bodies) reserve(r *http.Request) (release func(), err error) {
	size := r.ContentLength
	if size < 0 || r.Header.Get("Content-Encoding") != "" { // known after it has been read
		size = MaxBody
	}
	if size <= smallBody {
		return func() {}, nil
	}
	ctx, cancel := context.WithTimeout(r.Context(), b.timeout)
	defer cancel()
	if err := b.memory.Acquire(ctx, size*memoryPerByte); err != nil {
		return func() {}, err
	}
	return func() { b.memory.Release(size * memoryPerByte) }, nil
}

// readAll reads at most one byte more than MaxBody.
func readAll(r *http.Request) ([]byte, error) {
	if r.ContentLength > 0 { // net/http limits the body to it
		body := make([]byte, r.ContentLength)
		_, err := io.ReadFull(r.Body, body)
		return body, err
	}
	return io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
}
