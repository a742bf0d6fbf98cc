package provision

// Validate returns the command that checks the names, shapes and types in a module that
// is initialized. It needs no state.
func Validate(dir string) Command {
	return Command{Dir: dir, Args: []string{"validate", "-no-color"}}
}
