package portal

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/compat"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/problem"
)

//go:embed templates assets
var sources embed.FS

// Names of files that others refer to.
const (
	indexFile = "index.html"
	jsonFile  = manifest.SpecFile
	yamlFile  = "openapi.yaml"
	usersFile = "users.json" // served only
	assets    = "assets"     // the folder of style sheets, scripts and pictures
)

// pages are the templates in the order of the navigation.
var pages = []page{
	{"index.html", "Overview"},
	{"reference.html", "Reference"},
	{"changes.html", "Changes"},
	{"problems.html", "Problems"},
}

type page struct{ File, Title string }

// view is what the templates are given.
type view struct {
	*catalog
	Page     page
	Pages    []page
	Policy   string
	Compared bool
	Reports  []compat.Report
	Problems []problem.Kind
	Console  console
}

// console is how the reference sends requests.
type console struct {
	// Server is where to; empty is to the servers that the document names.
	Server string
	// Users is where the demo users are to be had; empty if there are none.
	Users string
	// Sends says whether the page can send requests at all.
	Sends bool
}

// WriteSite writes the portal into folder dir, which it makes, for any web
// server to serve under any path. The same Config gives the same bytes. Files of
// dir that are not the portal's are left alone. Demo users are left out.
//
// It fails on a Config or a document that is wrong, before anything is written,
// and if dir cannot be written.
func WriteSite(dir string, cfg Config) error {
	cfg.BasePath = ""
	files, err := build(cfg, func(c *catalog) console {
		return console{Server: cfg.ServerURL, Sends: cfg.ServerURL != "" || c.HasServers}
	})
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		target := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(target, files[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// build makes all files by their path in the portal.
func build(cfg Config, consoleFor func(*catalog) console) (map[string][]byte, error) {
	if len(cfg.Document) == 0 {
		return nil, errNoDocument
	}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	c, err := newCatalog(cfg.Document, cfg.Changes)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	if files[yamlFile], err = toYAML(cfg.Document); err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	if files[jsonFile], err = canonical.JSON(raw(cfg.Document)); err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	v := view{
		catalog: c, Pages: pages, Policy: policy(cfg), Compared: cfg.Changes != nil, Reports: cfg.Changes,
		Problems: problem.Kinds(), Console: consoleFor(c),
	}
	for _, p := range pages {
		v.Page = p
		if files[p.File], err = render(v); err != nil {
			return nil, err
		}
	}
	return files, addAssets(files)
}

// raw is JSON for canonical.JSON to bring into its form.
type raw []byte

// MarshalJSON is the text itself.
func (r raw) MarshalJSON() ([]byte, error) { return r, nil }

var functions = template.FuncMap{
	"spans":   spans,
	"lower":   strings.ToLower,
	"join":    strings.Join,
	"verdict": verdict,
	"sorted":  sorted,
	"words":   func(r compat.Report) []compat.Change { return ofLevel(r, compat.None) },
	"changes": func(r compat.Report) []compat.Change {
		return append(ofLevel(r, compat.Breaking), ofLevel(r, compat.Compatible)...)
	},
}

func render(v view) ([]byte, error) {
	t, err := template.New(v.Page.File).Funcs(functions).ParseFS(sources, "templates/layout.html", "templates/"+v.Page.File)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, "layout.html", v); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// addAssets adds our own style sheets and scripts and Swagger UI's.
func addAssets(files map[string][]byte) error {
	own, err := sources.ReadDir(assets)
	if err != nil {
		return err
	}
	for _, entry := range own {
		name := path.Join(assets, entry.Name())
		if files[name], err = sources.ReadFile(name); err != nil {
			return err
		}
	}
	theirs, err := swagger()
	for name, f := range theirs {
		files[name] = f.data
	}
	return err
}
