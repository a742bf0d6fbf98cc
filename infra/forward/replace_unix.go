//go:build unix

package forward

import (
	"os"
	"syscall"
)

// replace replaces the process by a program. Mage ends the process of a target five
// seconds after an interrupt, while a deployment takes the time that Terraform needs: no
// process of mage's may stand between it and the terminal.
func replace(path string, args []string) error {
	return syscall.Exec(path, append([]string{path}, args...), os.Environ())
}
