//go:build unix && !linux

package function

import "syscall"

// childAttributes puts a function into a process group of its own, so that Ctrl-C in the terminal does not end it before
// its service does. If this process is killed, the loss of the Runtime API makes a runtime such as aws-lambda-go exit.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
