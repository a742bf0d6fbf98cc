package deploy

import (
	"context"
	"fmt"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/infra/release"
)

// compose replaces what each Region is to run by the release that it runs, with one
// context of the build in it. Regions that run different releases stay different.
func (o *rollout) compose(ctx context.Context, name string) error {
	for _, region := range o.environment.Regions {
		if o.records[region].Release == "" {
			return fmt.Errorf("%s runs no release that passed its checks, so there is nothing to add %s to: run deploy:all first", region, name)
		}
	}
	composed := map[string]target{} // by the release that runs
	o.shared = nil
	for _, region := range o.environment.Regions {
		id := o.records[region].Release
		if _, done := composed[id]; !done {
			running, err := o.store.Release(ctx, id)
			if err != nil {
				return fmt.Errorf("what %s runs: %w", region, err)
			}
			t, err := o.composeRelease(ctx, running, o.targets[region].release, name)
			if err != nil {
				return fmt.Errorf("add %s to release %s, which %s runs: %w", name, id, region, err)
			}
			composed[id] = t
		}
		o.targets[region] = composed[id]
		o.shared = composed[id].house.with(o.shared)
	}
	return nil
}

// composeRelease stores the release that has one context of built and all others
// of running, and the documents that are merged from these.
func (s *session) composeRelease(ctx context.Context, running, built *release.Release, name string) (target, error) {
	r, err := release.Compose(running, built, name)
	if err != nil {
		return target{}, err
	}
	var parts []pipeline.Part
	for _, context := range union(r.Manifests, nil) {
		p, err := s.readPart(ctx, r, context)
		if err != nil {
			return target{}, err
		}
		parts = append(parts, p)
	}
	specification, document, err := pipeline.Compose(s.root, parts)
	if err != nil {
		return target{}, err
	}
	if r.Specification, err = s.store.Put(ctx, specification); err != nil {
		return target{}, err
	}
	if r.Document, err = s.store.Put(ctx, document); err != nil {
		return target{}, err
	}
	if err := s.store.Keep(ctx, r); err != nil {
		return target{}, err
	}
	h, err := newHouse(ctx, s.store, r, s.settings, s.system)
	return target{r, h}, err
}

// readPart reads the specification and the manifest of a context of a release.
func (s *session) readPart(ctx context.Context, r *release.Release, context string) (pipeline.Part, error) {
	p := pipeline.Part{Name: context + "/" + manifest.SpecFile + " of " + r.Modules[context]}
	file, ok := r.Specifications[context]
	if !ok {
		return p, fmt.Errorf("it was stored without the specification of %s: run deploy:all", context)
	}
	var err error
	if p.Specification, err = s.store.Read(ctx, file); err != nil {
		return p, err
	}
	data, err := s.store.Read(ctx, r.Manifests[context])
	if err != nil {
		return p, err
	}
	p.Manifest, err = manifest.Parse(context+"/"+manifest.File+" of "+r.Modules[context], data)
	return p, err
}
