package portal

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/compat"
)

//go:embed testdata/openapi.json
var sample []byte

// object is JSON, for edits.
type object = map[string]any

// edited is the sample after an edit.
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
	{Context: "parcels", Base: "parcels/v0.3.1", Current: "0.3.1", Next: "0.3.1", Level: compat.None, Bump: compat.NoBump},
	{Context: "orders", Base: "orders/v1.1.0", Current: "1.1.0", Next: "2.0.0", Level: compat.Breaking, Bump: compat.Major, Changes: []compat.Change{
		{Level: compat.Breaking, Operation: "POST /orders", Text: "the property `lines` is required"},
		{Level: compat.Compatible, Operation: "GET /orders/me", Text: "endpoint added"},
		{Level: compat.None, Text: "`description` changed", Location: "orders/openapi.json#/info/description"},
	}},
}

func serve(t *testing.T, cfg Config) http.Handler {
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
	return ask(h, http.MethodGet, path, header...)
}

func ask(h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestHandler(t *testing.T) {
	h := serve(t, Config{BasePath: "/docs", Changes: reports})
	for path, want := range map[string]struct{ mediaType, text string }{
		"/docs/":                            {"text/html; charset=utf-8", "<h1>Sample API</h1>"},
		"/docs/index.html":                  {"text/html; charset=utf-8", "team-orders"},
		"/docs/reference.html":              {"text/html; charset=utf-8", `data-document="openapi.json"`},
		"/docs/changes.html":                {"text/html; charset=utf-8", "<code>lines</code> is required"},
		"/docs/problems.html":               {"text/html; charset=utf-8", "urn:meridian:problem:not-found"},
		"/docs/openapi.json":                {"application/json", `"openapi": "3.0.3"`},
		"/docs/openapi.yaml":                {"application/yaml", `openapi: "3.0.3"`},
		"/docs/assets/portal.css":           {"text/css; charset=utf-8", "color-scheme"},
		"/docs/assets/overview.js":          {"text/javascript; charset=utf-8", "use strict"},
		"/docs/assets/icon.svg":             {"image/svg+xml", "<svg"},
		"/docs/assets/swagger-ui.css":       {"text/css; charset=utf-8", ".swagger-ui"},
		"/docs/assets/swagger-ui-bundle.js": {"text/javascript; charset=utf-8", "SwaggerUIBundle"},
	} {
		w := get(h, path)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != want.mediaType || !strings.Contains(w.Body.String(), want.text) {
			t.Errorf("%s: %d %v, and %q in it: %t", path, w.Code, w.Header(), want.text, strings.Contains(w.Body.String(), want.text))
		}
		policy := w.Header().Get("Content-Security-Policy")
		for _, directive := range []string{"default-src 'none'", "script-src 'self';", "connect-src 'self';", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"} {
			if !strings.Contains(policy, directive) {
				t.Errorf("%s: the policy lacks %s: %s", path, directive, policy)
			}
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: types may be guessed", path)
		}
	}
	for _, path := range []string{"/", "/docsx/", "/docsindex.html", "/other", "/docs/nothing", "/docs/assets/", "/docs/assets", "/docs/../docs/", "/docs/users.json", "/docs/templates/index.html"} {
		if w := get(h, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := get(h, "/docs"); w.Code != http.StatusFound || w.Header().Get("Location") != "/docs/" {
		t.Errorf("/docs: %d %v", w.Code, w.Header())
	}
	if w := ask(h, http.MethodPost, "/docs/"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d %v", w.Code, w.Header())
	}
	if w := ask(h, http.MethodHead, "/docs/"); w.Code != http.StatusOK || w.Body.Len() != 0 || w.Header().Get("Content-Length") == "0" {
		t.Errorf("HEAD: %d %v", w.Code, w.Header())
	}
	if w := get(serve(t, Config{}), "/"); w.Code != http.StatusOK {
		t.Errorf("without a BasePath: %d", w.Code)
	}
}

func TestEncodingAndCache(t *testing.T) {
	h := serve(t, Config{})
	plain := get(h, "/index.html")
	packed := get(h, "/index.html", "Accept-Encoding", "br, gzip;q=0.8")
	if packed.Header().Get("Content-Encoding") != "gzip" || packed.Body.Len() >= plain.Body.Len() || packed.Header().Get("Vary") != "Accept-Encoding" {
		t.Errorf("packed: %v", packed.Header())
	}
	for _, accept := range []string{"", "br", "gzip;q=0", "xgzip"} {
		if w := get(h, "/index.html", "Accept-Encoding", accept); w.Header().Get("Content-Encoding") != "" || !bytes.Equal(w.Body.Bytes(), plain.Body.Bytes()) {
			t.Errorf("%q: %v", accept, w.Header())
		}
	}
	for _, w := range []*httptest.ResponseRecorder{plain, packed} {
		again := get(h, "/index.html", "If-None-Match", w.Header().Get("ETag"), "Accept-Encoding", w.Header().Get("Content-Encoding"))
		if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("with its ETag: %d", again.Code)
		}
	}
	if plain.Header().Get("ETag") == packed.Header().Get("ETag") {
		t.Error("two encodings have one ETag")
	}
}

func TestUsers(t *testing.T) {
	n := 0
	h := serve(t, Config{Users: func() ([]User, error) {
		n++
		return []User{{"ada", strings.Repeat("t", n)}}, nil
	}})
	for _, token := range []string{"t", "tt"} { // made anew each time
		w := get(h, "/users.json")
		if got := strings.TrimSpace(w.Body.String()); got != `[{"name":"ada","accessToken":"`+token+`"}]` || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("got %s %v", got, w.Header())
		}
	}
	if page := get(h, "/reference.html").Body.String(); !strings.Contains(page, `data-users="users.json"`) || !strings.Contains(page, `<label for="user">`) {
		t.Error("the page does not ask for the users")
	}
	h = serve(t, Config{Users: func() ([]User, error) { return nil, errors.New("a secret") }})
	if w := get(h, "/users.json"); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("a failure: %d %s", w.Code, w.Body)
	}
	h = serve(t, Config{Users: func() ([]User, error) { return nil, nil }})
	if w := get(h, "/users.json"); strings.TrimSpace(w.Body.String()) != "[]" {
		t.Errorf("nobody: %s", w.Body)
	}
	if page := get(serve(t, Config{}), "/reference.html").Body.String(); strings.Contains(page, "users.json") || strings.Contains(page, `id="user"`) {
		t.Error("without users the page offers some")
	}
}

