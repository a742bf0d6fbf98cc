package provision

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/meridian-api/meridian/contract/workspace"
)

// Deploy brings an environment of the monorepo around dir to what its
// configuration says, stack by stack in the order of Waves. The functions, the
// documents and the portal's site have been built. It stops at the first failure;
// what was applied until then stays, and another Deploy goes on from there. At
// the end it tells where everything is.
func Deploy(ctx context.Context, dir, environment string, out io.Writer) error {
	r, err := newRun(dir, environment, out)
	if err != nil {
		return err
	}
	stacks := slices.Concat(r.waves...)
	if err := r.over(ctx, stacks, "apply", Terraform.Up); err != nil {
		return err
	}
	return r.terraform.printAddresses(ctx, r.workspace, stacks, out)
}

// Destroy takes an environment down, in the opposite order. What the
// environment protects makes Terraform refuse. It tells when there was nothing:
// the name may be a slip, and Terraform does not judge names when it destroys.
func Destroy(ctx context.Context, dir, environment string, out io.Writer) error {
	r, err := newRun(dir, environment, out)
	if err != nil {
		return err
	}
	had := 0
	if err := r.over(ctx, slices.Concat(Reversed(r.waves)...), "destroy", func(t Terraform, ctx context.Context, w Workspace, s Stack) error {
		resources, err := t.Resources(ctx, w, s)
		if err != nil {
			return err
		}
		had += len(resources)
		return t.Down(ctx, w, s)
	}); err != nil {
		return err
	}
	if had == 0 {
		fmt.Fprintf(out, "\nNothing of %s was deployed, so nothing was destroyed. Was another environment meant?\n", environment)
	}
	return nil
}

// Named fails when an environment of the monorepo around dir cannot be read, so
// that nothing is built for one that is misnamed.
func Named(dir, environment string) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	_, err = named(ws.Root, environment)
	return err
}

func named(root, environment string) (Environment, error) {
	if environment == "" {
		return Environment{}, fmt.Errorf("ENV: say which environment: one of %s, or a name of your own", filepath.Join("infra", "environments", "*.json"))
	}
	return ReadEnvironment(root, environment)
}

// run is an environment and what its stacks are run with.
type run struct {
	terraform Terraform
	workspace Workspace
	waves     [][]Stack
	out       io.Writer
}

func newRun(dir, environment string, out io.Writer) (run, error) {
	ws, err := workspace.Find(dir)
	if err != nil {
		return run{}, err
	}
	contexts, err := ws.Contexts()
	if err != nil {
		return run{}, err
	}
	var names []string
	for _, c := range contexts {
		names = append(names, c.Name)
	}
	e, err := named(ws.Root, environment)
	if err != nil {
		return run{}, err
	}
	w, err := Stage(ws.Root, e)
	return run{Terraform{Binary: os.Getenv("TERRAFORM"), Out: out}, w, Waves(e, names), out}, err
}

func (r run) over(ctx context.Context, stacks []Stack, verb string, do func(Terraform, context.Context, Workspace, Stack) error) error {
	for _, s := range stacks {
		fmt.Fprintf(r.out, "\n%s %s of %s\n", verb, s.Key(), r.workspace.Environment.Name)
		if err := do(r.terraform, ctx, r.workspace, s); err != nil {
			return err
		}
	}
	return nil
}
