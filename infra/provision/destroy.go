package provision

import "context"

// Destroy returns the command that destroys all resources of a stack.
func (w Workspace) Destroy(s Stack) Command {
	return w.command(s, append([]string{"destroy", "-no-color", "-auto-approve"}, w.arguments(s)...)...)
}

// Down destroys all resources of a stack. It runs Init and Destroy, and needs no built
// functions or documents.
func (t Terraform) Down(ctx context.Context, w Workspace, s Stack) error {
	if err := t.open(ctx, w, s); err != nil {
		return err
	}
	return t.Run(ctx, w.Destroy(s))
}
