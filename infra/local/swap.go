package local

import (
	"net/http"
	"sync"
)

// swap is a handler that can be replaced while it serves.
type swap struct {
	mu      sync.Mutex
	current *counted
}

// counted is a handler with its requests in progress.
type counted struct {
	http.Handler
	requests sync.WaitGroup
}

// ServeHTTP serves the request with the handler that is current when it arrives.
func (s *swap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	h := s.current
	h.requests.Add(1)
	s.mu.Unlock()
	defer h.requests.Done()
	h.ServeHTTP(w, r)
}

// replace makes h serve the requests that arrive from now on. wait returns when the
// earlier handler has no more requests.
func (s *swap) replace(h http.Handler) (wait func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.current
	s.current = &counted{Handler: h}
	if old == nil {
		return func() {}
	}
	return old.requests.Wait
}
