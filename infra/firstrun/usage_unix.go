//go:build unix

package firstrun

import (
	"syscall"
	"time"
)

// childrenCPU returns the CPU time of all processes that this one has started and that
// have ended, and of the processes that those have waited for.
func childrenCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
