//go:build unix

package rehearsal

import (
	"os"
	"syscall"
)

// lock waits until no other process has locked the file name, and locks it. The
// lock ends with the process, should it not be unlocked.
func lock(name string) (unlock func(), err error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX)
		if err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		file.Close()
		return nil, &os.PathError{Op: "lock", Path: name, Err: err}
	}
	return func() { file.Close() }, nil
}
