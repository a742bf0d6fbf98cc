package provision

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Plan works out what is to be changed, and keeps it for Apply.
func (w Workspace) Plan(s Stack) Command {
	return w.command(s, append([]string{"plan", "-no-color", "-out=" + w.plan(s)}, w.arguments(s)...)...)
}

// PlanDestroy computes the removal of the stack, and keeps it for Apply.
func (w Workspace) PlanDestroy(s Stack) Command {
	return w.command(s, append([]string{"plan", "-destroy", "-no-color", "-out=" + w.plan(s)}, w.arguments(s)...)...)
}

// ShowPlan prints the last Plan or PlanDestroy as JSON.
func (w Workspace) ShowPlan(s Stack) Command {
	return w.command(s, "show", "-no-color", "-json", w.plan(s))
}

// arguments returns the stack's input variables.
func (w Workspace) arguments(s Stack) []string {
	args := []string{"-var=environment=" + w.Environment.Name, "-var=repository=" + w.repository}
	if s.Context != "" {
		args = append(args, "-var=context="+s.Context)
	}
	if s.Region != "" {
		args = append(args, "-var=region="+s.Region)
	}
	return args
}

// plan is Plan, told in a line for each resource. The whole, with all documents
// and policies, is beside the plan: some 20,000 lines for a new environment.
func (t Terraform) plan(ctx context.Context, w Workspace, s Stack) error {
	plan, err := t.Output(ctx, w.Plan(s))
	if err != nil || t.Out == nil {
		return err
	}
	file := w.plan(s) + ".txt"
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, plan, 0o600)); err != nil { // it can hold secrets
		return err
	}
	for line := range strings.Lines(string(plan)) {
		if slices.ContainsFunc(told, func(prefix string) bool { return strings.HasPrefix(line, prefix) }) {
			io.WriteString(t.Out, line)
		}
	}
	fmt.Fprintf(t.Out, "The complete plan: %s\n", file)
	return nil
}

// told are the beginnings of a plan's lines that say what will be done.
var told = []string{"  # ", "Plan: ", "No changes.", "Warning: "}

// Check works out what is to be changed, and says so by its exit code.
func (w Workspace) Check(s Stack) Command {
	return w.command(s, append([]string{"plan", "-no-color", "-detailed-exitcode"}, w.arguments(s)...)...)
}

// Differs tells whether a stack is not what its configuration says: Init and Check.
func (t Terraform) Differs(ctx context.Context, w Workspace, s Stack) (bool, error) {
	if err := t.open(ctx, w, s); err != nil {
		return false, err
	}
	err := t.Run(ctx, w.Check(s))
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == differs {
		return true, nil
	}
	return false, err
}

// differs is the exit code of a Check that has found something to change.
const differs = 2
