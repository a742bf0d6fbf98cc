package provision

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/rehearsal"
)

// Variables that Deploy and Destroy read.
const (
	// EnvironmentVariable names the environment.
	EnvironmentVariable = "ENV"
	// RehearseVariable set to 1 makes a rehearsal: Terraform runs on the stand-in of
	// package rehearsal and on states of its own, and nothing reaches AWS.
	RehearseVariable = "REHEARSE"
	// TerraformVariable names the program to run in place of "terraform".
	TerraformVariable = "TERRAFORM"
)

// Deploy brings an environment of the monorepo around dir to what its configuration
// says, stack by stack in the order of Waves, and prints the addresses at the end.
// The functions, the documents and the portal's site must be built before. Deploy
// stops at the first failure and leaves what it has applied; run again, it continues.
func Deploy(ctx context.Context, dir string, getenv func(string) string, out io.Writer) error {
	r, err := newRun(ctx, dir, getenv, out)
	if err != nil {
		return err
	}
	stacks := slices.Concat(r.waves...)
	if err := r.each(ctx, stacks, "apply", Terraform.Up); err != nil {
		return err
	}
	verdict := "is deployed"
	if r.rehearses {
		verdict = "is rehearsed, and nothing was deployed; it would be at"
	}
	fmt.Fprintf(out, "\n%s %s:\n\n", r.workspace.Environment.Name, verdict)
	return r.terraform.printAddresses(ctx, r.workspace, stacks, out)
}

// Destroy takes an environment down, in the opposite order of Deploy. Terraform
// refuses to destroy what the environment protects. Destroy prints a hint if nothing
// was deployed: Terraform destroys an environment with a misspelt name successfully.
func Destroy(ctx context.Context, dir string, getenv func(string) string, out io.Writer) error {
	r, err := newRun(ctx, dir, getenv, out)
	if err != nil {
		return err
	}
	had := 0
	if err := r.each(ctx, slices.Concat(Reversed(r.waves)...), "destroy", func(t Terraform, ctx context.Context, w Workspace, s Stack) error {
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
		fmt.Fprintf(out, "\nNothing of %s was deployed, so nothing was destroyed. Did you mean another environment?\n", r.workspace.Environment.Name)
	}
	return nil
}

// Named reports an error if the environment that getenv names cannot be read, so
// that nothing is built for a misspelt one.
func Named(dir string, getenv func(string) string) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	_, err = named(ws.Root, getenv)
	return err
}

func named(root string, getenv func(string) string) (Environment, error) {
	name := getenv(EnvironmentVariable)
	if name == "" {
		return Environment{}, fmt.Errorf("%s is not set: name one of %s, or an environment of your own", EnvironmentVariable, filepath.Join(filepath.FromSlash(Environments), "*.json"))
	}
	return ReadEnvironment(root, name)
}

// run is a deployment or destruction of an environment.
type run struct {
	terraform Terraform
	workspace Workspace
	waves     [][]Stack
	rehearses bool
	out       io.Writer
}

func newRun(ctx context.Context, dir string, getenv func(string) string, out io.Writer) (run, error) {
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
	e, err := named(ws.Root, getenv)
	if err != nil {
		return run{}, err
	}
	r := run{terraform: Terraform{Binary: getenv(TerraformVariable), Out: out}, waves: Waves(e, names), out: out}
	if getenv(RehearseVariable) == "1" {
		return r.rehearse(ctx, ws.Root, e)
	}
	r.workspace, err = Stage(ws.Root, e)
	return r, err
}

// rehearse turns r into a rehearsal.
func (r run) rehearse(ctx context.Context, root string, e Environment) (run, error) {
	fmt.Fprintf(r.out, `
This is a rehearsal of %s. Terraform runs on a stand-in for the AWS provider, which makes up
what AWS would return: nothing reaches AWS, and no account is needed. The state is a file of
its own in %s. Building the stand-in takes a moment the first time.
`, e.Name, filepath.Join(filepath.FromSlash(rehearsal.Dir), e.Name, states))
	provider, err := rehearsal.Install(ctx, root)
	if err != nil {
		return run{}, err
	}
	r.rehearses, r.terraform.Env = true, provider.Environ()
	r.workspace, err = StageRehearsal(root, e)
	return r, err
}

// each runs do for every stack in order and prints a heading before each.
func (r run) each(ctx context.Context, stacks []Stack, verb string, do func(Terraform, context.Context, Workspace, Stack) error) error {
	if r.rehearses {
		verb = "rehearse " + verb
	}
	for _, s := range stacks {
		fmt.Fprintf(r.out, "\n%s %s of %s\n", verb, s.Key(), r.workspace.Environment.Name)
		if err := do(r.terraform, ctx, r.workspace, s); err != nil {
			return err
		}
	}
	return nil
}
