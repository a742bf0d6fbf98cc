package deploy

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/provision"
)

// Confirmation is how a user confirms that an environment may go.
type Confirmation struct {
	// Name is the environment's name, given with -confirm.
	Name string
	// Ask reads the name from the user; nil if there is no terminal.
	Ask io.Reader
}

// Destroy removes everything that the environment named by ENV has, after it has
// shown what goes and the user has confirmed it by the environment's name. A
// protected environment is not touched at all.
func Destroy(ctx context.Context, dir string, getenv func(string) string, c Confirmation, out io.Writer) error {
	s, err := openSession(ctx, dir, getenv, out)
	if err != nil {
		return err
	}
	return s.destroyAll(ctx, c)
}

func (s *session) destroyAll(ctx context.Context, c Confirmation) (err error) {
	name := s.environment.Name
	if s.wanted(false).Protected {
		return fmt.Errorf("%s is protected: nothing was changed. To destroy it, set protect to false in %s/%s.json, "+
			"and run this command again", name, provision.Environments, name)
	}
	existing, err := s.existing(ctx)
	if err != nil {
		return err
	}
	if len(existing) == 0 {
		return fmt.Errorf("nothing is deployed as %s, so there is nothing to destroy: check the name", name)
	}
	if err := s.show(ctx, existing); err != nil {
		return err
	}
	if err := s.confirm(c); err != nil {
		return err
	}
	ctx, unlock, err := s.lock(ctx, "deploy:destroy")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	h, err := s.destroyedHouse(ctx, existing)
	if err != nil {
		return err
	}
	fixed, err := s.fixedSettings(ctx)
	if err != nil {
		return err
	}
	h = h.as(fixed)
	steps, err := s.destroyOrder(ctx, existing)
	if err != nil {
		return err
	}
	destroy := func(ctx context.Context, step Step) error {
		if step.Action == UnprotectStep {
			_, err := s.apply(ctx, step.Stack, h, name)
			return err
		}
		_, err := s.destroy(ctx, step.Stack, h, name)
		return err
	}
	if _, err := s.runSteps(ctx, destroy, steps); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s is destroyed. %s\n", name, s.spent)
	return s.forget(ctx, existing)
}

// show lists what goes.
func (s *session) show(ctx context.Context, existing []provision.Stack) error {
	fmt.Fprintf(s.out, "These stacks of %s go, with everything in them:\n\n", s.environment.Name)
	for _, stack := range existing {
		resources, err := s.resources(ctx, stack)
		if err != nil {
			return err
		}
		var data []string
		for _, address := range resources {
			kind, _, _ := strings.Cut(strings.TrimPrefix(address, "module."), ".")
			if slices.Contains(keepsData, kind) {
				data = append(data, address)
			}
		}
		fmt.Fprintf(s.out, "  %s: %d resources\n", stack.Key(), len(resources))
		for _, address := range data {
			fmt.Fprintf(s.out, "    DATA  %s\n", address)
		}
	}
	fmt.Fprintln(s.out)
	return nil
}

func (s *session) confirm(c Confirmation) error {
	return s.confirmed(c, s.environment.Name)
}

// confirmed returns an error if the user does not confirm a removal with the word.
func (s *session) confirmed(c Confirmation, word string) error {
	given := c.Name
	if given == "" && c.Ask != nil {
		fmt.Fprintf(s.out, "Type %s to destroy it: ", word)
		line, err := bufio.NewReader(c.Ask).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		given = strings.TrimSpace(line)
	}
	if given == word {
		return nil
	}
	if given == "" {
		return fmt.Errorf("nothing was destroyed: confirm with -confirm=%s", word)
	}
	return fmt.Errorf("nothing was destroyed: %q is not %s", given, word)
}

// destroyOrder returns the steps that remove stacks: portal, APIs, functions,
// data, global. Before anything goes, the protection of all data from deletion is
// lifted, so that a refusal comes first.
func (s *session) destroyOrder(ctx context.Context, existing []provision.Stack) ([]Step, error) {
	var steps []Step
	var before []int
	for _, stack := range existing {
		protected, err := s.isProtected(ctx, stack)
		if err != nil {
			return nil, err
		}
		if protected {
			before = append(before, len(steps))
			steps = append(steps, Step{Action: UnprotectStep, Stack: stack})
		}
	}
	for _, root := range []string{"portal", "api", "functions", "data", "global"} {
		var wave []int
		for _, stack := range existing {
			if stack.Root == root {
				steps = append(steps, Step{Action: DestroyStep, Stack: stack, After: slices.Clone(before)})
				wave = append(wave, len(steps)-1)
			}
		}
		if wave != nil {
			before = wave
		}
	}
	return steps, nil
}

// destroyedHouse returns what the stacks read while they are destroyed: the
// releases of all Regions, or the newest stored release if no Region runs one.
func (s *session) destroyedHouse(ctx context.Context, existing []provision.Stack) (*house, error) {
	regions := slices.Clone(s.environment.Regions)
	for _, stack := range existing {
		if stack.Region != "" && !slices.Contains(regions, stack.Region) {
			regions = append(regions, stack.Region)
		}
	}
	var h *house
	for _, region := range regions {
		record, err := readRegion(ctx, s.store, region)
		if err != nil || record.Release == "" {
			continue
		}
		r, err := s.store.Release(ctx, record.Release)
		if err != nil {
			return nil, err
		}
		one, err := newHouse(ctx, s.store, r, s.settings, s.system)
		if err != nil {
			return nil, err
		}
		h = one.with(h)
	}
	if h != nil {
		return h.settled(regions, nil), nil
	}
	stored, err := s.store.List(ctx)
	if err != nil {
		return nil, err
	}
	if len(stored) == 0 {
		return nil, fmt.Errorf("no release of %s is stored, which a removal needs: run deploy:all first", s.environment.Name)
	}
	newest, err := s.store.Release(ctx, stored[0].ID)
	if err != nil {
		return nil, err
	}
	if h, err = newHouse(ctx, s.store, newest, s.settings, s.system); err != nil {
		return nil, err
	}
	return h.settled(regions, nil), nil
}

// forget removes the records of an environment that is gone, its releases too.
func (s *session) forget(ctx context.Context, existing []provision.Stack) error {
	if err := s.store.DeleteRecord(ctx, creationRecord); err != nil {
		return err
	}
	for _, region := range regionsOf(existing) {
		if err := s.store.DeleteRecord(ctx, regionRecord(region)); err != nil {
			return err
		}
	}
	return s.store.Prune(ctx, 0)
}

// regionsOf returns the Regions of stacks, sorted.
func regionsOf(stacks []provision.Stack) []string {
	var regions []string
	for _, stack := range stacks {
		if stack.Region != "" && !slices.Contains(regions, stack.Region) {
			regions = append(regions, stack.Region)
		}
	}
	slices.Sort(regions)
	return regions
}
