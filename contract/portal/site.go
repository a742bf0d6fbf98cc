package portal

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/compat"
	"github.com/meridian-api/meridian/contract/manifest"
)

//go:embed templates assets
var sources embed.FS

// Names of files to which other files refer.
const (
	indexFile = "index.html"
	jsonFile  = manifest.SpecFile
	yamlFile  = "openapi.yaml"
	usersFile = "users.json" // not part of a published site
	assets    = "assets"     // directory of style sheets, scripts and images
)

// pages are the pages in the order of the navigation. File also names the template.
var pages = []page{
	{File: indexFile, Title: "Overview"},
	{File: "reference.html", Title: "Reference"},
	{File: "changes.html", Title: "Changes"},
	{File: "deprecations.html", Title: "Deprecations"},
	{File: "problems.html", Title: "Problems"},
}

type page struct{ File, Title string }

// view is the data of the templates.
type view struct {
	*catalog
	Page     page
	Pages    []page
	Policy   string
	Compared bool
	Reports  []compat.Report
	Released map[string][]Specification // by context
	Problems []problemType
	Console  console
	// NoticeDays is how long an operation is deprecated before it may end.
	NoticeDays int
	// References are the contexts of the reference with their versions, in JSON.
	References string
	// Servers are the servers of the document, in JSON: releases have none.
	Servers string
}

// reference is a context of the reference.
type reference struct {
	Slug  string `json:"slug"`
	Title string `json:"title"`
	// Versions start with the document's.
	Versions []referenceVersion `json:"versions"`
}

type referenceVersion struct {
	Name string `json:"name"` // empty for the document's
	File string `json:"file"`
}

// references returns the contexts of the reference in JSON.
func (v view) references() (string, error) {
	list := []reference{}
	for _, b := range v.Contexts {
		versions := []referenceVersion{{File: b.File()}}
		for _, s := range v.Released[b.Name] {
			versions = append(versions, referenceVersion{s.Version, s.File()})
		}
		list = append(list, reference{b.Slug, b.Title, versions})
	}
	data, err := json.Marshal(list)
	return string(data), err
}

// console configures how the reference sends requests.
type console struct {
	// Server is the server's URL, empty for the servers of the document.
	Server string
	// Users is the URL of the demo users, empty without demo users.
	Users string
	// Sends reports whether the page can send requests at all.
	Sends bool
}

// WriteSite writes the portal into the directory dir, which it creates. Any web
// server can serve it under any path. Equal Configs result in equal files. Other
// files in dir are kept.
//
// WriteSite returns an error if the Config or the document is invalid, before it
// writes anything, or if it cannot write to dir.
func WriteSite(dir string, cfg Config) error {
	cfg.BasePath = ""
	files, err := build(cfg, func(c *catalog) console {
		return console{Server: cfg.ServerURL, Sends: cfg.ServerURL != "" || len(c.ServerOrigins) > 0}
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

// build returns all files by their path in the portal.
func build(cfg Config, consoleFor func(*catalog) console) (map[string][]byte, error) {
	if len(cfg.Document) == 0 {
		return nil, errNoDocument
	}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	c, err := newCatalog(cfg.Document, cfg.Changes, cfg.Deprecations)
	if err != nil {
		return nil, err
	}
	files, err := c.slices(cfg.Document)
	if err != nil {
		return nil, err
	}
	if files[yamlFile], err = toYAML(cfg.Document); err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	if files[jsonFile], err = canonical.JSON(json.RawMessage(cfg.Document)); err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	if err := addDownloads(files, cfg, c); err != nil {
		return nil, err
	}
	v := view{
		catalog: c, Pages: pages, Compared: cfg.Changes != nil, Reports: cfg.Changes,
		Problems: c.problemTypes(), Console: consoleFor(c), Released: map[string][]Specification{},
		NoticeDays: int(compat.Notice.Hours() / 24),
	}
	for _, s := range cfg.Released {
		files[s.File()] = s.Document
		v.Released[s.Context] = append(v.Released[s.Context], s)
	}
	if v.References, err = v.references(); err != nil {
		return nil, err
	}
	v.Servers = string(c.servers)
	v.Policy = policy(cfg, nil)
	if v.Console.Server == "" { // requests go to the servers of the document
		v.Policy = policy(cfg, c.ServerOrigins)
	}
	for _, p := range pages {
		v.Page = p
		if files[p.File], err = render(v); err != nil {
			return nil, err
		}
	}
	return files, addAssets(files)
}

// addAssets adds the style sheets, scripts and images, including Swagger UI's.
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
	swaggerFiles, err := swagger()
	for name, f := range swaggerFiles {
		files[name] = f.data
	}
	return err
}
