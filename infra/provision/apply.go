package provision

import "context"

// Apply returns the command that makes the changes of the last Plan, and no others.
func (w Workspace) Apply(s Stack) Command {
	return w.command(s, "apply", "-no-color", w.plan(s))
}

// ApplyJSON returns the command of Apply that prints a line of JSON for each event, as
// Terraform documents under "Machine-Readable UI".
func (w Workspace) ApplyJSON(s Stack) Command {
	return w.command(s, "apply", "-json", w.plan(s))
}

// Import returns the command that takes a resource which exists into the state of a
// stack, at an address of its configuration.
func (w Workspace) Import(s Stack, address, id string) Command {
	return w.command(s, append(append([]string{"import", "-no-color"}, w.arguments(s)...), address, id)...)
}

// PlanRefresh returns the command that compares a stack's state with what exists, and
// keeps the difference for ShowPlan. It changes nothing.
func (w Workspace) PlanRefresh(s Stack) Command {
	return w.command(s, append([]string{"plan", "-refresh-only", "-no-color", "-out=" + w.plan(s)}, w.arguments(s)...)...)
}

// Up brings a stack to what its configuration says. It runs Init, Plan and Apply.
func (t Terraform) Up(ctx context.Context, w Workspace, s Stack) error {
	if err := t.open(ctx, w, s); err != nil {
		return err
	}
	if err := t.Run(ctx, w.Plan(s)); err != nil {
		return err
	}
	return t.Run(ctx, w.Apply(s))
}

// open runs Init, once for each stack of a workspace. Stacks of one root write the
// same lock file, so open runs one Init at a time.
func (t Terraform) open(ctx context.Context, w Workspace, s Stack) error {
	w.opened.Lock()
	defer w.opened.Unlock()
	if w.opened.stacks[s] {
		return nil
	}
	if err := w.MakeStateFolder(s); err != nil {
		return err
	}
	if err := t.Run(ctx, w.Init(s)); err != nil {
		return err
	}
	w.opened.stacks[s] = true
	return nil
}
