package portal

import "strings"

// policy returns the Content-Security-Policy of every page. Whatever a document
// contains, only scripts of the portal run, and pages only communicate with the
// portal's origin and the server of the API.
//
// Swagger UI uses inline styles, so all pages allow them. They cannot load
// anything, because images are restricted to the portal and to data URLs.
func policy(cfg Config) string {
	connect := "'self'"
	if u, err := cfg.server(); err == nil && u.Host != "" {
		connect += " " + u.Scheme + "://" + u.Host
	}
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:",
		"connect-src " + connect, "base-uri 'none'", "form-action 'none'",
	}, "; ")
}
