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

var link = regexp.MustCompile(`(?:href|src|data-document|data-users)="([^"#?]*)`)

func TestSiteStandsByItself(t *testing.T) {
	files := writeSite(t, Config{
		Document: sample, Changes: reports, BasePath: "/docs", ServerURL: "https://api.example.com",
		Users: func() ([]User, error) { t.Error("tokens are asked for"); return []User{{"ada", "secret"}}, nil },
	})
	for name, text := range files {
		if strings.Contains(name, "swagger-ui") {
			continue
		}
		if i := strings.Index(strings.ReplaceAll(text, `http://www.w3.org/2000/svg`, ""), "http://"); i >= 0 {
			t.Errorf("%s names another origin", name)
		}
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if target := m[1]; target != "" && files[target] == "" {
				t.Errorf("%s refers to %q, which the site lacks", name, target)
			}
		}
		if !strings.Contains(text, `http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; script-src &#39;self&#39;`) {
			t.Errorf("%s has no policy", name)
		}
		if inline := regexp.MustCompile(`<script(>| (?:[^s>]|s[^r])[^>]*>)|\son\w+=|style=`).FindString(text); inline != "" {
			t.Errorf("%s has %s", name, inline)
		}
	}
	reference := files["reference.html"]
	if !strings.Contains(reference, `data-server="https://api.example.com"`) || !strings.Contains(reference, `data-sends="true"`) {
		t.Error("the reference does not send to the server")
	}
}

func TestSiteIsTheSameEachTime(t *testing.T) {
	cfg := Config{Document: sample, Changes: reports}
	first, second := writeSite(t, cfg), writeSite(t, cfg)
	if len(first) != len(second) || len(first) < 10 {
		t.Fatalf("%d and %d files", len(first), len(second))
	}
	h := serve(t, cfg)
	for name, text := range first {
		if second[name] != text {
			t.Errorf("%s differs", name)
		}
		if name != "reference.html" && get(h, "/"+name).Body.String() != text {
			t.Errorf("%s is served otherwise", name)
		}
	}
}

func TestSiteSendsOnlyToAKnownServer(t *testing.T) {
	if page := writeSite(t, Config{Document: sample})["reference.html"]; !strings.Contains(page, `data-sends="false"`) || !strings.Contains(page, "for reading") {
		t.Error("without a server it offers to send")
	}
	withServer := edited(t, func(v object) { v["servers"] = []any{object{"url": "https://api.example.com"}} })
	if page := writeSite(t, Config{Document: withServer})["reference.html"]; !strings.Contains(page, `data-sends="true"`) || !strings.Contains(page, `data-server=""`) {
		t.Error("with the document's own server it does not offer to send")
	}
}

func TestSiteFailsBeforeItWrites(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	if err := WriteSite(dir, Config{Document: []byte("{}")}); err == nil {
		t.Error("it should fail")
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("it has made the folder")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := WriteSite(file, Config{Document: sample}); err == nil {
		t.Error("a file is no folder")
	}
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
		t.Errorf("when asked to end: %v", err)
	}
	if err := Serve(t.Context(), "256.0.0.1:1", Config{Document: sample}, io.Discard); err == nil {
		t.Error("an address that cannot be had")
	}
	if err := Serve(t.Context(), "127.0.0.1:0", Config{}, io.Discard); err == nil {
		t.Error("a wrong config")
	}
}
