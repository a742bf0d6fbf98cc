package local

import (
	"sync"
	"sync/atomic"
	"time"
)

// lastCalls are the times of the functions' last calls, health checks included.
type lastCalls struct{ at sync.Map } // of *atomic.Int64, in nanoseconds since 1970, by physical name

func (l *lastCalls) add(function string, now time.Time) {
	at, ok := l.at.Load(function)
	if !ok {
		at, _ = l.at.LoadOrStore(function, &atomic.Int64{})
	}
	at.(*atomic.Int64).Store(now.UnixNano())
}

// LastCall returns when a function was last called, in any Region; the zero time if it was
// not. The name consists of the context and the function.
func (c *Cloud) LastCall(function string) time.Time {
	at, ok := c.calls.at.Load(Environment + "-" + function)
	if !ok {
		return time.Time{}
	}
	return time.Unix(0, at.(*atomic.Int64).Load())
}
