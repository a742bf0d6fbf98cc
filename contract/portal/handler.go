package portal

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// mediaTypes are those of the portal's files. A table of our own, because what
// the system's says differs from machine to machine.
var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".json": "application/json",
	".yaml": "application/yaml", // RFC 9512
}

// New makes the portal as a handler. It answers
//
//	BasePath/                 the overview
//	BasePath/reference.html   and the other pages
//	BasePath/openapi.json     the document, and openapi.yaml
//	BasePath/users.json       the demo users with their tokens, if Config has any
//
// and 404 for all else. It fails on a Config or a document that is wrong.
//
// The tokens are readable by whoever reaches the handler, though not by pages of
// other origins: it is for demo users, on a developer's machine.
func New(cfg Config) (http.Handler, error) {
	files, err := build(cfg, func(*catalog) console {
		c := console{Server: cfg.ServerURL, Sends: true}
		if c.Server == "" {
			c.Server = "/"
		}
		if cfg.Users != nil {
			c.Users = usersFile
		}
		return c
	})
	if err != nil {
		return nil, err
	}
	h := &handler{base: cfg.BasePath, policy: policy(cfg) + "; frame-ancestors 'none'", users: cfg.Users, files: map[string]*file{}}
	for name, data := range files {
		if h.files[name], err = newFile(name, data); err != nil {
			return nil, err
		}
	}
	return h, nil
}

type handler struct {
	base, policy string
	files        map[string]*file
	users        func() ([]User, error)
}

// file is a file ready to be sent.
type file struct {
	mediaType, tag string
	data, packed   []byte
}

func newFile(name string, data []byte) (*file, error) {
	sum := sha256.Sum256(data)
	f := &file{mediaType: mediaTypes[path.Ext(name)], tag: hex.EncodeToString(sum[:16]), data: data}
	theirs, err := swagger()
	if err != nil {
		return nil, err
	}
	if f.packed = theirs[name].packed; f.packed != nil {
		return f, nil
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	f.packed = packed.Bytes()
	return f, nil
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", h.policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "The documentation is only read.", http.StatusMethodNotAllowed)
		return
	}
	name, ok := strings.CutPrefix(r.URL.Path, h.base)
	switch {
	case ok && name == "" && h.base != "":
		// Links are relative to the slash.
		http.Redirect(w, r, h.base+"/", http.StatusFound)
	case !ok || !strings.HasPrefix(name, "/"):
		http.NotFound(w, r)
	case name == "/"+usersFile && h.users != nil:
		h.serveUsers(w, r)
	default:
		h.serveFile(w, r, strings.TrimPrefix(name, "/"))
	}
}

func (h *handler) serveFile(w http.ResponseWriter, r *http.Request, name string) {
	if name == "" {
		name = indexFile
	}
	f := h.files[name]
	if f == nil {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Content-Type", f.mediaType)
	header.Set("Cache-Control", "no-cache") // asked for again each time: it changes with every build
	header.Set("Vary", "Accept-Encoding")
	data, tag := f.data, f.tag
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		data, tag = f.packed, tag+"-gzip"
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("ETag", strconv.Quote(tag))
	if r.Header.Get("If-None-Match") == strconv.Quote(tag) {
		header.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(data) // a client that is gone needs no answer
	}
}

// acceptsGzip reads Accept-Encoding as far as browsers use it: a list of names,
// each with a weight that may be 0.
func acceptsGzip(accept string) bool {
	for item := range strings.SplitSeq(accept, ",") {
		name, weight, _ := strings.Cut(item, ";")
		if strings.TrimSpace(name) == "gzip" {
			q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
			return err != nil || q > 0
		}
	}
	return false
}

func (h *handler) serveUsers(w http.ResponseWriter, r *http.Request) {
	users, err := h.users()
	if err != nil {
		slog.ErrorContext(r.Context(), "portal: the demo users' tokens cannot be had", "error", err)
		http.Error(w, "The demo users' tokens cannot be had: the log tells why.", http.StatusInternalServerError)
		return
	}
	if users == nil {
		users = []User{}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(users)
}
