package provision

import (
	"context"
	"errors"
	"os/exec"
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
