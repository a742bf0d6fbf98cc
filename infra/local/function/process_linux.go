package function

import "syscall"

// childAttributes puts a function into a process group of its own, so that Ctrl-C in the terminal does not end it before
// its service does, and has it killed when this process dies without a chance to clean up.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
