//go:build !unix

package firstrun

import "time"

// childrenCPU returns 0: the CPU time of ended processes is not known.
func childrenCPU() time.Duration { return 0 }
