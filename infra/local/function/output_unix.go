//go:build unix

package function

import (
	"os"
	"syscall"
)

// follow begins to read what comes through the pipe.
//
// It reads the descriptor itself, when the runtime's poller says there is something, and does so under the lock. That
// lets drain, on another goroutine, take what is in the pipe at this moment: what a function printed before it answered
// is in the log before its END line, without any waiting.
func (o *output) follow(pipe *os.File) error {
	raw, err := pipe.SyscallConn()
	if err != nil {
		pipe.Close()
		return err
	}
	o.buf = make([]byte, 16<<10)
	o.mu.Lock()
	o.pipe, o.raw = pipe, raw
	o.mu.Unlock()
	go func() {
		defer close(o.done)
		raw.Read(func(fd uintptr) bool {
			o.mu.Lock()
			defer o.mu.Unlock()
			return o.read(fd)
		})
	}()
	return nil
}

// read takes all that is in the pipe and tells whether that was the end of it. The lock is held.
func (o *output) read(fd uintptr) (end bool) {
	for {
		n, err := syscall.Read(int(fd), o.buf)
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			return false
		case err != nil || n == 0:
			return true
		}
		o.accept(o.buf[:n])
	}
}

// drain emits what the process has printed up to now.
func (o *output) drain() {
	if o.emit == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.raw != nil {
		o.raw.Control(func(fd uintptr) { o.read(fd) })
	}
}

// finish takes the rest, after the process's end. A descendant that still holds the pipe is not waited for.
func (o *output) finish() {
	o.mu.Lock()
	pipe := o.pipe
	o.mu.Unlock()
	if pipe == nil {
		return
	}
	o.endLine()
	pipe.Close()
	<-o.done
}
