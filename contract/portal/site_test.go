package portal

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

func writeSite(t *testing.T, cfg Config) map[string]string {
	t.Helper()
	dir := t.TempDir()
	if err := WriteSite(dir, cfg); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var (
	link       = regexp.MustCompile(`(?:href|src|data-users)="([^"#?]*)`)
	inlineCode = regexp.MustCompile(`<script(>| (?:[^s>]|s[^r])[^>]*>)|\son\w+=|style=`)
)

func TestSiteIsSelfContained(t *testing.T) {
	files := writeSite(t, Config{
		Document: sample, Changes: reports, Released: released, BasePath: "/docs",
		ServerURL: "https://api.example.com",
		Users: func() ([]User, error) {
			t.Error("WriteSite asks for tokens")
			return []User{{Name: "ada", AccessToken: "secret"}}, nil
		},
	})
	for name, text := range files {
		if strings.Contains(name, "swagger-ui") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if strings.Contains(strings.ReplaceAll(text, `http://www.w3.org/2000/svg`, ""), "http://") {
				t.Error("refers to another origin")
			}
			if strings.HasSuffix(name, ".html") {
				checkPage(t, text, files)
			}
		})
	}
	links := `<a href="releases/orders/v1.1.0/openapi.json">v1.1.0</a> <a href="releases/orders/v1.0.0`
	if !strings.Contains(files["changes.html"], links) {
		t.Errorf("the changes lack %s", links)
	}
	for _, want := range []string{`data-server="https://api.example.com"`, `data-sends="true"`} {
		if !strings.Contains(files["reference.html"], want) {
			t.Errorf("the reference lacks %s", want)
		}
	}
}

// checkPage checks the links, the policy and the absence of inline code.
func checkPage(t *testing.T, page string, files map[string]string) {
	t.Helper()
	for _, m := range link.FindAllStringSubmatch(page, -1) {
		if target := m[1]; target != "" && files[target] == "" {
			t.Errorf("refers to %q, which does not exist", target)
		}
	}
	const policy = `http-equiv="Content-Security-Policy" ` +
		`content="default-src &#39;none&#39;; script-src &#39;self&#39;`
	if !strings.Contains(page, policy) {
		t.Error("has no Content-Security-Policy")
	}
	if code := inlineCode.FindString(page); code != "" {
		t.Errorf("has inline code: %s", code)
	}
}

func TestSiteIsReproducible(t *testing.T) {
	cfg := Config{Document: sample, Changes: reports}
	first, second := writeSite(t, cfg), writeSite(t, cfg)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("files of two runs (-first +second):\n%s", diff)
	}
	if len(first) < 10 {
		t.Errorf("%d files, want at least 10", len(first))
	}
	h := newHandler(t, cfg)
	for name, text := range first {
		if name == "reference.html" {
			continue // a published site has another server
		}
		t.Run(name, func(t *testing.T) {
			if get(h, "/"+name).Body.String() != text {
				t.Error("the served file differs from the published one")
			}
		})
	}
}

func TestSiteSendsOnlyToAKnownServer(t *testing.T) {
	withServer := edited(t, func(v object) { v["servers"] = []any{object{"url": "https://api.example.com"}} })
	for name, test := range map[string]struct {
		document []byte
		want     []string
	}{
		"without a server": {document: sample, want: []string{`data-sends="false"`, "read-only"}},
		"with the server of the document": {
			document: withServer, want: []string{
				`data-sends="true"`, `data-server=""`, "connect-src &#39;self&#39; https://api.example.com;",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			page := writeSite(t, Config{Document: test.document})["reference.html"]
			for _, want := range test.want {
				if !strings.Contains(page, want) {
					t.Errorf("the reference lacks %s", want)
				}
			}
		})
	}
}

func TestServerOrigins(t *testing.T) {
	for name, test := range map[string]struct {
		server openapi3.Server
		want   []string
	}{
		"a URL": {
			server: openapi3.Server{URL: "https://api.example.com/v1"},
			want:   []string{"https://api.example.com"},
		},
		"a port": {
			server: openapi3.Server{URL: "http://127.0.0.1:8080"}, want: []string{"http://127.0.0.1:8080"},
		},
		"a path": {server: openapi3.Server{URL: "/v1"}, want: []string{"'self'"}},
		"a variable port": {
			server: openapi3.Server{URL: "http://127.0.0.1:{port}/"}, want: []string{"http://127.0.0.1:*"},
		},
		"a variable host": {
			server: openapi3.Server{
				URL: "https://{stage}.example.com", Variables: map[string]*openapi3.ServerVariable{
					"stage": {Default: "prod"},
				},
			},
			want: []string{"https://prod.example.com"},
		},
		"another directive":   {server: openapi3.Server{URL: "https://a;script-src *"}},
		"a script":            {server: openapi3.Server{URL: "javascript:alert(1)"}},
		"another origin":      {server: openapi3.Server{URL: "//evil.example.com"}},
		"a user":              {server: openapi3.Server{URL: "https://u:p@a"}},
		"an unknown variable": {server: openapi3.Server{URL: "https://{host}"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, serverOrigins(openapi3.Servers{nil, &test.server})); diff != "" {
				t.Errorf("origins (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWriteSiteReturnsErrors(t *testing.T) {
	t.Run("an invalid document, before it writes", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "site")
		if err := WriteSite(dir, Config{Document: []byte("{}")}); err == nil {
			t.Error("no error")
		}
		if _, err := os.Stat(dir); err == nil {
			t.Error("WriteSite created the directory")
		}
	})
	t.Run("a file instead of a directory", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := WriteSite(file, Config{Document: sample}); err == nil {
			t.Error("no error")
		}
	})
}

func TestServe(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- Serve(ctx, "127.0.0.1:0", Config{Document: sample, BasePath: "/docs"}, w)
		w.Close()
	}()
	line, err := io.ReadAll(io.LimitReader(r, int64(len("portal     http://127.0.0.1:12345/docs/"))))
	if err != nil {
		t.Fatal(err)
	}
	url := strings.TrimSpace(string(bytes.TrimPrefix(line, []byte("portal"))))
	go io.Copy(io.Discard, r)
	client := http.Client{Timeout: 10 * time.Second}
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", url, resp.Status)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Serve returned %v after its context was canceled", err)
	}
}

func TestServeReturnsErrors(t *testing.T) {
	for name, test := range map[string]struct {
		addr string
		cfg  Config
	}{
		"an invalid address": {addr: "256.0.0.1:1", cfg: Config{Document: sample}},
		"an invalid Config":  {addr: "127.0.0.1:0"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := Serve(t.Context(), test.addr, test.cfg, io.Discard); err == nil {
				t.Error("no error")
			}
		})
	}
}
