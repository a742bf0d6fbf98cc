package pipeline

import (
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/lint"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/merge"
	"github.com/meridian-api/meridian/contract/workspace"
)

// Part is one context of a composition.
type Part struct {
	// Name identifies the specification in errors, such as "release 4f2c: accounts".
	Name string
	// Specification is the content of the context's openapi.json.
	Specification []byte
	Manifest      *manifest.Service
}

// Compose builds both documents from contexts of different builds, such as those that
// a Region runs, with the servers of the monorepo at root. It lints the deployable
// document only: each build has linted its own specifications. It writes nothing.
func Compose(root string, parts []Part) (specification, document []byte, err error) {
	var sources []merge.Source
	var services []*manifest.Service
	for _, p := range parts {
		doc, err := openapi3.NewLoader().LoadFromData(p.Specification)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", p.Name, err)
		}
		sources = append(sources, merge.Source{Name: p.Name, Context: p.Manifest.Name, Released: true, Doc: doc})
		services = append(services, p.Manifest)
	}
	system, err := workspace.ReadSystem(root)
	if err != nil {
		return nil, nil, err
	}
	doc, err := mergeSources(root, system, sources)
	if err != nil {
		return nil, nil, err
	}
	if specification, err = canonical.JSON(doc); err != nil {
		return nil, nil, err
	}
	result, err := deployable.From(doc, services, deployable.Options{System: system.System})
	if err != nil {
		return nil, nil, err
	}
	findings, err := run(DeployableFile, result.Document, lint.Import)
	if err == nil && len(findings) > 0 {
		err = &FindingsError{Findings: findings}
	}
	return specification, result.Document, err
}

// mergeSources merges specifications of a system and adds the servers of the monorepo at root.
func mergeSources(root string, s workspace.System, sources []merge.Source) (*openapi3.T, error) {
	doc, err := merge.Merge(merge.About{System: s.System, Repository: s.Repository, License: s.License}, sources)
	if err != nil {
		return nil, err
	}
	added, err := servers(root)
	if err != nil {
		return nil, err
	}
	doc.Servers = append(doc.Servers, added...)
	return doc, nil
}
