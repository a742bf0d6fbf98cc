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
	"time"
)

// mediaTypes maps the extensions of the portal's files to media types. Package mime
// is not used, because its table differs from machine to machine.
var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".json": "application/json",
	".yaml": "application/yaml", // RFC 9512
	".http": "text/plain; charset=utf-8",
	".zip":  "application/zip",
}

// New returns a handler that serves the portal:
//
//	BasePath/                 the overview
//	BasePath/reference.html   the reference, and the other pages likewise
//	BasePath/openapi.json     the document, also as openapi.yaml and openapi-3.1.json
//	BasePath/contexts/CONTEXT/openapi.json
//	                          the part of the document for a context
//	BasePath/api.http         example requests, also as bruno.zip
//	BasePath/releases/CONTEXT/VERSION/openapi.json
//	                          the specification of a context's release
//	BasePath/users.json       the demo users with their tokens, if Config has any
//
// The response to any other path is 404. New returns an error if the Config or
// the document is invalid.
//
// Everyone who reaches the handler can read the tokens; pages of other origins
// cannot. Users are therefore for demo users on a developer's machine only.
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
	h := &handler{
		base: cfg.BasePath, policy: policy(cfg, nil) + "; frame-ancestors 'none'",
		users: cfg.Users, files: map[string]*file{},
	}
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

// file is a file of the portal, plain and compressed.
type file struct {
	mediaType  string
	etag       string // without quotes, of the plain file
	data, gzip []byte
}

func newFile(name string, data []byte) (*file, error) {
	sum := sha256.Sum256(data)
	f := &file{mediaType: mediaTypes[path.Ext(name)], etag: hex.EncodeToString(sum[:16]), data: data}
	swaggerFiles, err := swagger()
	if err != nil {
		return nil, err
	}
	if f.gzip = swaggerFiles[name].gzip; f.gzip != nil {
		return f, nil
	}
	var compressed bytes.Buffer
	w := gzip.NewWriter(&compressed)
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	f.gzip = compressed.Bytes()
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
		http.Error(w, "The documentation is read-only: use GET or HEAD.", http.StatusMethodNotAllowed)
		return
	}
	name, ok := strings.CutPrefix(r.URL.Path, h.base)
	switch {
	case ok && name == "" && h.base != "":
		// The links are relative to a path with a trailing slash.
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
	header.Set("Cache-Control", "no-cache") // revalidate each time: every build changes the files
	header.Set("Vary", "Accept-Encoding")
	data, etag := f.data, f.etag
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		data, etag = f.gzip, etag+"-gzip"
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("ETag", strconv.Quote(etag))
	// ServeContent leaves it out for an encoded response.
	header.Set("Content-Length", strconv.Itoa(len(data)))
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}

// acceptsGzip reports whether an Accept-Encoding header lists gzip with a weight
// above 0. It parses what browsers send: names with an optional weight.
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
		slog.ErrorContext(r.Context(), "portal: get the tokens of the demo users", "error", err)
		http.Error(w, "The tokens of the demo users are not available. The log contains the reason.",
			http.StatusInternalServerError)
		return
	}
	if users == nil {
		users = []User{}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(users)
}
