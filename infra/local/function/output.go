package function

import (
	"bytes"
	"os"
	"sync"
	"syscall"
)

// maxLine is the length in bytes beyond which a line is cut in pieces: CloudWatch's limit for an event.
const maxLine = 1 << 20

// output makes lines of what one environment's process prints, and keeps Lambda's own lines in order with them.
type output struct {
	emit func(line string) // nil if nobody listens

	mu      sync.Mutex
	partial []byte // what has been printed of a line without end
	buf     []byte

	pipe *os.File        // what the process prints; nil before follow
	raw  syscall.RawConn // the same, by its descriptor
	done chan struct{}   // closed when nothing more comes
}

func newOutput(emit func(line string)) *output {
	return &output{emit: emit, done: make(chan struct{})}
}

func (o *output) silent() bool { return o.emit == nil }

// say writes lines of Lambda's own, behind all that the process had printed before.
func (o *output) say(lines ...string) {
	if o.emit == nil {
		return
	}
	o.drain()
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, line := range lines {
		o.emit(line)
	}
}

// endLine takes what has been printed so far to be a whole line: when its invocation is over, the rest of a line without
// end will not come, and must not be glued to what the next invocation prints.
func (o *output) endLine() {
	o.drain()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.flush()
}

// accept takes the bytes that were printed. The lock is held.
func (o *output) accept(printed []byte) {
	if o.emit == nil {
		return
	}
	for {
		line, rest, complete := bytes.Cut(printed, []byte{'\n'})
		if !complete {
			break
		}
		if len(o.partial) > 0 {
			o.partial = append(o.partial, line...)
			line = o.partial
		}
		o.emit(string(bytes.TrimSuffix(line, []byte{'\r'})))
		o.partial = o.partial[:0]
		printed = rest
	}
	o.partial = append(o.partial, printed...)
	if len(o.partial) >= maxLine {
		o.flush()
	}
}

// flush emits the line without end, if there is one. The lock is held.
func (o *output) flush() {
	if len(o.partial) > 0 {
		o.emit(string(o.partial))
		o.partial = o.partial[:0]
	}
}
