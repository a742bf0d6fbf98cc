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

// peakMemory returns 0: the memory of a process is unknown on this system.
func peakMemory(int) int64 { return 0 }

// reaper does nothing on this system: a process that a function starts in a session of
// its own outlives the function.
type reaper struct{}

func (*reaper) killRest(string) {}
