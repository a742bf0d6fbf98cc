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

// Plan returns the command that plans the changes of a stack and keeps them for Apply.
func (w Workspace) Plan(s Stack) Command {
	return w.command(s, append([]string{"plan", "-no-color", "-out=" + w.plan(s)}, w.arguments(s)...)...)
}

// PlanDestroy returns the command that plans the removal of a stack and keeps it for Apply.
func (w Workspace) PlanDestroy(s Stack) Command {
	return w.command(s, append([]string{"plan", "-destroy", "-no-color", "-out=" + w.plan(s)}, w.arguments(s)...)...)
}

// ShowPlan returns the command that prints the last Plan or PlanDestroy as JSON.
func (w Workspace) ShowPlan(s Stack) Command {
	return w.command(s, "show", "-no-color", "-json", w.plan(s))
}

// arguments returns the stack's input variables as arguments of Terraform.
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

// plan runs Plan and prints a line for each resource. The complete text, with all
// documents and policies, is written to a file beside the plan: some 20,000 lines for a
// new environment.
func (t Terraform) plan(ctx context.Context, w Workspace, s Stack) error {
	plan, err := t.Output(ctx, w.Plan(s))
	if err != nil || t.Out == nil {
		return err
	}
	file := w.plan(s) + ".txt"
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, plan, 0o600)); err != nil { // it can contain secrets
		return err
	}
	for line := range strings.Lines(string(plan)) {
		if slices.ContainsFunc(summary, func(prefix string) bool { return strings.HasPrefix(line, prefix) }) {
			io.WriteString(t.Out, line)
		}
	}
	fmt.Fprintf(t.Out, "The complete plan: %s\n", file)
	return nil
}

// summary has the beginnings of the lines of a plan that are printed.
var summary = []string{"  # ", "Plan: ", "No changes.", "Warning: "}

// Check returns a command whose exit code says whether a stack would change.
func (w Workspace) Check(s Stack) Command {
	return w.command(s, append([]string{"plan", "-no-color", "-detailed-exitcode"}, w.arguments(s)...)...)
}

// Differs reports whether Terraform would change a stack. It runs Init and Check.
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

// differs is the exit code of a Check if the stack would change.
const differs = 2
