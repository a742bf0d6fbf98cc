package provision

// Format returns a command that fails and names the files in or below dir that are not
// formatted.
func Format(dir string) Command {
	return Command{Dir: dir, Args: []string{"fmt", "-check", "-recursive", "-no-color"}}
}
