package dynamodb

import (
	"sync"
	"time"
)

// version orders the writes to an item: the later wins, and of two at one moment
// the one from the Region with the greater name. The zero version is before any.
type version struct {
	moment int64 // nanoseconds since 1970 by the hybrid clock
	region string
}

func (v version) after(other version) bool {
	if v.moment != other.moment {
		return v.moment > other.moment
	}
	return v.region > other.region
}

// clock is a Region's hybrid logical clock: the time, but after every moment it
// has given or seen. A write is so after every write its Region knows of, even
// one from a Region whose clock is ahead.
type clock struct {
	now  func() time.Time
	mu   sync.Mutex
	last int64
}

// next is the moment of a new write.
func (c *clock) next() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = max(c.now().UnixNano(), c.last+1)
	return c.last
}

// see learns of a write that came from elsewhere.
func (c *clock) see(v version) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = max(c.last, v.moment)
}
