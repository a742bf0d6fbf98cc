package compat

import (
	"context"
	"io"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
)

// Diff compares every context of the monorepo around dir with its last release, or
// with the git ref base, and prints the differences: as JSON if asJSON is true, as
// text otherwise. It fails if a context's version is lower than its change requires.
// Either option may be nil.
func Diff(ctx context.Context, dir string, base *string, asJSON *bool, out io.Writer) error {
	services, err := services(dir)
	if err != nil {
		return err
	}
	ref, write := "", Print
	if base != nil {
		ref = *base
	}
	if asJSON != nil && *asJSON {
		write = JSON
	}
	reports, err := Run(ctx, dir, ref)
	if err != nil {
		return err
	}
	if err := write(out, reports); err != nil {
		return err
	}
	return Gate(reports, services)
}

// services returns the manifests of all contexts.
func services(dir string) ([]*manifest.Service, error) {
	ws, err := workspace.Find(dir)
	if err != nil {
		return nil, err
	}
	contexts, err := ws.Contexts()
	if err != nil {
		return nil, err
	}
	var list []*manifest.Service
	for _, c := range contexts {
		s, err := c.Manifest()
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}
