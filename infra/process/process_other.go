//go:build !unix

package process

import (
	"os"
	"syscall"
)

func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }

func interrupt(p *os.Process) { p.Signal(os.Interrupt) }

// tryLock succeeds always: here, programs that a killed process left behind are
// not found, and Terraform's own lock of a state is the only one.
func tryLock(*os.File) error { return nil }

func unlock(*os.File) {}
