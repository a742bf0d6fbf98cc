package provision

// Validate checks a module that is initialized for what can be known without a
// state: names, shapes and types.
func Validate(dir string) Command {
	return Command{Dir: dir, Args: []string{"validate", "-no-color"}}
}
