// Package gocmd runs the go command.
package gocmd

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Command is one run of the go command.
type Command struct {
	// Dir is the folder to run in.
	Dir string
	// Args come after "go".
	Args []string
	// Env is set in addition to the process's environment.
	Env []string
	// Stdout and Stderr take the output as it comes; when both are nil it is
	// kept for the error.
	Stdout, Stderr io.Writer
}

// Run runs the command and ends it when ctx is done. An error tells the
// command, its folder, and what it printed if that was not shown yet.
func (c Command) Run(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "go", c.Args...)
	cmd.Dir, cmd.Env = c.Dir, append(os.Environ(), c.Env...)
	cmd.Stdout, cmd.Stderr = c.Stdout, c.Stderr
	var output bytes.Buffer
	if c.Stdout == nil && c.Stderr == nil {
		cmd.Stdout, cmd.Stderr = &output, &output
	}
	err := cmd.Run()
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	text := strings.TrimSpace(output.String())
	if text != "" {
		text = "\n" + text
	}
	return fmt.Errorf("go %s (in %s): %w%s", strings.Join(c.Args, " "), c.Dir, err, text)
}

// Output is Run with standard output as the result.
func (c Command) Output(ctx context.Context) (string, error) {
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(ctx); err != nil {
		return "", fmt.Errorf("%w\n%s", err, strings.TrimSpace(errs.String()))
	}
	return out.String(), nil
}
