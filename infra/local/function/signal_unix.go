//go:build unix

package function

import (
	"os"
	"syscall"
)

// terminate asks the function and its descendants to end.
func terminate(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGTERM) }

// killGroup kills the function and its descendants. After the function's own exit
// it kills the descendants that are left.
func killGroup(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGKILL) }
