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
	// Name is the folder's name, and the first segment of all the context's paths.
	Name string
	// Dir is the module's folder.
	Dir string
	// Module is the module's path.
	Module string

	root string
}

// SpecPath is the specification's path from the monorepo's root, with slashes.
func (c Context) SpecPath() string { return relative(c.root, filepath.Join(c.Dir, manifest.SpecFile)) }

// ManifestPath is the manifest's path from the monorepo's root, with slashes.
func (c Context) ManifestPath() string { return relative(c.root, filepath.Join(c.Dir, manifest.File)) }

// SpecData reads the generated specification as it is.
func (c Context) SpecData() ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(c.Dir, manifest.SpecFile))
	if err != nil {
		return nil, c.missing(c.SpecPath(), err)
	}
	return data, nil
}

// maxSpec is the most bytes that a specification may have.
const maxSpec = 64 << 20

// Spec loads the generated specification, references resolved. References to
// other files are refused: a context's specification stands by itself. What is
// no JSON is told with line and column.
func (c Context) Spec() (*openapi3.T, error) {
	data, err := c.SpecData()
	if err != nil {
		return nil, err
	}
	if _, err := tree.Read(c.SpecPath(), data, maxSpec); err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.SpecPath(), err)
	}
	return doc, nil
}

// Manifest loads the generated manifest.
func (c Context) Manifest() (*manifest.Service, error) {
	service, err := manifest.Read(c.Dir)
	if err != nil {
		return nil, c.missing(c.ManifestPath(), err)
	}
	return service, nil
}

func (c Context) missing(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("context %s has no %s: %s", c.Name, path, manifest.Regenerate)
	}
	return fmt.Errorf("context %s: %w", c.Name, err)
}
