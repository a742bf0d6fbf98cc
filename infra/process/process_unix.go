//go:build unix

package process

import (
	"errors"
	"os"
	"syscall"
)

// attributes puts the program into a process group of its own: a terminal sends
// Ctrl-C to the foreground group, and Terraform ends at once when it receives a
// second interrupt. The parent's death does not end it.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func interrupt(p *os.Process) { p.Signal(os.Interrupt) }

// tryLock locks a file for as long as any process has this descriptor open.
func tryLock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrRunning
	}
	return err
}

// unlock unlocks a file that was locked with tryLock, whoever has copies of the
// descriptor.
func unlock(f *os.File) { syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }
