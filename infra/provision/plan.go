package provision

import (
	"context"
	"errors"
	"os/exec"
)

// Plan works out what is to be changed, and keeps it for Apply.
func (w Workspace) Plan(s Stack) Command {
	return w.command(s, append([]string{"plan", "-no-color", "-out=" + w.plan(s)}, s.arguments(w.Environment.Name)...)...)
}

// Check works out what is to be changed, and says so by its exit code.
func (w Workspace) Check(s Stack) Command {
	return w.command(s, append([]string{"plan", "-no-color", "-detailed-exitcode"}, s.arguments(w.Environment.Name)...)...)
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
