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

func (o *rollout) gateContext(ctx context.Context, name string, running *release.Release, next target) error {
	served, known := running.Specifications[name]
	file := next.release.Specifications[name]
	if !known || served.SHA256 == file.SHA256 {
		return nil
	}
	before, err := o.store.Read(ctx, served)
	if err != nil {
		return err
	}
	after, err := o.store.Read(ctx, file)
	if err != nil {
		return err
	}
	r, err := compat.Between(name, "release "+running.ID(), before, after)
	if err != nil || r.Level != compat.Breaking {
		return err
	}
	return compat.Gate([]compat.Report{r}, []*manifest.Service{next.house.services[name]})
}
