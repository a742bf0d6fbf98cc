package provision

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Command is one run of Terraform, not yet run.
type Command struct {
	// Dir is the folder to run in.
	Dir string
	// Args come after "terraform".
	Args []string
	// Env is set in addition to the process's environment.
	Env []string
}

// String is the command as it would be typed.
func (c Command) String() string { return "terraform " + strings.Join(c.Args, " ") }

// Terraform runs commands. The zero Terraform runs "terraform" and keeps its
// output for errors.
type Terraform struct {
	// Binary is the program, "terraform" if empty; "tofu" will do.
	Binary string
	// Env is set in addition to the process's environment.
	Env []string
	// Out takes all output as it comes; if nil it is kept for the error.
	Out io.Writer
}

// Run runs a command and ends it when ctx is done. An error tells the command,
// its folder, and what it printed if that was not shown yet.
func (t Terraform) Run(ctx context.Context, c Command) error {
	_, err := t.run(ctx, c, t.Out)
	return err
}

// Output is Run with standard output as the result.
func (t Terraform) Output(ctx context.Context, c Command) ([]byte, error) {
	return t.run(ctx, c, nil)
}

func (t Terraform) run(ctx context.Context, c Command, shown io.Writer) ([]byte, error) {
	binary := t.Binary
	if binary == "" {
		binary = "terraform"
	}
	cmd := exec.CommandContext(ctx, binary, c.Args...)
	cmd.Dir = c.Dir
	// No prompts, and no advice on what to type next.
	cmd.Env = append(append(append(os.Environ(), "TF_INPUT=0", "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1"), t.Env...), c.Env...)
	// Terraform gives back the state's lock when it is interrupted, not when it is killed.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if shown != nil {
		cmd.Stdout, cmd.Stderr = shown, shown
	}
	err := cmd.Run()
	if err == nil {
		return out.Bytes(), nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	text := strings.TrimSpace(out.String() + "\n" + errs.String())
	if text != "" {
		text = "\n" + text
	}
	return nil, fmt.Errorf("%s (in %s): %w%s", c, c.Dir, err, text)
}
