package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/internal/tree"
	"github.com/meridian-api/meridian/contract/manifest"
)

// Context is one bounded context.
type Context struct {
	// Name is the folder's name and the first segment of all the context's paths.
	Name string
	// Dir is the module's folder.
	Dir string
	// Module is the module's path.
	Module string
	// Pin is the release that the context is at, or nil in the working tree.
	Pin *Pin

	root string
}

// SpecPath returns the specification's path from the monorepo's root, with slashes.
func (c Context) SpecPath() string { return relative(c.root, filepath.Join(c.Dir, manifest.SpecFile)) }

// ManifestPath returns the manifest's path from the monorepo's root, with slashes.
func (c Context) ManifestPath() string { return relative(c.root, filepath.Join(c.Dir, manifest.File)) }

// SpecData returns the content of the generated specification.
func (c Context) SpecData() ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(c.Dir, manifest.SpecFile))
	if err != nil {
		return nil, c.readError(c.SpecPath(), err)
	}
	return data, nil
}

// maxSpec is the maximum size of a specification in bytes.
const maxSpec = 64 << 20

// Spec loads the generated specification and resolves its references. It fails on a
// reference to another file: a context's specification is self-contained. Errors in
// the JSON have line and column.
func (c Context) Spec() (*openapi3.T, error) {
	data, err := c.SpecData()
	if err != nil {
		return nil, err
	}
	// kin-openapi's loader reports no positions.
	if _, err := tree.Read(c.SpecPath(), data, maxSpec); err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.SpecPath(), err)
	}
	return doc, manifest.CheckSpecFormat(c.SpecPath(), doc.Extensions)
}

// Manifest loads the generated manifest.
func (c Context) Manifest() (*manifest.Service, error) {
	service, err := manifest.Read(c.Dir)
	if err != nil {
		return nil, c.readError(c.ManifestPath(), err)
	}
	return service, nil
}

// readError adds the context to an error of reading the generated file at path.
func (c Context) readError(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("context %s has no %s: %s", c.Name, path, manifest.Regenerate)
	}
	return fmt.Errorf("context %s: %w", c.Name, err)
}