func TestServerURL(t *testing.T) {
	for url, connect := range map[string]string{
		"":                              "connect-src 'self';",
		"/":                             "connect-src 'self';",
		"/v1":                           "connect-src 'self';",
		"https://api.example.com":       "connect-src 'self' https://api.example.com;",
		"http://127.0.0.1:8080/v1":      "connect-src 'self' http://127.0.0.1:8080;",
		"https://api.example.com:8443/": "connect-src 'self' https://api.example.com:8443;",
	} {
		w := get(serve(t, Config{ServerURL: url}), "/reference.html")
		if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, connect) {
			t.Errorf("%q: %s", url, policy)
		}
	}
	for _, url := range []string{"javascript:alert(1)", "//evil.example.com", "ftp://a", "api.example.com", "https://", "https://a;script-src *", "https://a b", "https://u:p@a", "https://a?q", "https://a#f", "%zz", "https://*"} {
		if _, err := New(Config{Document: sample, ServerURL: url}); err == nil && url != "https://*" {
			t.Errorf("%q should be refused", url)
		}
	}
}

func TestWrongConfigs(t *testing.T) {
	for name, cfg := range map[string]Config{
		"no document":           {},
		"no JSON":               {Document: []byte("openapi: 3.0.3")},
		"no specification":      {Document: []byte("{}")},
		"a broken reference":    {Document: []byte(strings.Replace(string(sample), "#/components/schemas/Order", "#/components/schemas/None", 1))},
		"a reference to a file": {Document: []byte(strings.Replace(string(sample), "#/components/schemas/Order", "/etc/passwd", 1))},
		"base without slash":    {Document: sample, BasePath: "docs"},
		"base with a last one":  {Document: sample, BasePath: "/docs/"},
		"base of a host":        {Document: sample, BasePath: "//evil.example.com"},
		"base upwards":          {Document: sample, BasePath: "/docs/.."},
		"base with a query":     {Document: sample, BasePath: "/docs?x"},
		"the root as base":      {Document: sample, BasePath: "/"},
	} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: should be refused", name)
		}
	}
}
