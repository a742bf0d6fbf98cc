package portal

import (
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// policy returns the Content-Security-Policy of every page. Whatever a document
// contains, only scripts of the portal run, and pages only communicate with the
// portal's origin and the servers of the API.
//
// Swagger UI uses inline styles, so all pages allow them. They cannot load
// anything, because images are restricted to the portal and to data URLs.
func policy(cfg Config, serverOrigins []string) string {
	connect := []string{"'self'"}
	if u, err := cfg.server(); err == nil && u.Host != "" {
		connect = append(connect, u.Scheme+"://"+u.Host)
	}
	for _, o := range serverOrigins {
		if !slices.Contains(connect, o) {
			connect = append(connect, o)
		}
	}
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:",
		"connect-src " + strings.Join(connect, " "), "base-uri 'none'", "form-action 'none'",
	}, "; ")
}

var (
	origin       = regexp.MustCompile(`^https?://[A-Za-z0-9.-]+(:([0-9]+|\*))?$`)
	portVariable = regexp.MustCompile(`:\{[^{}]+\}`)
)

// serverOrigins returns the origins of servers as sources of a policy. Readers can
// change a port that is a variable, so it becomes a wildcard; other variables have
// their default. Servers that are neither paths nor http or https URLs are left out.
func serverOrigins(servers openapi3.Servers) []string {
	var origins []string
	for _, s := range servers {
		if s == nil {
			continue
		}
		url := portVariable.ReplaceAllString(s.URL, ":*")
		for name, v := range s.Variables {
			if v != nil {
				url = strings.ReplaceAll(url, "{"+name+"}", v.Default)
			}
		}
		scheme, rest, absolute := strings.Cut(url, "://")
		host, _, _ := strings.Cut(rest, "/")
		switch source := scheme + "://" + host; {
		case !absolute && strings.HasPrefix(url, "/") && !strings.HasPrefix(url, "//"):
			origins = append(origins, "'self'")
		case absolute && origin.MatchString(source):
			origins = append(origins, source)
		}
	}
	return origins
}
