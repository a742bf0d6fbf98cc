//go:build unix

package command

import (
	"os/exec"
	"syscall"
	"time"
)

// setGroup makes cmd start in a new process group, and its context interrupt all of it.
// The go command removes its temporary files then. A group that does not end is killed.
func setGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	cmd.WaitDelay = 5 * time.Second
}
