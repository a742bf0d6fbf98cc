package process

import (
	"io"
	"os"
	"time"
)

// followPause is the time between two looks at a log.
const followPause = 50 * time.Millisecond

// follow copies a log to out while it grows, until ended is closed and all of it
// is copied.
func follow(log string, out io.Writer, ended <-chan struct{}) {
	if out == nil {
		return
	}
	in, err := os.Open(log)
	if err != nil {
		return // the log itself was created just before
	}
	defer in.Close()
	for {
		last := false
		select {
		case <-ended:
			last = true
		case <-time.After(followPause):
		}
		if _, err := io.Copy(out, in); err != nil || last {
			return
		}
	}
}
