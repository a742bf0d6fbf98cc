package deploy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/meridian-api/meridian/infra/provision"
	"github.com/meridian-api/meridian/infra/release"
)

// Plan builds the working tree and prints what All would change in each stack of
// the environment that ENV names, and what it would destroy or replace. It changes
// nothing but stored releases, and works for an environment that does not exist.
func Plan(ctx context.Context, dir string, getenv func(string) string, out io.Writer) error {
	s, err := openSession(ctx, dir, getenv, out)
	if err != nil {
		return err
	}
	return s.planAll(ctx, s.build, s.checker())
}

// Planned is what a step would change.
type Planned struct {
	Step    string   `json:"step"`
	Changes []Change `json:"changes,omitempty"`
	// Unknown says why the changes cannot be computed, which is so for stacks of
	// a new environment that look up what an earlier stack would make.
	Unknown string `json:"unknown,omitempty"`
}

func (s *session) planAll(ctx context.Context, build func(context.Context) (*release.Release, error), c Checker) error {
	if _, err := s.checkShared(ctx); err != nil {
		return err
	}
	existing, err := s.existing(ctx)
	if err != nil {
		return err
	}
	steps, err := s.order(ctx, Options{}, existing)
	if err != nil {
		return err
	}
	r, err := build(ctx)
	if err != nil {
		return err
	}
	o, err := s.newRollout(ctx, r, c, existing)
	if err != nil {
		return err
	}
	if steps, err = o.withoutIdle(ctx, steps); err != nil {
		return err
	}
	refused := o.gate(ctx)
	var lost []string
	for _, step := range steps {
		if step.Action == AddStep && !o.removes(step.Stack) || step.Stack.Root == "" {
			continue // the step that follows says the same, or nothing is planned
		}
		p, err := o.planStep(ctx, step, existing)
		if err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
		printPlanned(s.out, p)
		for _, change := range p.Changes {
			if change.LosesData() {
				lost = append(lost, step.Stack.Key()+" "+change.Address)
			}
		}
	}
	if lost != nil {
		fmt.Fprintf(s.out, "\nDATA WOULD BE LOST:\n  %s\ndeploy:all refuses this without -allowDataLoss=%s\n",
			strings.Join(lost, "\n  "), s.environment.Name)
	}
	if refused != nil {
		fmt.Fprintf(s.out, "\ndeploy:all refuses this:\n%v\n", refused)
	}
	return nil
}

// planStep plans a step. A stack that does not exist yet may not be plannable.
func (o *rollout) planStep(ctx context.Context, step Step, existing []provision.Stack) (Planned, error) {
	p := Planned{Step: step.String()}
	h := o.houseFor(step)
	w, err := o.open(ctx, step.Stack, h)
	if err != nil {
		return p, err
	}
	plan := replacing(w.Plan(step.Stack), o.again(step.Stack))
	if step.Action == DestroyStep {
		plan = w.PlanDestroy(step.Stack)
	}
	p.Changes, err = o.session.plan(ctx, step.Stack, w, plan)
	if err != nil && !contains(existing, step.Stack) && !errors.Is(err, context.Canceled) {
		p.Unknown, err = firstError(err), nil
	}
	return p, err
}

func contains(stacks []provision.Stack, s provision.Stack) bool {
	for _, one := range stacks {
		if one == s {
			return true
		}
	}
	return false
}

// firstError returns the first line that Terraform marks as an error.
func firstError(err error) string {
	for line := range strings.Lines(err.Error()) {
		if text, ok := strings.CutPrefix(strings.TrimSpace(line), "Error: "); ok {
			return text
		}
	}
	return err.Error()
}

func printPlanned(out io.Writer, p Planned) {
	switch {
	case p.Unknown != "":
		fmt.Fprintf(out, "%s: new; its changes are known once the stacks before it exist (%s)\n", p.Step, p.Unknown)
	case len(p.Changes) == 0:
		fmt.Fprintf(out, "%s: no changes\n", p.Step)
	default:
		fmt.Fprintf(out, "%s:\n", p.Step)
	}
	for _, c := range p.Changes {
		fmt.Fprintf(out, "  %s %s%s\n", verb(c), c.Address, warning(c))
	}
}

// verb returns what a change does, in one word of fixed width.
func verb(c Change) string {
	actions := strings.Join(c.Actions, " ")
	switch {
	case c.Deletes() && strings.Contains(actions, "create"):
		return "replace"
	case c.Deletes():
		return "destroy"
	}
	return fmt.Sprintf("%-7s", actions)
}

func warning(c Change) string {
	if c.LosesData() {
		return "   DATA WOULD BE LOST"
	}
	return ""
}
