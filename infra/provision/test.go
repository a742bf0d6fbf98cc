package provision

// Test runs a module's own tests, the files in its folder tests.
func Test(dir string) Command {
	return Command{Dir: dir, Args: []string{"test", "-no-color"}}
}
