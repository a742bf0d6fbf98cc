package gateway

import (
	"net/http"
	"sync"
	"time"
)

// Throttle is the stage's limit for all methods together.
type Throttle struct {
	// Rate is in requests per second, Burst how many may come at once.
	Rate  float64
	Burst int
}

// bucket is the token bucket of a Throttle; nil lets everything pass.
type bucket struct {
	Throttle
	mu     sync.Mutex
	tokens float64
	last   time.Time
}

func newBucket(t *Throttle, now time.Time) *bucket {
	if t == nil {
		return nil
	}
	return &bucket{Throttle: *t, tokens: float64(t.Burst), last: now}
}

// take reports whether a request may pass at the time.
func (b *bucket) take(now time.Time) bool {
	if b == nil {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if passed := now.Sub(b.last).Seconds(); passed > 0 {
		b.tokens, b.last = min(b.tokens+passed*b.Rate, float64(b.Burst)), now
	}
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

var (
	throttled = builtin{kind: "THROTTLED", status: http.StatusTooManyRequests, message: "Too Many Requests", errorType: "TooManyRequestsException"}
	filtered  = builtin{kind: "WAF_FILTERED", status: http.StatusForbidden, message: "Forbidden", errorType: "ForbiddenException"}
)
