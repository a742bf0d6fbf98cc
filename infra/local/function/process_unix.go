//go:build unix && !linux

package function

import "syscall"

// childAttributes puts a function into its own process group, so that Ctrl-C in the
// terminal does not end it before its service does. If this process is killed, a
// runtime such as aws-lambda-go exits because its Runtime API is gone.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}

// peakMemory returns 0: the memory of a process is unknown on this system.
func peakMemory(int) int64 { return 0 }

// reaper does nothing on this system: a process that a function starts in a session of
// its own outlives the function.
type reaper struct{}

func (*reaper) killRest(string) {}
