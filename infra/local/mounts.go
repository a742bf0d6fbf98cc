package local

import (
	"net/http"
	"strings"
	"sync"
)

// mounts are the handlers beside the API, by path.
type mounts struct {
	mu       sync.RWMutex
	handlers map[string]http.Handler
}

// ConsolePath is the path of the console on the edge's address.
const ConsolePath = "/console"

// Mount serves h at path and below it on the edge's address, beside the API. It is
// for handlers that need the running cloud, such as its documentation. The API must
// not use the path. A longer path precedes a shorter one, and a second call for a path
// replaces its handler. When there is a handler at ConsolePath or below, a browser that
// opens / is sent there.
func (c *Cloud) Mount(path string, h http.Handler) {
	c.mounts.mu.Lock()
	defer c.mounts.mu.Unlock()
	if c.mounts.handlers == nil {
		c.mounts.handlers = map[string]http.Handler{}
	}
	c.mounts.handlers[path] = h
}

// find returns the handler of a request; nil is the API.
func (m *mounts) find(r *http.Request) http.Handler {
	m.mu.RLock()
	defer m.mu.RUnlock()
	found, console := "", false
	for path := range m.handlers {
		if len(path) > len(found) && (r.URL.Path == path || strings.HasPrefix(r.URL.Path, path+"/")) {
			found = path
		}
		console = console || strings.HasPrefix(path, ConsolePath)
	}
	if console && r.URL.Path == "/" && r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html") {
		return http.RedirectHandler(ConsolePath+"/", http.StatusFound)
	}
	return m.handlers[found]
}
