package deploy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/meridian-api/meridian/infra/provision"
)

// Rollback takes Regions back to the release that each ran before: all of them,
// or the one that region points to. It builds nothing. What global and data have is not taken
// back: it serves both releases.
func Rollback(ctx context.Context, dir string, getenv func(string) string, region *string, out io.Writer) error {
	s, err := openSession(ctx, dir, getenv, out)
	if err != nil {
		return err
	}
	defer s.close()
	return s.rollBack(ctx, value(region), s.checker())
}

func (s *session) rollBack(ctx context.Context, region string, c Checker) error {
	return s.change(ctx, "deploy:rollback", region, c, func(o *rollout, region string) error {
		record := o.records[region]
		if record.Previous == "" {
			return fmt.Errorf("%s has run no other release before: there is nothing to go back to", region)
		}
		previous, err := s.store.Release(ctx, record.Previous)
		if err != nil {
			return err
		}
		back, err := s.newRollout(ctx, previous, c, nil)
		if err != nil {
			return err
		}
		fmt.Fprintf(s.out, "%s goes back from release %s to %s\n", region, record.Release, record.Previous)
		_, err = s.runSteps(ctx, back.do, back.order(region))
		return err
	})
}

// DrainRegion takes a Region out of DNS until UndrainRegion brings it back. Every
// deployment in between leaves it out.
func DrainRegion(ctx context.Context, dir string, getenv func(string) string, region string, out io.Writer) error {
	return setDrained(ctx, dir, getenv, region, true, out)
}

// UndrainRegion brings a Region back into DNS.
func UndrainRegion(ctx context.Context, dir string, getenv func(string) string, region string, out io.Writer) error {
	return setDrained(ctx, dir, getenv, region, false, out)
}

func setDrained(ctx context.Context, dir string, getenv func(string) string, region string, drained bool, out io.Writer) error {
	s, err := openSession(ctx, dir, getenv, out)
	if err != nil {
		return err
	}
	defer s.close()
	return s.setDrained(ctx, region, drained, s.checker())
}

func (s *session) setDrained(ctx context.Context, region string, drained bool, c Checker) error {
	if region == "" {
		return errors.New("name the Region with -region")
	}
	action := "deploy:drain"
	if !drained {
		action = "deploy:undrain"
	}
	return s.change(ctx, action, region, c, func(o *rollout, region string) error {
		if drained && len(o.others(region)) == 0 {
			return fmt.Errorf("%s is the last Region in DNS: bring another one back first", region)
		}
		if err := o.record(ctx, region, func(r *RegionRecord) { r.Drained = drained }); err != nil {
			return err
		}
		return o.drain(ctx, region, drained)
	})
}

// others returns the Regions other than region that DNS has.
func (o *rollout) others(region string) []string {
	return slices.DeleteFunc(slices.Clone(o.environment.Regions), func(r string) bool {
		return r == region || o.records[r].Drained || o.records[r].Release == ""
	})
}

// change locks the environment and calls do for one Region, or for each if region
// is empty.
func (s *session) change(ctx context.Context, action, region string, c Checker, do func(o *rollout, region string) error) (err error) {
	regions := s.environment.Regions
	if region != "" {
		if !slices.Contains(regions, region) {
			return fmt.Errorf("%s is not a Region of %s: it has %v", region, s.environment.Name, regions)
		}
		regions = []string{region}
	}
	existing, err := s.existing(ctx)
	if err != nil {
		return err
	}
	if err := s.mayCreate(existing, false); err != nil {
		return err
	}
	if err := s.unchanged(ctx); err != nil {
		return err
	}
	ctx, unlock, err := s.lock(ctx, action)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	for _, region := range regions {
		o, err := s.currentRollout(ctx, region, c)
		if err != nil {
			return err
		}
		if err := do(o, region); err != nil {
			return err
		}
	}
	return nil
}

// currentRollout returns the roll-out of what a Region runs already.
func (s *session) currentRollout(ctx context.Context, region string, c Checker) (*rollout, error) {
	record, err := readRegion(ctx, s.store, region)
	if err != nil {
		return nil, err
	}
	if record.Release == "" {
		return nil, fmt.Errorf("%s runs no release that passed its checks: run deploy:all first", region)
	}
	r, err := s.store.Release(ctx, record.Release)
	if err != nil {
		return nil, err
	}
	return s.newRollout(ctx, r, c, []provision.Stack{})
}

// Unlock removes the lock of the environment that ENV names, whoever has it.
func Unlock(ctx context.Context, dir string, getenv func(string) string, out io.Writer) error {
	s, err := openSession(ctx, dir, getenv, out)
	if err != nil {
		return err
	}
	lock, found, err := unlockRecord(ctx, s.store)
	if err != nil {
		return err
	}
	if !found {
		fmt.Fprintf(out, "%s is not locked\n", s.environment.Name)
		return nil
	}
	fmt.Fprintf(out, "removed the lock of %s: %s by %s on %s, process %d\n",
		s.environment.Name, lock.Action, lock.Holder, lock.Host, lock.Process)
	return nil
}
