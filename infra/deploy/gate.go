package deploy

import (
	"context"
	"errors"
	"fmt"

	"github.com/meridian-api/meridian/contract/compat"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/release"
)

// gate compares what each Region is to serve with what it serves, and returns an
// error for each context with a breaking change that its version does not announce.
// Compatible changes need no version here: an environment may be deployed many
// times between two releases. A context that leaves is not compared: it takes its
// data with it, which the user must allow.
func (o *rollout) gate(ctx context.Context) error {
	compared := map[string]bool{} // by both releases
	var errs []error
	for _, region := range o.environment.Regions {
		id, next := o.records[region].Release, o.targets[region]
		pair := id + " " + next.release.ID()
		if id == "" || compared[pair] {
			continue
		}
		compared[pair] = true
		running, err := o.store.Release(ctx, id)
		if err != nil {
			return fmt.Errorf("what %s runs: %w", region, err)
		}
		if running.Specifications == nil {
			fmt.Fprintf(o.out, "release %s was stored without specifications: breaking changes are not looked for\n", id)
			continue
		}
		for _, name := range union(next.release.Specifications, nil) {
			errs = append(errs, o.gateContext(ctx, name, running, next))
		}
	}
	return errors.Join(errs...)
}

// gateContext compares one context, prints what is not compatible, and returns an error
// if the context's version does not announce a breaking change.
func (o *rollout) gateContext(ctx context.Context, name string, running *release.Release, next target) error {
	if _, known := running.Specifications[name]; !known ||
		running.Specifications[name].SHA256 == next.release.Specifications[name].SHA256 &&
			running.Manifests[name].SHA256 == next.release.Manifests[name].SHA256 {
		return nil
	}
	before, err := o.filesOf(ctx, running, name)
	if err != nil {
		return err
	}
	after, err := o.filesOf(ctx, next.release, name)
	if err != nil {
		return err
	}
	r, err := compat.Between(name, "release "+running.ID(), before, after)
	if err != nil {
		return err
	}
	for _, c := range r.All() {
		if c.Advice != "" || c.Level == compat.Breaking {
			fmt.Fprintf(o.out, "%s %s -> %s: %s: %s\n", name, running.Modules[name], next.release.Modules[name], c.Verdict, c)
		}
	}
	if r.Level != compat.Breaking {
		return nil
	}
	return compat.Gate([]compat.Report{r}, []*manifest.Service{next.house.services[name]})
}

// filesOf reads the generated files of a context of a release.
func (s *session) filesOf(ctx context.Context, r *release.Release, name string) (files compat.Files, err error) {
	if files.Specification, err = s.store.Read(ctx, r.Specifications[name]); err != nil {
		return files, err
	}
	files.Manifest, err = s.store.Read(ctx, r.Manifests[name])
	return files, err
}
