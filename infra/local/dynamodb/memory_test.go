package dynamodb

import (
	"fmt"
	"testing"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// wantStampsOfLiveItemsOnly checks that no Region keeps stamps of deleted items.
func (w *cluster) wantStampsOfLiveItemsOnly() {
	w.t.Helper()
	for name, r := range w.regions {
		r.mu.Lock()
		for id, s := range r.stored.versions.All(store.Everything) {
			if !s.alive {
				w.t.Errorf("%s keeps the stamp of the deleted item %q", name, id)
			}
		}
		if r.stored.graves.Len() > 0 {
			w.t.Errorf("%s keeps %d graves", name, r.stored.graves.Len())
		}
		r.mu.Unlock()
	}
}

// openQuiet opens a cluster whose sweeper and collector do not run by themselves.
func openQuiet(t *testing.T, ttl string) *cluster {
	t.Helper()
	opts := defaults()
	opts.sweep = time.Hour
	return openTestAt(t, Config{Regions: threeRegions, Tables: counters(ttl)}, opts)
}

func TestStampsOfDeletedItemsAreFreed(t *testing.T) {
	w := openQuiet(t, "")
	a, b, c := w.peers()
	for n := range 20 {
		id := fmt.Sprint(n)
		[]peer{a, b, c}[n%3].put(id, n)
		if n%2 == 0 {
			[]peer{a, b, c}[n%3].remove(id)
		}
	}
	w.settle()
	w.collect(time.Now())
	w.wantStampsOfLiveItemsOnly()
	for name, r := range w.regions {
		if n := r.stored.versions.Len(); n != 10 {
			t.Errorf("%s has %d stamps, want 10", name, n)
		}
	}
}

// TestLateWriteDoesNotRestoreAfterCollect checks that the stamp of a deletion is kept as
// long as an earlier write is on its way.
func TestLateWriteDoesNotRestoreAfterCollect(t *testing.T) {
	w := openQuiet(t, "")
	a, b, c := w.peers()
	if err := w.Cut(threeRegions[0], threeRegions[1]); err != nil {
		t.Fatal(err)
	}
	b.put("x", 2) // reaches c, but not a
	w.settle()
	c.remove("x")
	w.settle()
	w.collect(time.Now().Add(time.Hour))
	if w.regions[threeRegions[0]].stored.graves.Len() != 1 {
		t.Errorf("%s does not keep the stamp, although the put has not arrived", threeRegions[0])
	}
	if err := w.Heal(threeRegions[0], threeRegions[1]); err != nil {
		t.Fatal(err)
	}
	w.settle()
	for _, p := range []peer{a, b, c} {
		p.wantCounter("x", gone)
	}
	w.collect(time.Now())
	w.wantStampsOfLiveItemsOnly()
}

func TestCollectorRuns(t *testing.T) {
	opts := defaults()
	opts.sweep = 5 * time.Millisecond
	w := openTestAt(t, Config{Regions: threeRegions, Tables: counters("")}, opts)
	a, _, _ := w.peers()
	a.put("x", 1)
	a.remove("x")
	w.settle()
	waitUntil(t, "the stamp is freed in every Region", func() bool {
		left := 0
		for _, r := range w.regions {
			r.mu.Lock()
			left += r.stored.versions.Len()
			r.mu.Unlock()
		}
		return left == 0
	})
}

func TestItemHasOneExpiry(t *testing.T) {
	w := openQuiet(t, "until")
	a, _, _ := w.peers()
	expiries := w.regions[threeRegions[0]].stored.expiring
	for n := range 50 {
		a.putUntil("x", number(int(time.Now().Unix())+1000-n))
		a.putUntil("y", number(int(time.Now().Unix())+2000+n))
	}
	if n := expiries.Len(); n != 2 {
		t.Errorf("%d expiries of two items", n)
	}
	a.put("y", 1) // no longer expires
	a.remove("x")
	if n := expiries.Len(); n != 0 {
		t.Errorf("%d expiries are left", n)
	}
}
