package bench

import (
	"fmt"
	"os"
	"strings"
)

// maxRSS returns the maximum resident memory of a running process in bytes, or 0 if
// the process has ended. The kernel's figure for a child that has ended would include
// the memory of its parent at the fork.
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
