// Package portal builds the documentation of the API as a web site: an overview of
// all bounded contexts with their owners, versions and operations, a reference
// from which requests can be sent, the changes since the last releases, the
// deprecations, the problem types with the operations that return them, and the
// document for download.
//
// The same files can be served (New) or published (WriteSite). All links are
// relative, and nothing is loaded from another origin: Swagger UI is embedded in
// a Go module.
//
// The reference displays one version of one context, and not the merged document: with
// 1,000 operations Swagger UI takes 2 to 10 seconds, and so do RapiDoc 9.3 (3 s with
// one operation on the page), Elements 9.0 (3 s), Scalar 1.46 (13 s) and Redoc 2.5
// (31 s). Swagger UI was there already and breaks five rules of axe-core, RapiDoc four and
// Elements three. The reference replaces the parts in question as it loads.
package portal

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/meridian-api/meridian/contract/compat"
)

// Config configures the portal.
type Config struct {
	// Document is the merged document in JSON.
	Document []byte
	// Changes are the changes since the last releases. Nil means that they are unknown.
	Changes []compat.Report
	// Released are the specifications of the contexts' releases, the newest of each
	// context first.
	Released []Specification
	// Deprecations are the operations that a release has deprecated, with the date. Other
	// deprecated operations are shown without a date.
	Deprecations []Deprecation
	// Users returns the demo users whose tokens the reference can use. It is
	// called for every page load, because tokens expire. If it is nil, readers
	// enter their own token. WriteSite ignores it: tokens must not be published.
	Users func() ([]User, error)
	// ServerURL is the server that the reference sends requests to: a URL such
	// as "https://api.example.com", with or without a path, or a path on the
	// portal's own origin. If it is empty, a served portal uses its own origin
	// and a published site uses the servers of the document. A published site
	// without any server cannot send requests.
	ServerURL string
	// BasePath is the path under which the portal is served, such as "/docs". It
	// is empty for the root. WriteSite ignores it: a site works under any path.
	BasePath string
}

// Specification is the specification of a context's release.
type Specification struct {
	// Context and Version identify the release, such as "accounts" and "v1.4.0".
	Context, Version string
	// Document is the specification in JSON, as it was released.
	Document []byte
}

// File returns the path of the specification in the portal.
func (s Specification) File() string { return path.Join("releases", s.Context, s.Version, jsonFile) }

// Deprecation is the first of the releases in a row, up to the newest, that deprecates an
// operation.
type Deprecation = compat.Deprecation

// User is a demo user.
type User struct {
	// Name identifies the user in the selection list.
	Name string `json:"name"`
	// AccessToken is the bearer token of requests.
	AccessToken string `json:"accessToken"`
}

func (cfg Config) check() error {
	base := cfg.BasePath
	if base != "" && (base[0] != '/' || path.Clean(base) != base || base == "/" || strings.ContainsAny(base, "?#%\\")) {
		return fmt.Errorf("portal: invalid BasePath %q: it must be empty or a path such as /docs, "+
			"without a trailing slash", base)
	}
	_, err := cfg.server()
	return err
}

// server parses and checks ServerURL.
func (cfg Config) server() (*url.URL, error) {
	u, err := url.Parse(cfg.ServerURL)
	if err != nil {
		return nil, fmt.Errorf("portal: ServerURL: %w", err)
	}
	absolute := (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && !strings.ContainsAny(u.Host, "; ,'")
	relative := u.Scheme == "" && u.Host == "" && (u.Path == "" || u.Path[0] == '/')
	if !absolute && !relative || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("portal: invalid ServerURL %q: it must be an http or https URL or a path, "+
			"without user, query or fragment", cfg.ServerURL)
	}
	return u, nil
}

var errNoDocument = errors.New("portal: Config has no Document")
