package provision

// Test returns the command that runs a module's own tests, in its folder tests.
func Test(dir string) Command {
	return Command{Dir: dir, Args: []string{"test", "-no-color"}}
}
