//go:build !unix

package function

import (
	"os"
	"syscall"
)

func childAttributes() *syscall.SysProcAttr { return nil }

// terminate kills the function, because this system has no signal that asks a process to end.
func terminate(p *os.Process) { p.Kill() }

func killGroup(p *os.Process) { p.Kill() }
