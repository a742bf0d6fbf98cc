// Package command runs programs such as git, the go command and Terraform. A
// Command is a value, so that a test can check what would run without running it.
package command

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// Command is one run of a program.
type Command struct {
	// Name is the program: a path, or a name that is looked up on PATH.
	Name string
	Args []string
	// Dir is the folder to run in, the current one if empty.
	Dir string
	// Env is added to the environment of this process.
	Env []string
	// Unset names variables of this process that the program does not get.
	Unset []string
	// Stdin is what the program reads, nothing if nil.
	Stdin io.Reader
	// Stdout and Stderr receive the output as the program writes it. If both are
	// nil, Run puts the output into its error.
	Stdout, Stderr io.Writer
	// Group runs the program in a process group of its own, which Ctrl-C in the terminal
	// does not reach, and ends the group with the context: the go command does not end
	// the compilers that it has started. Systems other than Unix have no such groups.
	Group bool
	// Interrupt ends the program with an interrupt and not with a kill when the
	// context is done, for programs that clean up after themselves.
	Interrupt bool
}

// Go returns the go command with its arguments, to be run in dir.
func Go(dir string, args ...string) Command {
	return Command{Name: "go", Args: args, Dir: dir}
}

// String returns the command as a user would type it.
func (c Command) String() string { return strings.Join(append([]string{c.Name}, c.Args...), " ") }

// Run runs the command and waits for it. If ctx ends first, Run ends the program
// and returns ctx's error. Any other error has the command, its folder, and the
// output unless that went to Stdout or Stderr.
func (c Command) Run(ctx context.Context) error {
	if c.Stdout != nil || c.Stderr != nil {
		return c.run(ctx, c.Stdout, c.Stderr, nil)
	}
	var output bytes.Buffer
	return c.run(ctx, &output, &output, output.String)
}

// Output runs the command like Run and returns its standard output. Its error has
// what the program wrote to standard error or, if that is nothing, its output.
// Stdout and Stderr receive nothing.
func (c Command) Output(ctx context.Context) ([]byte, error) {
	var output, errors bytes.Buffer
	err := c.run(ctx, &output, &errors, func() string {
		if errors.Len() > 0 {
			return errors.String()
		}
		return output.String()
	})
	return output.Bytes(), err
}

// run runs the command. written returns the output to add to an error; it may be nil.
func (c Command) run(ctx context.Context, stdout, stderr io.Writer, written func() string) error {
	cmd := exec.CommandContext(ctx, c.Name, c.Args...)
	cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Dir, c.environment(), c.Stdin, stdout, stderr
	if c.Group {
		setGroup(cmd)
	}
	if c.Interrupt {
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	}
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	where, text := "", ""
	if c.Dir != "" {
		where = " (in " + c.Dir + ")"
	}
	if written != nil {
		if text = strings.TrimSpace(written()); text != "" {
			text = "\n" + text
		}
	}
	return fmt.Errorf("%s%s: %w%s", c, where, err, text)
}

func (c Command) environment() []string {
	env := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(c.Unset, name)
	})
	return append(env, c.Env...)
}
