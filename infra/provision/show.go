package provision

import (
	"context"

	"github.com/meridian-api/meridian/infra/provision/policy"
)

// Show returns the command that prints a stack's state as JSON, secrets included.
func (w Workspace) Show(s Stack) Command {
	return w.command(s, "show", "-no-color", "-json")
}

// Resources returns the resources and data sources in a stack's state. It runs Init and
// Show.
func (t Terraform) Resources(ctx context.Context, w Workspace, s Stack) ([]policy.Resource, error) {
	if err := t.open(ctx, w, s); err != nil {
		return nil, err
	}
	out, err := t.Output(ctx, w.Show(s))
	if err != nil {
		return nil, err
	}
	return policy.Read(out, s.Key())
}
