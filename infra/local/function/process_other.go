//go:build !unix

package function

import (
	"os"
	"syscall"
)

func childAttributes() *syscall.SysProcAttr { return nil }

// terminate ends the function at once: without signals there is nothing gentler.
func terminate(p *os.Process) { p.Kill() }

func killGroup(p *os.Process) { p.Kill() }
