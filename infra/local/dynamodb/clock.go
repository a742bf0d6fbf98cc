package dynamodb

import (
	"sync"
	"time"
)

// version orders the writes to an item. The later write wins; of two writes at the
// same moment, the one from the Region with the greater name. The zero version
// precedes all others.
type version struct {
	moment int64 // nanoseconds since 1970, from the hybrid clock
	region string
}

func (v version) after(other version) bool {
	if v.moment != other.moment {
		return v.moment > other.moment
	}
	return v.region > other.region
}

// clock is the hybrid logical clock of a Region: the current time, but later than
// every moment it has returned or seen. A write is therefore later than all writes
// that its Region knows of, including those from a Region whose clock is ahead.
type clock struct {
	now  func() time.Time
	mu   sync.Mutex
	last int64
}

// next returns the moment of a new write.
func (c *clock) next() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = max(c.now().UnixNano(), c.last+1)
	return c.last
}

// latest returns the latest moment that the clock has returned or seen.
func (c *clock) latest() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// see advances the clock to the version of a write from another Region.
func (c *clock) see(v version) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = max(c.last, v.moment)
}
