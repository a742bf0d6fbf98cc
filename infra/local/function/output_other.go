//go:build !unix

package function

import "os"

// follow starts reading from the pipe. Pipes cannot be read without blocking here,
// so a line of a function may follow the END of its invocation.
func (o *output) follow(pipe *os.File) error {
	o.pipe = pipe
	go func() {
		defer close(o.done)
		buf := make([]byte, 16<<10)
		for {
			n, err := pipe.Read(buf)
			o.mu.Lock()
			o.accept(buf[:n])
			o.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return nil
}

func (o *output) drain() {}

// finish reads the rest after the process has ended.
func (o *output) finish() {
	if o.pipe == nil {
		return
	}
	<-o.done
	o.endLine()
	o.pipe.Close()
}
