// Package forward runs the targets of another magefile. mage compiles what a magefile
// imports before it runs the first target, so packages that only few targets need are in
// a magefile of their own.
package forward

import (
	"fmt"
	"os/exec"
)

// Run runs a target with its arguments, in the current folder, and does not return if it
// can start it. The magefile is in folder. Empty arguments are left out.
func Run(folder string, args ...string) error {
	path, err := exec.LookPath("go")
	if err != nil {
		return err
	}
	return replace(path, command(folder, args))
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
