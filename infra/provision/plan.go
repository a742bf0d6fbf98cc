package provision

// Plan works out what is to be changed, and keeps it for Apply.
func (w Workspace) Plan(s Stack) Command {
	return w.command(s, append([]string{"plan", "-no-color", "-out=" + w.plan(s)}, s.arguments(w.Environment.Name)...)...)
}

// Check works out what is to be changed, for Terraform.Changed.
func (w Workspace) Check(s Stack) Command {
	return w.command(s, append([]string{"plan", "-no-color", "-detailed-exitcode"}, s.arguments(w.Environment.Name)...)...)
}
