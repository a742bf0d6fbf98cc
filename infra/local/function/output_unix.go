//go:build unix

package function

import (
	"os"
	"syscall"
)

// follow starts reading from the pipe.
//
// It reads from the descriptor under o.mu when Go's poller reports data. This
// allows drain to read the current content of the pipe from another goroutine, so
// output that a function printed before its response precedes the END line, without
// any waiting.
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

// read reads all available data from the pipe, and reports whether it has ended.
// The caller holds o.mu.
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
		o.split(o.buf[:n])
		if n < len(o.buf) {
			return false // the pipe is empty: the poller reports what comes later
		}
	}
}

// drain emits what the process has printed so far.
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

// finish reads the rest after the process has ended. It does not wait for a
// descendant that still has the pipe open.
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
