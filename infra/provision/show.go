package provision

import (
	"context"

	"github.com/meridian-api/meridian/infra/provision/policy"
)

// Show prints the stack's state as JSON. It holds secrets.
func (w Workspace) Show(s Stack) Command {
	return w.command(s, "show", "-no-color", "-json")
}

// Resources reads what the stack has, data sources included, from its state.
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
