package gateway

import (
	"testing"
	"time"
)

func TestMilliseconds(t *testing.T) {
	for d, want := range map[time.Duration]float64{0: 0, 1500 * time.Microsecond: 1.5, 2 * time.Second: 2000, 999: 0} {
		if got := milliseconds(d); got != want {
			t.Errorf("milliseconds(%s) = %v, want %v", d, got, want)
		}
	}
}
