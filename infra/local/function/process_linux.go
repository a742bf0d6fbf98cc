package function

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
)

// childAttributes puts a function into its own process group, so that Ctrl-C in the
// terminal does not end it before its service does. The kernel kills the function
// if this process dies without cleaning up.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// peakMemory returns the largest resident memory of a process in bytes, or 0 if the
// process has ended.
func peakMemory(pid int) int64 {
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(status, []byte("VmHWM:"))
	line, _, _ := bytes.Cut(rest, []byte("kB"))
	kilobytes, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 10, 64)
	if err != nil {
		return 0
	}
	return kilobytes << 10
}

// reaper kills the processes that a function has left in other process groups, such as
// those that called setsid. It finds them by a variable that each inherits. One search
// through all processes serves all environments that end at the same time.
type reaper struct {
	mu      sync.Mutex
	pending map[string]bool // settings "NAME=VALUE" to look for

	searching sync.Mutex
}

// killRest kills the processes with the setting in their environment.
func (r *reaper) killRest(setting string) {
	r.mu.Lock()
	if r.pending == nil {
		r.pending = map[string]bool{}
	}
	r.pending[setting] = true
	r.mu.Unlock()

	r.searching.Lock()
	defer r.searching.Unlock()
	r.mu.Lock()
	wanted := r.pending
	r.pending = nil
	r.mu.Unlock()
	if !wanted[setting] {
		return // an earlier search included it
	}
	// A process that was just being started is missed once.
	for range 3 {
		if !killAll(wanted) {
			return
		}
	}
}

// killAll kills the processes with one of the settings, and reports whether there were
// any.
func killAll(wanted map[string]bool) (found bool) {
	environments, _ := filepath.Glob("/proc/[0-9]*/environ") // the pattern is valid
	for _, path := range environments {
		environment, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(environment, []byte(addressVariable)) {
			continue // another user's, or it has ended
		}
		for setting := range bytes.SplitSeq(environment, []byte{0}) {
			if !wanted[string(setting)] {
				continue
			}
			if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); err == nil && syscall.Kill(pid, syscall.SIGKILL) == nil {
				found = true
			}
		}
	}
	return found
}
