//go:build unix && !linux

package function

import "syscall"

// childAttributes puts a function into its own process group, so that Ctrl-C in the
// terminal does not end it before its service does. If this process is killed, a
// runtime such as aws-lambda-go exits because its Runtime API is gone.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
