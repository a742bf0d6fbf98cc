//go:build !unix

package function

import "os"

// follow begins to read what comes through the pipe. Pipes cannot be read without waiting here, so a function's line may
// come behind the END of its invocation.
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

// finish waits for the rest, after the process's end.
func (o *output) finish() {
	if o.pipe == nil {
		return
	}
	<-o.done
	o.endLine()
	o.pipe.Close()
}
