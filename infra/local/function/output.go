package function

import (
	"bytes"
	"os"
	"sync"
	"syscall"
)

// maxLine is the length in bytes at which a line is split, the limit of a
// CloudWatch Logs event. Source: "CloudWatch Logs quotas",
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
const maxLine = 1 << 20

// output splits the output of one environment's process into lines, and keeps
// Lambda's own lines in order with them.
type output struct {
	emit func(line string) // nil if the lines are discarded

	mu      sync.Mutex
	partial []byte // printed part of a line that has no end yet
	buf     []byte

	pipe *os.File        // output of the process; nil before follow
	raw  syscall.RawConn // file descriptor of pipe
	done chan struct{}   // closed when the pipe has been read to its end
}

func newOutput(emit func(line string)) *output {
	return &output{emit: emit, done: make(chan struct{})}
}

func (o *output) disabled() bool { return o.emit == nil }

// writeLines writes lines of Lambda itself after everything that the process has
// printed.
func (o *output) writeLines(lines ...string) {
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

// endLine ends a partial line and writes lines of Lambda itself after it. When an
// invocation is over, the rest of the line will not arrive, and the line must not be joined
// with output of the next invocation.
func (o *output) endLine(lines ...string) {
	o.drain()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.flush()
	if o.emit == nil {
		return
	}
	for _, line := range lines {
		o.emit(line)
	}
}

// split adds output of the process and emits the complete lines. The caller holds
// o.mu.
func (o *output) split(printed []byte) {
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

// flush emits the partial line, if any. The caller holds o.mu.
func (o *output) flush() {
	if len(o.partial) > 0 {
		o.emit(string(o.partial))
		o.partial = o.partial[:0]
	}
}
