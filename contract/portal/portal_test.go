package portal

import (
	_ "embed"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/compat"
)

//go:embed testdata/openapi.json
var sample []byte

// edited returns the sample after an edit.
func edited(t *testing.T, edit func(object)) []byte {
	t.Helper()
	var v object
	if err := json.Unmarshal(sample, &v); err != nil {
		t.Fatal(err)
	}
	edit(v)
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

var reports = []compat.Report{
	{
		Context: "parcels", Base: "parcels/v0.3.1", Current: "0.3.1", Next: "0.3.1",
		Level: compat.None, Bump: compat.NoBump,
	},
	{
		Context: "orders", Base: "orders/v1.1.0", Current: "1.1.0", Next: "2.0.0",
		Level: compat.Breaking, Bump: compat.Major,
		Changes: []compat.Change{
			{Level: compat.Breaking, Operation: "POST /orders", Text: "the property `lines` is required"},
			{Level: compat.Compatible, Operation: "GET /orders/me", Text: "endpoint added"},
			{Level: compat.None, Text: "`description` changed", Location: "orders/openapi.json#/info/description"},
		},
	},
}

// released are specifications of releases of orders.
var released = []Specification{
	{Context: "orders", Version: "v1.1.0", Document: []byte(`{"info":{"version":"1.1.0"}}`)},
	{Context: "orders", Version: "v1.0.0", Document: []byte(`{"info":{"version":"1.0.0"}}`)},
}

func newHandler(t *testing.T, cfg Config) http.Handler {
	t.Helper()
	if cfg.Document == nil {
		cfg.Document = sample
	}
	h, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func get(h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	return send(h, http.MethodGet, path, header...)
}

func send(h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// checkContains checks that a response has a text in its body.
func checkContains(t *testing.T, w *httptest.ResponseRecorder, want string) {
	t.Helper()
	if !strings.Contains(w.Body.String(), want) {
		t.Errorf("the body does not contain %s", want)
	}
}

func TestHandlerServesFiles(t *testing.T) {
	const html, js, css = "text/html; charset=utf-8", "text/javascript; charset=utf-8", "text/css; charset=utf-8"
	h := newHandler(t, Config{BasePath: "/docs", Changes: reports, Released: released})
	for path, want := range map[string]struct{ mediaType, text string }{
		"/docs/":               {mediaType: html, text: "<h1>Sample API</h1>"},
		"/docs/index.html":     {mediaType: html, text: "team-orders"},
		"/docs/reference.html": {mediaType: html, text: `data-contexts="[{&#34;slug&#34;:&#34;orders&#34;`},
		"/docs/changes.html":   {mediaType: html, text: "<code>lines</code> is required"},
		"/docs/problems.html":  {mediaType: html, text: "urn:meridian:problem:not-found"},
		"/docs/openapi.json":   {mediaType: "application/json", text: `"openapi": "3.0.3"`},
		"/docs/releases/orders/v1.0.0/openapi.json": {
			mediaType: "application/json", text: `{"info":{"version":"1.0.0"}}`,
		},
		"/docs/openapi.yaml":                 {mediaType: "application/yaml", text: `openapi: "3.0.3"`},
		"/docs/openapi-3.1.json":             {mediaType: "application/json", text: `"openapi": "3.1.`},
		"/docs/api.http":                     {mediaType: "text/plain; charset=utf-8", text: "GET {{baseUrl}}/orders/me"},
		"/docs/bruno.zip":                    {mediaType: "application/zip", text: "bruno/Orders/getMyOrder.bru"},
		"/docs/contexts/orders/openapi.json": {mediaType: "application/json", text: `"title": "Orders"`},
		"/docs/assets/portal.css":            {mediaType: css, text: "color-scheme"},
		"/docs/assets/overview.js":           {mediaType: js, text: "use strict"},
		"/docs/assets/icon.svg":              {mediaType: "image/svg+xml", text: "<svg"},
		"/docs/assets/swagger-ui.css":        {mediaType: css, text: ".swagger-ui"},
		"/docs/assets/swagger-ui-bundle.js":  {mediaType: js, text: "SwaggerUIBundle"},
	} {
		t.Run(path, func(t *testing.T) {
			w := get(h, path)
			mediaType := w.Header().Get("Content-Type")
			if w.Code != http.StatusOK || mediaType != want.mediaType {
				t.Errorf("status %d, Content-Type %q; want 200, %q", w.Code, mediaType, want.mediaType)
			}
			checkContains(t, w, want.text)
			checkSecurityHeaders(t, w.Header())
		})
	}
}

func checkSecurityHeaders(t *testing.T, header http.Header) {
	t.Helper()
	policy := header.Get("Content-Security-Policy")
	for _, directive := range []string{
		"default-src 'none'", "script-src 'self';", "connect-src 'self';",
		"frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'",
	} {
		if !strings.Contains(policy, directive) {
			t.Errorf("Content-Security-Policy %q lacks %s", policy, directive)
		}
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestHandlerRefusesOtherPaths(t *testing.T) {
	h := newHandler(t, Config{BasePath: "/docs"})
	for _, path := range []string{
		"/", "/docsx/", "/docsindex.html", "/other", "/docs/nothing", "/docs/assets/", "/docs/assets",
		"/docs/../docs/", "/docs/users.json", "/docs/templates/index.html",
	} {
		t.Run(path, func(t *testing.T) {
			if w := get(h, path); w.Code != http.StatusNotFound {
				t.Errorf("status %d, want 404", w.Code)
			}
		})
	}
}

func TestHandlerMethodsAndRedirect(t *testing.T) {
	h := newHandler(t, Config{BasePath: "/docs"})
	t.Run("the base path redirects", func(t *testing.T) {
		if w := get(h, "/docs"); w.Code != http.StatusFound || w.Header().Get("Location") != "/docs/" {
			t.Errorf("status %d, Location %q; want 302 to /docs/", w.Code, w.Header().Get("Location"))
		}
	})
	t.Run("POST is refused", func(t *testing.T) {
		w := send(h, http.MethodPost, "/docs/")
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("status %d, Allow %q; want 405 with GET, HEAD", w.Code, w.Header().Get("Allow"))
		}
	})
	for _, encoding := range []string{"identity", "gzip"} {
		t.Run("HEAD has the headers of GET with "+encoding, func(t *testing.T) {
			get := get(h, "/docs/", "Accept-Encoding", encoding)
			head := send(h, http.MethodHead, "/docs/", "Accept-Encoding", encoding)
			if head.Code != http.StatusOK || head.Body.Len() != 0 || head.Header().Get("Content-Length") == "" {
				t.Errorf("status %d, %d bytes, headers %v", head.Code, head.Body.Len(), head.Header())
			}
			if diff := cmp.Diff(get.Header(), head.Header()); diff != "" {
				t.Errorf("headers (-GET +HEAD):\n%s", diff)
			}
		})
	}
	t.Run("without a base path", func(t *testing.T) {
		if w := get(newHandler(t, Config{}), "/"); w.Code != http.StatusOK {
			t.Errorf("status %d, want 200", w.Code)
		}
	})
}

func TestHandlerCompressesAndCaches(t *testing.T) {
	h := newHandler(t, Config{})
	plain := get(h, "/index.html")
	compressed := get(h, "/index.html", "Accept-Encoding", "br, gzip;q=0.8")
	t.Run("gzip", func(t *testing.T) {
		header := compressed.Header()
		if header.Get("Content-Encoding") != "gzip" || compressed.Body.Len() >= plain.Body.Len() {
			t.Errorf("%d bytes of %d, headers %v", compressed.Body.Len(), plain.Body.Len(), header)
		}
		if header.Get("Vary") != "Accept-Encoding" || header.Get("ETag") == plain.Header().Get("ETag") {
			t.Errorf("headers %v do not separate the encodings", header)
		}
	})
	for _, accept := range []string{"", "br", "gzip;q=0", "xgzip"} {
		t.Run("Accept-Encoding "+accept, func(t *testing.T) {
			w := get(h, "/index.html", "Accept-Encoding", accept)
			if got := w.Header().Get("Content-Encoding"); got != "" {
				t.Errorf("Content-Encoding %q, want none", got)
			}
			if diff := cmp.Diff(plain.Body.String(), w.Body.String()); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
		})
	}
	for name, first := range map[string]*httptest.ResponseRecorder{"plain": plain, "gzip": compressed} {
		t.Run("If-None-Match with "+name, func(t *testing.T) {
			etag, encoding := first.Header().Get("ETag"), first.Header().Get("Content-Encoding")
			for _, match := range []string{etag, `"other", ` + etag} {
				w := get(h, "/index.html", "If-None-Match", match, "Accept-Encoding", encoding)
				if w.Code != http.StatusNotModified || w.Body.Len() != 0 {
					t.Errorf("%s: status %d with %d bytes, want 304 without a body", match, w.Code, w.Body.Len())
				}
			}
			if w := get(h, "/index.html", "If-None-Match", `"other"`); w.Code != http.StatusOK {
				t.Errorf("another ETag: status %d, want 200", w.Code)
			}
		})
	}
}

func TestUsers(t *testing.T) {
	t.Run("tokens are renewed", func(t *testing.T) {
		n := 0
		h := newHandler(t, Config{Users: func() ([]User, error) {
			n++
			return []User{{Name: "ada", AccessToken: strings.Repeat("t", n)}}, nil
		}})
		for _, token := range []string{"t", "tt"} {
			w := get(h, "/users.json")
			want := `[{"name":"ada","accessToken":"` + token + `"}]` + "\n"
			if diff := cmp.Diff(want, w.Body.String()); diff != "" {
				t.Errorf("users (-want +got):\n%s", diff)
			}
			if got := w.Header().Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control %q, want no-store", got)
			}
		}
		page := get(h, "/reference.html")
		checkContains(t, page, `data-users="users.json"`)
		checkContains(t, page, `<label for="user">`)
	})
	t.Run("an error is not sent to the client", func(t *testing.T) {
		h := newHandler(t, Config{Users: func() ([]User, error) { return nil, errors.New("a secret") }})
		w := get(h, "/users.json")
		if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("status %d, body %s; want 500 without the error", w.Code, w.Body)
		}
	})
	t.Run("no users", func(t *testing.T) {
		h := newHandler(t, Config{Users: func() ([]User, error) { return nil, nil }})
		if got := get(h, "/users.json").Body.String(); got != "[]\n" {
			t.Errorf("users %q, want an empty list", got)
		}
	})
	t.Run("not configured", func(t *testing.T) {
		page := get(newHandler(t, Config{}), "/reference.html").Body.String()
		if strings.Contains(page, "users.json") || strings.Contains(page, `id="user"`) {
			t.Error("the page lets readers select a user")
		}
	})
}

func TestServerURL(t *testing.T) {
	for url, want := range map[string]string{
		"":                              "connect-src 'self';",
		"/":                             "connect-src 'self';",
		"/v1":                           "connect-src 'self';",
		"https://api.example.com":       "connect-src 'self' https://api.example.com;",
		"http://127.0.0.1:8080/v1":      "connect-src 'self' http://127.0.0.1:8080;",
		"https://api.example.com:8443/": "connect-src 'self' https://api.example.com:8443;",
	} {
		t.Run("allows "+url, func(t *testing.T) {
			w := get(newHandler(t, Config{ServerURL: url}), "/reference.html")
			if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, want) {
				t.Errorf("Content-Security-Policy %q, want %q in it", policy, want)
			}
		})
	}
	for _, url := range []string{
		"javascript:alert(1)", "//evil.example.com", "ftp://a", "api.example.com", "https://",
		"https://a;script-src *", "https://a b", "https://u:p@a", "https://a?q", "https://a#f", "%zz",
	} {
		t.Run("refuses "+url, func(t *testing.T) {
			if _, err := New(Config{Document: sample, ServerURL: url}); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestNewRefusesInvalidConfigs(t *testing.T) {
	withReference := func(ref string) []byte {
		return []byte(strings.Replace(string(sample), "#/components/schemas/Order", ref, 1))
	}
	for name, cfg := range map[string]Config{
		"no document":                 {},
		"a document that is not JSON": {Document: []byte("openapi: 3.0.3")},
		"not an OpenAPI document":     {Document: []byte("{}")},
		"a broken reference":          {Document: withReference("#/components/schemas/None")},
		"a reference to a file":       {Document: withReference("/etc/passwd")},
		"BasePath without a slash":    {Document: sample, BasePath: "docs"},
		"BasePath with a final slash": {Document: sample, BasePath: "/docs/"},
		"BasePath with a host":        {Document: sample, BasePath: "//evil.example.com"},
		"BasePath with dots":          {Document: sample, BasePath: "/docs/.."},
		"BasePath with a query":       {Document: sample, BasePath: "/docs?x"},
		"BasePath of the root":        {Document: sample, BasePath: "/"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := New(cfg); err == nil || !strings.HasPrefix(err.Error(), "portal: ") {
				t.Errorf("error %v, want one of the portal", err)
			}
		})
	}
}
