// Package pipeline goes the whole way from the bounded contexts' generated
// files to the two documents of the system: the public specification and the
// deployable document. The commands and the mage targets are doorways to it.
package pipeline

import (
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/lint"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/merge"
	"github.com/meridian-api/meridian/contract/workspace"
)

// DeployableFile is the name of the deployable document in workspace.Dist. The
// public specification is beside it and is called manifest.SpecFile, as those of
// the contexts are.
const DeployableFile = "deployable.json"

// Merged is the public specification and what it was made of.
type Merged struct {
	// Root is the monorepo's folder.
	Root string
	// Contexts are the bounded contexts that went in, by name.
	Contexts []workspace.Context
	// Services are their manifests, in the same order.
	Services []*manifest.Service
	// Doc is the public specification, and Document the same as canonical JSON.
	Doc      *openapi3.T
	Document []byte
}

// Built is both documents, and where they were written.
type Built struct {
	Merged
	// Deployable is the deployable document and what it does not say.
	Deployable *deployable.Result
	// SpecPath and DeployablePath are the files written.
	SpecPath, DeployablePath string
}

// Merge reads the generated files of all contexts in the monorepo around dir
// and merges their specifications. It writes nothing.
func Merge(dir string) (Merged, error) {
	m, err := open(dir)
	if err != nil {
		return Merged{}, err
	}
	return m, m.merge()
}

// open finds the contexts, and reads nothing of them yet.
func open(dir string) (Merged, error) {
	w, err := workspace.Find(dir)
	if err != nil {
		return Merged{}, err
	}
	list, err := contexts(w)
	return Merged{Root: w.Root, Contexts: list}, err
}

func (m *Merged) merge() error {
	var sources []merge.Source
	for _, c := range m.Contexts {
		doc, err := c.Spec()
		if err != nil {
			return err
		}
		service, err := c.Manifest()
		if err != nil {
			return err
		}
		sources = append(sources, merge.Source{Name: c.SpecPath(), Context: c.Name, Doc: doc})
		m.Services = append(m.Services, service)
	}
	var err error
	if m.Doc, err = merge.Merge(sources); err != nil {
		return err
	}
	m.Document, err = canonical.JSON(m.Doc)
	return err
}

func contexts(w workspace.Workspace) ([]workspace.Context, error) {
	list, err := w.Contexts()
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("%s: go.work has no module with a folder api/gen, so there is no context", w.Root)
	}
	return list, err
}

// Write writes the public specification into dist, and returns the file's path.
func (m Merged) Write() (string, error) { return write(m.Root, manifest.SpecFile, m.Document) }

// Build makes the documents of the monorepo around dir, lints the contexts'
// specifications and both results, and writes the two into dist. With a finding
// it fails with a *FindingsError and writes nothing, so that what is in dist
// can be deployed.
func Build(dir string) (Built, error) {
	b, findings, err := build(dir)
	if err == nil && len(findings) > 0 {
		err = &FindingsError{Findings: findings}
	}
	if err != nil {
		return Built{}, err
	}
	if b.SpecPath, err = b.Write(); err != nil {
		return Built{}, err
	}
	b.DeployablePath, err = write(b.Root, DeployableFile, b.Deployable.Document)
	return b, err
}

// build lints at each step before it goes on to the next: what is wrong in a
// context is told once, with its place in the context and the Go type, and not
// again of the documents made of it.
func build(dir string) (b Built, findings []lint.Finding, err error) {
	if b.Merged, err = open(dir); err != nil {
		return b, nil, err
	}
	if findings, err = lintContexts(b.Contexts); err != nil || len(findings) > 0 {
		return b, findings, err
	}
	if err = b.merge(); err != nil {
		return b, nil, err
	}
	if b.Deployable, err = deployable.From(b.Doc, b.Services, deployable.Options{}); err != nil {
		return b, nil, err
	}
	if findings, err = run(path.Join(workspace.Dist, manifest.SpecFile), b.Document, lint.Contract); err != nil || len(findings) > 0 {
		return b, findings, err
	}
	findings, err = run(path.Join(workspace.Dist, DeployableFile), b.Deployable.Document, lint.Import)
	return b, findings, err
}

func write(root, name string, data []byte) (string, error) {
	file := filepath.Join(root, workspace.Dist, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return "", err
	}
	return file, os.WriteFile(file, data, 0o644)
}
