package secrets

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/meridian-api/meridian/platform/problem"
)

// vault is a Source under the test's control.
type vault struct {
	mu      sync.Mutex
	version int
	err     error
	delay   time.Duration
	fetches atomic.Int64
}

func (v *vault) Fetch(ctx context.Context, name string, stage Stage) (string, []byte, error) {
	v.fetches.Add(1)
	select {
	case <-time.After(v.delay):
	case <-ctx.Done():
		return "", nil, ctx.Err()
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.err != nil {
		return "", nil, v.err
	}
	return fmt.Sprint(v.version), fmt.Appendf(nil, "hunter%d", v.version), nil
}

func (v *vault) set(version int, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.version, v.err = version, err
}

func cacheOf(v *vault, o Options) *Cache[[]byte] { return New(v, "key", Current, Bytes, o) }

func expect(t *testing.T, c *Cache[[]byte], want string) Value[[]byte] {
	t.Helper()
	v, err := c.Get(context.Background())
	if err != nil || string(v.Reveal()) != want {
		t.Fatalf("got %q, %v; want %q", v.Reveal(), err, want)
	}
	return v
}

func TestFetchedAgainAfterTheTTL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1}
		c := cacheOf(v, Options{TTL: 10 * time.Minute})
		expect(t, c, "hunter1")
		v.set(2, nil)
		time.Sleep(9*time.Minute - time.Second) // the jitter takes a tenth off at most
		expect(t, c, "hunter1")
		time.Sleep(time.Minute + time.Second)
		expect(t, c, "hunter2")
		if n := v.fetches.Load(); n != 2 {
			t.Errorf("%d fetches", n)
		}
	})
}

func TestOneFetchForManyWaiters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1, delay: 100 * time.Millisecond}
		c := cacheOf(v, Options{})
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() { expect(t, c, "hunter1") })
		}
		group.Wait()
		if n := v.fetches.Load(); n != 1 {
			t.Errorf("%d fetches", n)
		}
	})
}

func TestAWaiterThatLeavesDoesNotFailTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1, delay: 100 * time.Millisecond}
		c := cacheOf(v, Options{})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := c.Get(ctx); !problem.Is(err, problem.Unavailable) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		})
		time.Sleep(time.Millisecond)
		group.Go(func() { expect(t, c, "hunter1") })
		group.Wait()
	})
}

func TestStaleValueIsServedForABoundedTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1}
		var log bytes.Buffer
		c := cacheOf(v, Options{TTL: time.Minute, Stale: 10 * time.Minute, Pause: 5 * time.Second, Log: slog.New(slog.NewTextHandler(&log, nil))})
		expect(t, c, "hunter1")
		v.set(2, errors.New("throttled"))
		time.Sleep(time.Minute)
		for range 10 {
			expect(t, c, "hunter1")
		}
		if n := v.fetches.Load(); n != 2 {
			t.Errorf("a failing Secrets Manager was asked %d times within the pause", n-1)
		}
		if text := log.String(); !strings.Contains(text, "throttled") || strings.Contains(text, "hunter") {
			t.Errorf("log: %s", text)
		}
		time.Sleep(10 * time.Minute)
		if _, err := c.Get(t.Context()); !problem.Is(err, problem.Unavailable) {
			t.Errorf("after the bound: %v", err)
		}
		v.set(2, nil)
		expect(t, c, "hunter2")
	})
}

func TestInvalidateFetchesOnceHoweverManyDrop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1}
		c := cacheOf(v, Options{})
		old := expect(t, c, "hunter1")
		v.set(2, nil)
		c.Invalidate(old)
		expect(t, c, "hunter2")
		c.Invalidate(old) // late: the newer value stays
		expect(t, c, "hunter2")
		if n := v.fetches.Load(); n != 2 {
			t.Errorf("%d fetches", n)
		}
		c.Invalidate(Value[[]byte]{})
	})
}

func TestInvalidatedValueIsNotServedStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1}
		c := cacheOf(v, Options{})
		c.Invalidate(expect(t, c, "hunter1"))
		v.set(1, errors.New("down"))
		if got, err := c.Get(t.Context()); err == nil {
			t.Errorf("got %q", got.Reveal())
		}
	})
}

