package function

import "syscall"

// childAttributes puts a function into its own process group, so that Ctrl-C in the
// terminal does not end it before its service does. The kernel kills the function
// if this process dies without cleaning up.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
