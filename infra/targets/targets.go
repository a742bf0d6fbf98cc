// Package targets runs the targets of another magefile. mage compiles what a magefile
// imports before it runs the first target, so packages that only few targets need are in
// a magefile of their own.
package targets

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// Run runs a target with its arguments, in the current folder. The magefile is in folder.
// Empty arguments are left out. If the target fails, it has reported its error, and Run
// ends the process with its exit code.
func Run(folder string, args ...string) error {
	cmd := exec.Command("go", command(folder, args)...)
	// Ctrl-C reaches the target itself, which may need time to clean up.
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() > 0 {
		os.Exit(exit.ExitCode())
	}
	return err
}

// command returns the arguments of the go command.
func command(folder string, args []string) []string {
	all := []string{"tool", "mage", "-d", folder, "-w", "."}
	for _, a := range args {
		if a != "" {
			all = append(all, a)
		}
	}
	return all
}

// Option returns the argument that sets an optional parameter of a target, or "" if value
// is nil.
func Option[T any](name string, value *T) string {
	if value == nil {
		return ""
	}
	return fmt.Sprintf("-%s=%v", name, *value)
}