func TestErrors(t *testing.T) {
	c := cacheOf(&vault{err: ErrNoStage}, Options{})
	if _, err := c.Get(t.Context()); !errors.Is(err, ErrNoStage) {
		t.Errorf("missing stage: %v", err)
	}
	type key struct{ A int }
	typed := New(&vault{version: 1}, "key", Current, JSON[key], Options{})
	if _, err := typed.Get(t.Context()); !problem.Is(err, problem.Internal) || strings.Contains(err.Error(), "hunter") {
		t.Errorf("malformed: %v", err)
	}
}

func TestValueDoesNotPrint(t *testing.T) {
	v := expect(t, cacheOf(&vault{version: 1}, Options{}), "hunter1")
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+" "+verb+" ", v, &v)
	}
	fmt.Fprint(&out, v, struct{ Secret any }{v})
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "secret", v, "pointer", &v)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "secret", v)
	data, err := json.Marshal(map[string]any{"secret": v, "pointer": &v})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(data)
	text := out.String()
	if strings.Contains(text, "hunter") || strings.Contains(text, "104 117") || strings.Contains(text, "68756e") || !strings.Contains(text, redacted) {
		t.Error(text)
	}
	if v.Version() != "1" {
		t.Error(v.Version())
	}
}

func TestHitAllocatesNothing(t *testing.T) {
	c := cacheOf(&vault{version: 1}, Options{})
	expect(t, c, "hunter1")
	if n := testing.AllocsPerRun(100, func() { c.Get(context.Background()) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkHit measures a hit next to what a cache usually is: a value with its
// end, behind a lock.
func BenchmarkHit(b *testing.B) {
	c := cacheOf(&vault{version: 1}, Options{})
	value, err := c.Get(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	var mu sync.Mutex
	end := time.Now().Add(time.Hour)
	locked := func() error {
		mu.Lock()
		defer mu.Unlock()
		if kept = value; time.Now().After(end) {
			return errors.New("too old")
		}
		return nil
	}
	cached := func() error {
		_, err := c.Get(context.Background())
		return err
	}
	for _, goroutines := range []int{1, 16} {
		for _, peer := range []struct {
			name string
			hit  func() error
		}{{"lock", locked}, {"cache", cached}} {
			b.Run(fmt.Sprintf("%d/%s", goroutines, peer.name), func(b *testing.B) {
				b.ReportAllocs()
				var all sync.WaitGroup
				for range goroutines {
					all.Go(func() {
						for range b.N / goroutines {
							if err := peer.hit(); err != nil {
								b.Error(err)
							}
						}
					})
				}
				all.Wait()
			})
		}
	}
}

// kept keeps the compiler from dropping the peer's read.
var kept any

func TestDefaults(t *testing.T) {
	o := Options{}.withDefaults()
	o.Log = nil
	if want := (Options{TTL: 5 * time.Minute, Stale: time.Hour, Pause: 5 * time.Second, Timeout: time.Second}); o != want {
		t.Errorf("got %+v, want %+v", o, want)
	}
}

// TestWhoComesLateDoesNotFetchAgain joins with an entry that another's fetch
// has replaced meanwhile.
func TestWhoComesLateDoesNotFetchAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1}
		c := cacheOf(v, Options{})
		expect(t, c, "hunter1")
		old := c.entry.Load()
		time.Sleep(time.Hour)
		v.set(2, nil)
		expect(t, c, "hunter2")
		f := c.join(old)
		<-f.done
		if f.entry != c.entry.Load() || f.err != nil || v.fetches.Load() != 2 {
			t.Errorf("got %+v, %v after %d fetches", f.entry, f.err, v.fetches.Load())
		}
	})
}

// TestInvalidatedDuringAFetch invalidates a value while the fetch that
// refreshes it is under way and brings the same version.
func TestInvalidatedDuringAFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1, delay: 100 * time.Millisecond}
		c := cacheOf(v, Options{})
		old := expect(t, c, "hunter1")
		time.Sleep(time.Hour)
		go c.Get(context.Background()) // begins the fetch
		time.Sleep(50 * time.Millisecond)
		c.Invalidate(old)
		time.Sleep(100 * time.Millisecond)
		v.set(2, nil)
		expect(t, c, "hunter2")
	})
}
