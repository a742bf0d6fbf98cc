//go:build unix

package scenario

import "syscall"

// killGroup ends a program and the programs that it has started, as kill -9 does. Each
// Terraform has a process group of its own.
func killGroup(leader int) error { return syscall.Kill(-leader, syscall.SIGKILL) }
