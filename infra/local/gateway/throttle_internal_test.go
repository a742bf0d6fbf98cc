package gateway

import (
	"testing"
	"time"
)

func TestThrottle(t *testing.T) {
	now := time.Unix(0, 0)
	limiter := (&Throttle{Rate: 2, Burst: 3}).limiter()
	checkAllows := func(want ...bool) {
		t.Helper()
		for i, w := range want {
			if got := allows(limiter, now); got != w {
				t.Errorf("request %d at %s: %t, want %t", i, now, got, w)
			}
		}
	}
	checkAllows(true, true, true, false)
	now = now.Add(500 * time.Millisecond)
	checkAllows(true, false)
	now = now.Add(-time.Second) // a clock that is set back adds no tokens
	checkAllows(false)
	now = now.Add(time.Hour)
	checkAllows(true, true, true, false)
}

func TestNoThrottleLetsAllPass(t *testing.T) {
	var none *Throttle
	if !allows(none.limiter(), time.Unix(0, 0)) {
		t.Error("a request was throttled")
	}
}
