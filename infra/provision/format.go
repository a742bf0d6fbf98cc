package provision

// Format fails when a file in or below dir is not formatted, and names it.
func Format(dir string) Command {
	return Command{Dir: dir, Args: []string{"fmt", "-check", "-recursive", "-no-color"}}
}
