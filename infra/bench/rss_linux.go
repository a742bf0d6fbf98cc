package bench

import (
	"fmt"
	"os"
	"strings"
)

// maxRSS is the largest resident memory so far of a running process, in bytes.
// The kernel's account of an ended child would begin with its parent's memory.
func maxRSS(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes int64
	if _, err := fmt.Sscan(after, &kilobytes); err != nil {
		return 0
	}
	return kilobytes << 10
}
