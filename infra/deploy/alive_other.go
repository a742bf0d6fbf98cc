//go:build !unix

package deploy

import "os"

// alive reports whether a process of this machine runs.
func alive(process int) bool {
	p, err := os.FindProcess(process)
	if err == nil {
		p.Release()
	}
	return err == nil
}
