package gateway

import (
	"testing"
	"time"
)

func TestBucket(t *testing.T) {
	now := time.Unix(0, 0)
	b := newBucket(&Throttle{Rate: 2, Burst: 3}, now)
	takes := func(want ...bool) {
		t.Helper()
		for i, w := range want {
			if got := b.take(now); got != w {
				t.Errorf("request %d at %s: %v", i, now, got)
			}
		}
	}
	takes(true, true, true, false)
	now = now.Add(500 * time.Millisecond)
	takes(true, false)
	now = now.Add(-time.Second) // a clock that is set back gives nothing
	takes(false)
	now = now.Add(time.Hour)
	takes(true, true, true, false)
	if b = newBucket(nil, now); !b.take(now) {
		t.Error("no throttle lets everything pass")
	}
}
