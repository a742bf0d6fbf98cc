package dynamodb

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

func TestVersionOrder(t *testing.T) {
	ordered := []version{{}, {1, "a"}, {1, "b"}, {2, "a"}}
	for n, x := range ordered {
		for m, y := range ordered {
			if x.after(y) != (n > m) {
				t.Errorf("%v after %v is %v", x, y, x.after(y))
			}
		}
	}
}

func TestClockNeverRepeats(t *testing.T) {
	c := &clock{now: func() time.Time { return time.Unix(0, 100) }}
	if a, b := c.next(), c.next(); a != 100 || b != 101 {
		t.Errorf("moments %d and %d", a, b)
	}
}

// TestWriteIsLaterThanReceivedWrites checks that a Region can overwrite an item from a
// Region whose clock is ahead.
func TestWriteIsLaterThanReceivedWrites(t *testing.T) {
	w := openTest(t, Config{Regions: threeRegions, Tables: counters("")})
	a, b, c := w.peers()
	ahead := version{moment: time.Now().Add(time.Hour).UnixNano(), region: threeRegions[1]}
	image := attr.Item{"id": attr.Text("x"), "n": attr.Count(1)}
	incoming := record{
		table:   *counterTable,
		key:     attr.Item{"id": attr.Text("x")},
		id:      *counterTable + "\x00" + attr.Text("x").KeyBytes(),
		image:   image,
		version: ahead,
	}
	for _, region := range w.regions {
		if err := region.apply([]record{incoming}, nil); err != nil {
			t.Fatal(err)
		}
	}
	a.put("x", 2)
	w.settle()
	for _, p := range []peer{a, b, c} {
		p.wantCounter("x", 2)
	}
}

// TestCutWaits checks that cutting a link waits for a delivery in progress.
func TestCutWaits(t *testing.T) {
	started, release := make(chan struct{}), make(chan struct{})
	l := newLink("a", "b", 0, 0, rand.New(rand.NewPCG(1, 2)), store.New(), func([]record, func(*store.Tx)) error {
		close(started)
		<-release
		return nil
	}, quiet())
	go l.run(t.Context())
	l.add(nil, []record{{id: "x"}})
	<-started
	cut := make(chan struct{})
	go func() { l.set(true); close(cut) }()
	select {
	case <-cut:
		t.Error("the link was cut during a delivery")
	case <-time.After(20 * time.Millisecond):
	}
	close(release)
	select {
	case <-cut:
	case <-time.After(waitLimit):
		t.Error("the link was not cut after the delivery")
	}
}
