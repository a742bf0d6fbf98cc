package provision

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/command"
)

// Command is one run of Terraform, not yet run.
type Command struct {
	// Dir is the folder in which it runs.
	Dir string
	// Args come after "terraform".
	Args []string
	// Env is set in addition to the process's environment.
	Env []string
}

// String returns the command line.
func (c Command) String() string { return "terraform " + strings.Join(c.Args, " ") }

// Terraform runs commands. The zero Terraform runs "terraform" and keeps its output for
// errors.
//
// The library hashicorp/terraform-exec was tried in its place. It kills Terraform when
// the caller ends (see package process), and copies the output of show, which contains
// secrets, to the writer that shows progress.
type Terraform struct {
	// Binary is the program, "terraform" if empty. It can be "tofu".
	Binary string
	// Env is set in addition to the process's environment.
	Env []string
	// Out receives all output as it comes. If nil, the output is part of the error.
	Out io.Writer
}

// Run runs a command, and interrupts it when ctx is done. An error has the command, its
// folder, and the output unless Out has received it.
func (t Terraform) Run(ctx context.Context, c Command) error {
	cmd := t.program(c)
	cmd.Stdout, cmd.Stderr = t.Out, t.Out
	return cmd.Run(ctx)
}

// Output runs a command like Run and returns its standard output.
func (t Terraform) Output(ctx context.Context, c Command) ([]byte, error) {
	return t.program(c).Output(ctx)
}

// Environ is added to the environment of every run: no prompts, and no advice on
// what to type next.
var Environ = []string{"TF_INPUT=0", "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1"}

// program returns the program that runs a command.
func (t Terraform) program(c Command) command.Command {
	return command.Command{
		Name: cmp.Or(t.Binary, "terraform"), Args: c.Args, Dir: c.Dir,
		Env: slices.Concat(Environ, t.Env, c.Env),
		// Interrupted, Terraform finishes what it is doing and unlocks the state; killed, it
		// does neither.
		Interrupt: true,
	}
}
