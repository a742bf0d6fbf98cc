//go:build unix

package history

import "syscall"

// freeze and thaw stop a process and let it continue.
const (
	freeze = syscall.SIGSTOP
	thaw   = syscall.SIGCONT
)
