// Package portal is the API's documentation as a web site: an overview of all
// bounded contexts with their owners, versions and operations, the reference to
// read and try them, what changed since the last releases, the problems that
// operations answer, and the document for download.
//
// The same files are served (New) and published (WriteSite). Every link in them
// is relative, and nothing is loaded from anywhere else: Swagger UI comes out of
// a Go module that embeds it.
package portal

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/meridian-api/meridian/contract/compat"
)

// Config is what the portal shows.
type Config struct {
	// Document is the merged document, in JSON.
	Document []byte
	// Changes are what came since the last releases; nil says that nobody compared.
	Changes []compat.Report
	// Users are demo users to send requests as. It is called whenever a page
	// asks, because tokens expire; nil leaves it to readers to bring a token.
	// A published site has none: tokens must not be published.
	Users func() ([]User, error)
	// ServerURL is where requests from the page are sent: an origin such as
	// "https://api.example.com", with or without a path, or a path of the
	// portal's own origin. Empty is, when served, the portal's own origin, and
	// when published, the servers that the document names: without any, the
	// published page sends nothing.
	ServerURL string
	// BasePath is the path that the portal is served under, such as "/docs";
	// empty is the root. A published site works under any path without it.
	BasePath string
}

// User is a demo user.
type User struct {
	// Name is what readers choose by.
	Name string `json:"name"`
	// AccessToken is sent as a bearer token with requests.
	AccessToken string `json:"accessToken"`
}

func (cfg Config) check() error {
	if base := cfg.BasePath; base != "" && (base[0] != '/' || path.Clean(base) != base || base == "/" || strings.ContainsAny(base, "?#%\\")) {
		return fmt.Errorf("portal: BasePath %q is neither empty nor a path such as /docs, without a slash at its end", base)
	}
	_, err := cfg.server()
	return err
}

// server is ServerURL, taken apart.
func (cfg Config) server() (*url.URL, error) {
	u, err := url.Parse(cfg.ServerURL)
	if err != nil {
		return nil, fmt.Errorf("portal: ServerURL: %w", err)
	}
	absolute := (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && !strings.ContainsAny(u.Host, "; ,'")
	relative := u.Scheme == "" && u.Host == "" && (u.Path == "" || u.Path[0] == '/')
	if !absolute && !relative || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("portal: ServerURL %q is neither http(s) with a host nor a path: it takes no user, query or fragment", cfg.ServerURL)
	}
	return u, nil
}

// errNoDocument is a Config that was not filled in.
var errNoDocument = errors.New("portal: no Document")
