//go:build !unix

package scenario

import "os"

// killGroup ends a program. The provider that Terraform has started goes on here.
func killGroup(leader int) error {
	p, err := os.FindProcess(leader)
	if err != nil {
		return err
	}
	return p.Kill()
}
