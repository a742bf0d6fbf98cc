package portal

import "strings"

// policy is the Content-Security-Policy of every page: whatever a document says,
// nothing runs that is not a file of the portal, and nothing is loaded or sent
// but from and to the portal's origin and the server of the API.
//
// Swagger UI sets styles in markup, so styles are free on all pages; they can
// load nothing, because images are not.
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
