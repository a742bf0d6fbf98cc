package deploy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/meridian-api/meridian/infra/release"
)

// part is a roll-out of a part of an environment.
type part struct {
	action string // for the lock, such as "deploy:module"
	// choose returns the steps to carry out.
	choose func([]Step) ([]Step, error)
	// prepare changes what the Regions are to run; nil keeps what was built.
	prepare func(context.Context, *rollout) error
}

// Module builds one context, from its pin or the working tree, and rolls it out: its
// tables, and in each Region its functions and, if the document changed, the API. The
// other contexts stay as they are: a Region's new release is composed of what it runs
// and the context's new files.
func Module(ctx context.Context, dir string, getenv func(string) string, name string, opts Options, out io.Writer) error {
	s, err := openSession(ctx, dir, getenv, out)
	if err != nil {
		return err
	}
	defer s.close()
	return s.part(ctx, s.module(name), opts, s.buildOnly(name), s.checker())
}

func (s *session) module(name string) part {
	return part{
		action: "deploy:module",
		choose: func(steps []Step) ([]Step, error) {
			if !slices.Contains(s.contexts, name) {
				return nil, fmt.Errorf("%q is not a context: the contexts are %v", name, s.contexts)
			}
			return selectSteps(steps, func(step Step) bool {
				return step.Stack.Context == name || step.Stack.Context == "" && step.Stack.Region != ""
			}), nil
		},
		prepare: func(ctx context.Context, o *rollout) error { return o.compose(ctx, name) },
	}
}

// Region builds the working tree and rolls it out into one Region only.
func Region(ctx context.Context, dir string, getenv func(string) string, region string, opts Options, out io.Writer) error {
	s, err := openSession(ctx, dir, getenv, out)
	if err != nil {
		return err
	}
	defer s.close()
	return s.part(ctx, s.region(region), opts, s.build, s.checker())
}

func (s *session) region(region string) part {
	return part{
		action: "deploy:region",
		choose: func(steps []Step) ([]Step, error) {
			if !slices.Contains(s.environment.Regions, region) {
				return nil, fmt.Errorf("%s is not a Region of %s: it has %v", region, s.environment.Name, s.environment.Regions)
			}
			return selectSteps(steps, func(step Step) bool { return step.Stack.Region == region }), nil
		},
	}
}

// part rolls out a part of the environment. The environment must exist, and no
// Region or context may be on its way out: that is for All.
func (s *session) part(ctx context.Context, p part, opts Options, build func(context.Context) (*release.Release, error),
	c Checker) (err error) {
	existing, err := s.existing(ctx)
	if err != nil {
		return err
	}
	if err := s.mayCreate(existing, false); err != nil {
		return err
	}
	if err := s.mayDrain(ctx, opts.Drain); err != nil {
		return err
	}
	steps, err := s.order(ctx, opts, existing)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(steps, func(step Step) bool { return step.Action == DestroyStep || step.Action == WidenStep }) {
		return errors.New("a Region or a context leaves the environment: run deploy:all, which removes it in the right order")
	}
	if steps, err = p.choose(steps); err != nil {
		return err
	}
	ctx, unlock, err := s.lock(ctx, p.action)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	r, err := build(ctx)
	if err != nil {
		return err
	}
	o, err := s.newRollout(ctx, r, c, existing)
	if err != nil {
		return err
	}
	if p.prepare != nil {
		if err := p.prepare(ctx, o); err != nil {
			return err
		}
	}
	if err := o.gate(ctx); err != nil {
		return err
	}
	o.allowDataLoss = opts.AllowDataLoss
	if slices.ContainsFunc(steps, func(step Step) bool { return step.Action == ShrinkStep }) {
		if err := o.checkLeaving(ctx, existing); err != nil {
			return err
		}
	}
	if steps, err = o.withoutIdle(ctx, steps); err != nil {
		return err
	}
	err = o.carryOut(ctx, steps)
	o.report()
	return err
}

// selectSteps returns the steps that keep selects. A step comes after the selected
// steps that its dependencies came after.
func selectSteps(steps []Step, keep func(Step) bool) []Step {
	position := make([]int, len(steps)) // in the selection, or -1
	before := make([][]int, len(steps)) // selected steps to wait for
	var selected []Step
	for i, step := range steps {
		for _, dep := range step.After {
			if position[dep] >= 0 {
				before[i] = append(before[i], position[dep])
			} else {
				before[i] = append(before[i], before[dep]...)
			}
		}
		slices.Sort(before[i])
		before[i] = slices.Compact(before[i])
		position[i] = -1
		if keep(step) {
			step.After = before[i]
			position[i] = len(selected)
			selected = append(selected, step)
		}
	}
	return selected
}
