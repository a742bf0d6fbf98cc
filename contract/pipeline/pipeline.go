// Package pipeline builds the two documents of the system from the generated files of
// the bounded contexts: the public specification and the deployable document. The
// command contract and mage's targets call it.
package pipeline

import (
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/collection"
	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/lint"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/merge"
	"github.com/meridian-api/meridian/contract/openapi31"
	"github.com/meridian-api/meridian/contract/workspace"
)

// DeployableFile is the name of the deployable document in workspace.Dist. The public
// specification is in the same folder and has the name manifest.SpecFile.
const DeployableFile = "deployable.json"

// Spec31File is the name of the public specification converted to OpenAPI 3.1, in the
// same folder. It is for people and generators; API Gateway imports 3.0 only.
const Spec31File = "openapi-3.1.json"

// Merged is the public specification and its sources.
type Merged struct {
	// Root is the monorepo's folder.
	Root string
	// System has the names of the system.
	System workspace.System
	// Contexts are the bounded contexts, sorted by name.
	Contexts []workspace.Context
	// Services are their manifests, in the same order.
	Services []*manifest.Service
	// Doc is the public specification. Document is its canonical JSON.
	Doc      *openapi3.T
	Document []byte
}

// Built has the documents and the paths of their files.
type Built struct {
	Merged
	// Deployable is the deployable document and the list of what it leaves out.
	Deployable *deployable.Result
	// SpecPath, Spec31Path and DeployablePath are the paths of the documents.
	SpecPath, Spec31Path, DeployablePath string
}

// Merge reads the generated files of all contexts in the monorepo around dir
// and merges their specifications. It writes nothing.
func Merge(dir string) (Merged, error) {
	w, err := workspace.Find(dir)
	if err != nil {
		return Merged{}, err
	}
	return MergeWorkspace(w)
}

// MergeWorkspace does the same as Merge for a workspace, in which contexts can be pinned.
func MergeWorkspace(w workspace.Workspace) (Merged, error) {
	m, err := open(w)
	if err != nil {
		return Merged{}, err
	}
	return m, m.merge()
}

// open finds the contexts without reading their files.
func open(w workspace.Workspace) (Merged, error) {
	system, err := workspace.ReadSystem(w.Root)
	if err != nil {
		return Merged{}, err
	}
	list, err := contexts(w)
	return Merged{Root: w.Root, System: system, Contexts: list}, err
}

// merge reads the contexts' files and merges the specifications.
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
		sources = append(sources, merge.Source{Name: c.SpecPath(), Context: c.Name, Released: c.Pin != nil, Doc: doc})
		m.Services = append(m.Services, service)
	}
	var err error
	if m.Doc, err = mergeSources(m.Root, m.System, sources); err != nil {
		return err
	}
	m.Document, err = canonical.JSON(m.Doc)
	return err
}

// contexts returns the bounded contexts. A monorepo without any is an error.
func contexts(w workspace.Workspace) ([]workspace.Context, error) {
	list, err := w.Contexts()
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("%s: go.work has no module with a folder api/gen: a context needs one", w.Root)
	}
	return list, err
}

// Write writes the public specification into dist, in OpenAPI 3.0 and 3.1, with an example
// request for each operation (package collection). It returns the paths of the
// specification.
func (m Merged) Write() (spec, spec31 string, err error) {
	converted, err := openapi31.Convert(m.Document)
	if err != nil {
		return "", "", err
	}
	if spec, err = write(m.Root, manifest.SpecFile, m.Document); err != nil {
		return "", "", err
	}
	if spec31, err = write(m.Root, Spec31File, converted); err != nil {
		return "", "", err
	}
	return spec, spec31, collection.Write(filepath.Join(m.Root, workspace.Dist), m.Doc.Info.Title, m.Document)
}

// Build builds both documents of the monorepo around dir, lints them and the contexts'
// specifications, and writes the documents into dist. If the lint has findings, Build
// returns a *FindingsError and writes nothing: documents in dist can be deployed.
func Build(dir string) (Built, error) {
	w, err := workspace.Find(dir)
	if err != nil {
		return Built{}, err
	}
	return BuildWorkspace(w)
}

// BuildWorkspace does the same as Build for a workspace, in which contexts can be pinned.
// Their specifications are not linted: they were when they were released, and a rule of
// later days cannot be obeyed any more. The deployable document is linted as always.
func BuildWorkspace(w workspace.Workspace) (Built, error) {
	b, findings, err := build(w)
	if err == nil && len(findings) > 0 {
		err = &FindingsError{Findings: findings}
	}
	if err != nil {
		return Built{}, err
	}
	if b.SpecPath, b.Spec31Path, err = b.Write(); err != nil {
		return Built{}, err
	}
	b.DeployablePath, err = write(b.Root, DeployableFile, b.Deployable.Document)
	return b, err
}

// build builds both documents and lints after each step. It stops at the first step
// with findings: the finding in a context has the position in its file and the Go
// type, and would be repeated for the documents that are built from it.
func build(w workspace.Workspace) (b Built, findings []lint.Finding, err error) {
	if b.Merged, err = open(w); err != nil {
		return b, nil, err
	}
	if findings, err = lintContexts(b.Contexts); err != nil || len(findings) > 0 {
		return b, findings, err
	}
	if err = b.merge(); err != nil {
		return b, nil, err
	}
	if b.Deployable, err = deployable.From(b.Doc, b.Services, deployable.Options{System: b.System.System}); err != nil {
		return b, nil, err
	}
	spec, emitted := path.Join(workspace.Dist, manifest.SpecFile), path.Join(workspace.Dist, DeployableFile)
	if len(w.Pins) == 0 {
		if findings, err = run(spec, b.Document, lint.Contract); err != nil || len(findings) > 0 {
			return b, findings, err
		}
	}
	findings, err = run(emitted, b.Deployable.Document, lint.Import)
	return b, findings, err
}

// write writes a file into dist and returns its path.
func write(root, name string, data []byte) (string, error) {
	file := filepath.Join(root, workspace.Dist, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return "", err
	}
	return file, os.WriteFile(file, data, 0o644)
}
