package bench

import "time"

// usage is what processes use. It is zero where it cannot be measured.
type usage struct {
	cpu    time.Duration
	spent  time.Duration // cpu, and what ended child processes have used
	memory int64         // resident, in bytes, of all processes
	// largest is the resident memory of the process with the most, in bytes. The process
	// of an embedded cloud or of a peer is much larger than a function.
	largest int64
}

// add adds what one process uses.
func (u *usage) add(one usage) {
	u.cpu += one.cpu
	u.spent += one.spent
	u.memory += one.memory
	u.largest = max(u.largest, one.memory)
}
