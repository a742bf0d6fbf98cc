package provision

import "context"

// Destroy takes down all that the stack has.
func (w Workspace) Destroy(s Stack) Command {
	return w.command(s, append([]string{"destroy", "-no-color", "-auto-approve"}, w.arguments(s)...)...)
}

// Down is Init and Destroy. It needs nothing that is built.
func (t Terraform) Down(ctx context.Context, w Workspace, s Stack) error {
	if err := t.open(ctx, w, s); err != nil {
		return err
	}
	return t.Run(ctx, w.Destroy(s))
}
