// Package pipeline goes the whole way from the bounded contexts' generated
// files to the two documents of the system: the public specification and the
// deployable document. The commands and the mage targets are doorways to it.
package pipeline

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/merge"
	"github.com/meridian-api/meridian/contract/workspace"
)

// Where the documents are written, from the monorepo's root.
const (
	Dist           = "dist"
	SpecFile       = "openapi.json"
	DeployableFile = "deployable.json"
)

// Built is what Build made.
type Built struct {
	// Spec and Deployable are the paths of the files written.
	Spec, Deployable string
	// Contexts are the bounded contexts that went in, by name.
	Contexts []workspace.Context
	// Services are their manifests, in the same order.
	Services []*manifest.Service
	// Doc is the public specification.
	Doc *openapi3.T
	// Result is the deployable document and what it does not say.
	Result *deployable.Result
}

// Merge reads the generated files of all contexts in the monorepo around dir
// and merges their specifications. It writes nothing.
func Merge(dir string) (Built, error) {
	w, err := workspace.Find(dir)
	if err != nil {
		return Built{}, err
	}
	contexts, err := w.Contexts()
	if err != nil {
		return Built{}, err
	}
	if len(contexts) == 0 {
		return Built{}, fmt.Errorf("%s: go.work has no module with a folder api/gen, so there is no context", w.Root)
	}
	b := Built{
		Contexts:   contexts,
		Spec:       filepath.Join(w.Root, Dist, SpecFile),
		Deployable: filepath.Join(w.Root, Dist, DeployableFile),
	}
	var sources []merge.Source
	for _, c := range contexts {
		doc, err := c.Spec()
		if err != nil {
			return Built{}, err
		}
		service, err := c.Manifest()
		if err != nil {
			return Built{}, err
		}
		sources = append(sources, merge.Source{Name: c.SpecPath(), Context: c.Name, Doc: doc})
		b.Services = append(b.Services, service)
	}
	b.Doc, err = merge.Merge(sources)
	return b, err
}

// Build makes the documents of the monorepo around dir and writes both into dist.
func Build(dir string) (Built, error) {
	b, err := Merge(dir)
	if err != nil {
		return Built{}, err
	}
	if err := b.WriteSpec(); err != nil {
		return Built{}, err
	}
	if b.Result, err = deployable.From(b.Doc, b.Services, deployable.Options{}); err != nil {
		return Built{}, err
	}
	return b, write(b.Deployable, b.Result.Document)
}

// WriteSpec writes the public specification into dist.
func (b Built) WriteSpec() error {
	data, err := canonical.JSON(b.Doc)
	if err != nil {
		return err
	}
	return write(b.Spec, data)
}

func write(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}
