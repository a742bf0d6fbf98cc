// Package console serves the page with which a person watches and breaks the running
// cloud. The page uses the API of package control and nothing else, so it shows what the
// shell's commands and the tests see too. Its files are embedded: it works offline.
package console

import (
	"bytes"
	"embed"
	"io/fs"
	"net/http"

	"github.com/meridian-api/meridian/infra/geo"
)

//go:embed assets
var assets embed.FS

// policy allows the page's own files and the API, and no inline code.
const policy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// index is the page with the system's title, which the files have as Meridian.
const index = "assets/index.html"

// Handler serves the console of the system with a title at path, such as "/console". The
// API must be at path + "/api".
func Handler(path, title string) http.Handler {
	files, err := fs.Sub(assets, "assets")
	if err != nil {
		panic(err) // the folder is embedded
	}
	page, err := assets.ReadFile(index)
	if err != nil {
		panic(err) // the file is embedded
	}
	page = bytes.ReplaceAll(page, []byte("Meridian console"), []byte(title+" console"))
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+path+"/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(page)
	})
	mux.Handle("GET "+path+"/", http.StripPrefix(path, http.FileServerFS(files)))
	mux.HandleFunc("GET "+path+"/coast.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(geo.Coast)
	})
	mux.Handle("GET "+path, http.RedirectHandler(path+"/", http.StatusFound))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache") // the files change with the program
		mux.ServeHTTP(w, r)
	})
}
