package portal

import (
	"fmt"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/collection"
	"github.com/meridian-api/meridian/contract/openapi31"
)

// Names of the downloads next to the document.
const (
	json31File = "openapi-3.1.json"
	brunoFile  = "bruno.zip"
)

// addDownloads adds the document in OpenAPI 3.1 and the example requests.
func addDownloads(files map[string][]byte, cfg Config, c *catalog) error {
	var err error
	if files[json31File], err = openapi31.Convert(cfg.Document); err != nil {
		return fmt.Errorf("portal: convert the document to OpenAPI 3.1: %w", err)
	}
	requests, err := collection.FromDocument(cfg.Document)
	if err != nil {
		return fmt.Errorf("portal: %w", err)
	}
	files[collection.HTTPFile] = collection.HTTP(requests)
	files[brunoFile], err = collection.Zip(c.Title, serverOf(cfg, c.document.Servers), requests)
	return err
}

// embeddedCloud is the URL of the embedded cloud with its default port.
const embeddedCloud = "http://127.0.0.1:8080"

// serverOf returns the URL of the server to which the example requests go: the portal's,
// the document's first, or the embedded cloud.
func serverOf(cfg Config, servers openapi3.Servers) string {
	if u, err := cfg.server(); err == nil && u.Host != "" {
		return strings.TrimSuffix(cfg.ServerURL, "/")
	}
	if len(servers) > 0 && servers[0] != nil && strings.Contains(servers[0].URL, "://") && len(servers[0].Variables) == 0 {
		return strings.TrimSuffix(servers[0].URL, "/")
	}
	return embeddedCloud
}
