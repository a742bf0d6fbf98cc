//go:build !unix

package forward

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
)

// replace runs a program in place of the process, and ends the process with its exit
// code. Mage would end the process five seconds after an interrupt; the program, which
// receives the interrupt too, decides instead.
func replace(path string, args []string) error {
	signal.Reset(os.Interrupt)
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	cmd := exec.Command(path, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err == nil || errors.As(err, &exit) && exit.ExitCode() > 0 {
		os.Exit(cmd.ProcessState.ExitCode())
	}
	return err
}
