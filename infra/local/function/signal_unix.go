//go:build unix

package function

import (
	"os"
	"syscall"
)

// terminate asks the function and what it started to end.
func terminate(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGTERM) }

// killGroup ends the function and what it started; called right after the function's own exit, what it left behind.
func killGroup(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGKILL) }
