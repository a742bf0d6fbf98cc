package secrets

import (
	"bytes"
	"context"
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

// vault is a Source whose secret, delay and error a test sets.
type vault struct {
	mu      sync.Mutex
	version int
	err     error
	delay   time.Duration
	fetches atomic.Int64
}

func (v *vault) Fetch(ctx context.Context, name string, stage Stage) (Secret, error) {
	v.fetches.Add(1)
	v.mu.Lock()
	delay := v.delay
	v.mu.Unlock()
	select {
	case <-time.After(delay):
	case <-ctx.Done():
		return Secret{}, ctx.Err()
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.err != nil {
		return Secret{}, v.err
	}
	return Secret{Version: fmt.Sprint(v.version), Value: fmt.Appendf(nil, "hunter%d", v.version)}, nil
}

func (v *vault) set(version int, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.version, v.err = version, err
}

// checkFetches checks how often the cache has fetched the secret.
func (v *vault) checkFetches(t *testing.T, want int64) {
	t.Helper()
	if n := v.fetches.Load(); n != want {
		t.Errorf("%d fetches, want %d", n, want)
	}
}

func newCache(v *vault, o Options) *Cache[[]byte] { return New(v, "key", Current, Bytes, o) }

// checkGet checks that Get returns the secret, and returns its Value.
func checkGet(t *testing.T, c *Cache[[]byte], want string) Value[[]byte] {
	t.Helper()
	v, err := c.Get(context.Background())
	if err != nil || string(v.Reveal()) != want {
		t.Fatalf("got %q, %v; want %q", v.Reveal(), err, want)
	}
	return v
}

// checkUnavailable checks that Get fails because the secret cannot be fetched.
func checkUnavailable(t *testing.T, c *Cache[[]byte]) {
	t.Helper()
	v, err := c.Get(context.Background())
	if !problem.Is(err, problem.Unavailable) {
		t.Errorf("got %q, %v; want an Unavailable problem", v.Reveal(), err)
	}
}

// TestTTL runs often because the TTL is random.
func TestTTL(t *testing.T) {
	for range 100 {
		synctest.Test(t, func(t *testing.T) {
			v := &vault{version: 1}
			c := newCache(v, Options{TTL: 10 * time.Minute})
			checkGet(t, c, "hunter1")
			v.set(2, nil)
			time.Sleep(9*time.Minute - time.Nanosecond) // a tenth of the TTL is random
			checkGet(t, c, "hunter1")
			time.Sleep(time.Minute + time.Nanosecond)
			checkGet(t, c, "hunter2")
			v.checkFetches(t, 2)
		})
	}
}

func TestShortestTTL(t *testing.T) {
	checkGet(t, newCache(&vault{version: 1}, Options{TTL: time.Nanosecond}), "hunter1")
}

// TestTTLIsRandom checks that several caches do not fetch at the same time.
func TestTTLIsRandom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var vaults [20]vault
		var caches [20]*Cache[[]byte]
		for i := range caches {
			caches[i] = newCache(&vaults[i], Options{TTL: 10 * time.Minute})
			checkGet(t, caches[i], "hunter0")
		}
		time.Sleep(9*time.Minute + 30*time.Second)
		var refetched int64
		for i, c := range caches {
			checkGet(t, c, "hunter0")
			refetched += vaults[i].fetches.Load() - 1
		}
		if refetched == 0 || refetched == 20 { // once in half a million runs by chance
			t.Errorf("%d of 20 caches fetched again", refetched)
		}
	})
}

func TestConcurrentGetsShareAFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1, delay: 100 * time.Millisecond}
		c := newCache(v, Options{})
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() { checkGet(t, c, "hunter1") })
		}
		group.Wait()
		v.checkFetches(t, 1)
	})
}

func TestCanceledGetDoesNotCancelTheFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1, delay: 100 * time.Millisecond}
		c := newCache(v, Options{})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		var group sync.WaitGroup
		group.Go(func() {
			_, err := c.Get(ctx)
			if !problem.Is(err, problem.Unavailable) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got error %v, want an Unavailable problem with the context's error", err)
			}
		})
		time.Sleep(time.Millisecond)
		group.Go(func() { checkGet(t, c, "hunter1") })
		group.Wait()
		v.checkFetches(t, 1)
	})
}

func TestStaleValueIsUsedForALimitedTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1}
		var log bytes.Buffer
		c := newCache(v, Options{
			TTL: time.Minute, Stale: 10 * time.Minute, Pause: 5 * time.Second,
			Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		checkGet(t, c, "hunter1")
		v.set(2, errors.New("throttled"))
		time.Sleep(time.Minute)
		for range 10 {
			checkGet(t, c, "hunter1")
		}
		v.checkFetches(t, 2)
		time.Sleep(5*time.Second - time.Nanosecond)
		checkGet(t, c, "hunter1")
		v.checkFetches(t, 2) // during the pause
		time.Sleep(time.Nanosecond)
		checkGet(t, c, "hunter1")
		v.checkFetches(t, 3)
		if text := log.String(); !strings.Contains(text, "throttled") || strings.Contains(text, "hunter") {
			t.Errorf("the log should contain the error and not the secret: %s", text)
		}
		time.Sleep(10*time.Minute - 11*time.Second - time.Nanosecond) // the TTL was 54 s or more
		checkGet(t, c, "hunter1")
		time.Sleep(11 * time.Second)
		checkUnavailable(t, c)
		v.set(2, nil)
		checkGet(t, c, "hunter2")
	})
}

// TestDefaults checks the default of each option by what the cache does.
func TestDefaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1}
		c := newCache(v, Options{})
		checkGet(t, c, "hunter1")
		time.Sleep(5*time.Minute*9/10 - time.Nanosecond)
		checkGet(t, c, "hunter1")
		v.checkFetches(t, 1) // the TTL
		v.set(1, errors.New("down"))
		time.Sleep(30*time.Second + time.Nanosecond)
		checkGet(t, c, "hunter1")
		v.checkFetches(t, 2)
		time.Sleep(5*time.Second - time.Nanosecond)
		checkGet(t, c, "hunter1")
		v.checkFetches(t, 2) // the pause
		time.Sleep(time.Nanosecond)
		checkGet(t, c, "hunter1")
		v.checkFetches(t, 3)
		time.Sleep(time.Hour - 36*time.Second)
		checkGet(t, c, "hunter1") // stale, an hour after the shortest TTL
		time.Sleep(36 * time.Second)
		checkUnavailable(t, c)
	})
}

func TestTimeout(t *testing.T) {
	for _, test := range []struct {
		name    string
		options Options
		want    time.Duration
	}{{"default", Options{}, time.Second}, {"option", Options{Timeout: time.Minute}, time.Minute}} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCache(&vault{delay: time.Hour}, test.options)
				start := time.Now()
				checkUnavailable(t, c)
				if took := time.Since(start); took != test.want {
					t.Errorf("the fetch took %s, want %s", took, test.want)
				}
			})
		})
	}
}

func TestInvalidateRemovesOnlyTheSameValue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1}
		c := newCache(v, Options{})
		old := checkGet(t, c, "hunter1")
		v.set(2, nil)
		c.Invalidate(old)
		checkGet(t, c, "hunter2")
		c.Invalidate(old)
		c.Invalidate(Value[[]byte]{})
		checkGet(t, c, "hunter2")
		v.checkFetches(t, 2)
	})
}

func TestInvalidValueIsNotUsedStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1}
		c := newCache(v, Options{})
		c.Invalidate(checkGet(t, c, "hunter1"))
		v.set(1, errors.New("down"))
		checkUnavailable(t, c)
	})
}

// TestInvalidateDuringFetch invalidates a value while a fetch returns the same version.
func TestInvalidateDuringFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1, delay: 100 * time.Millisecond}
		c := newCache(v, Options{})
		old := checkGet(t, c, "hunter1")
		time.Sleep(time.Hour)
		go c.Get(context.Background()) // starts the fetch
		time.Sleep(50 * time.Millisecond)
		c.Invalidate(old)
		time.Sleep(100 * time.Millisecond)
		v.set(2, nil)
		checkGet(t, c, "hunter2")
	})
}

// TestNewVersionDuringInvalidate invalidates a value while a fetch returns a newer one.
func TestNewVersionDuringInvalidate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1, delay: 100 * time.Millisecond}
		c := newCache(v, Options{})
		old := checkGet(t, c, "hunter1")
		time.Sleep(time.Hour)
		v.set(2, nil)
		go c.Get(context.Background()) // starts the fetch
		time.Sleep(50 * time.Millisecond)
		c.Invalidate(old)
		time.Sleep(100 * time.Millisecond)
		checkGet(t, c, "hunter2")
		v.checkFetches(t, 2)
	})
}

// TestJoinUsesANewerEntry calls join as a Get does whose entry was replaced after
// the Get had found it stale.
func TestJoinUsesANewerEntry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1}
		c := newCache(v, Options{})
		checkGet(t, c, "hunter1")
		old := c.entry.Load()
		time.Sleep(time.Hour)
		v.set(2, nil)
		checkGet(t, c, "hunter2")
		f, _ := c.join(old)
		<-f.done
		if f.entry != c.entry.Load() || f.err != nil {
			t.Errorf("got %+v, %v", f.entry, f.err)
		}
		v.checkFetches(t, 2)

		old = c.entry.Load()
		c.Invalidate(Value[[]byte]{old})
		f, _ = c.join(old) // the entry was removed
		<-f.done
		v.checkFetches(t, 3)

		time.Sleep(time.Hour)
		f, _ = c.join(nil) // the other entry is not fresh
		<-f.done
		v.checkFetches(t, 4)
	})
}

// TestFreezeBetweenInvocations freezes the environment while a fetch runs whose request
// was canceled. The next invocation finds a fetch that has exceeded its timeout.
func TestFreezeBetweenInvocations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1, delay: 2 * time.Second}
		c := newCache(v, Options{Timeout: time.Second})
		first, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if _, err := c.Get(first); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("first invocation: %v, want its deadline", err)
		}
		time.Sleep(980 * time.Millisecond)
		v.mu.Lock()
		v.delay = 0
		v.mu.Unlock()
		checkGet(t, c, "hunter1") // joins the fetch, which fails after 10 ms
		v.checkFetches(t, 2)
	})
}

func TestRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{version: 1}
		c := newCache(v, Options{TTL: time.Hour, Stale: time.Hour, Pause: 5 * time.Second})
		refresh := func(old Value[[]byte], want string, fetches int64) Value[[]byte] {
			t.Helper()
			got, err := c.Refresh(t.Context(), old)
			if err != nil || string(got.Reveal()) != want {
				t.Fatalf("got %q, %v; want %q", got.Reveal(), err, want)
			}
			v.checkFetches(t, fetches)
			return got
		}
		first := checkGet(t, c, "hunter1")
		v.set(2, nil)
		refresh(first, "hunter1", 1) // too soon
		time.Sleep(5 * time.Second)
		second := refresh(first, "hunter2", 2)
		refresh(first, "hunter2", 2) // another value is known by now
		time.Sleep(5 * time.Second)
		v.set(2, errors.New("down"))
		if _, err := c.Refresh(t.Context(), second); !problem.Is(err, problem.Unavailable) {
			t.Errorf("got %v, want an Unavailable problem", err)
		}
		checkGet(t, c, "hunter2") // Get still has the value
		refresh(Value[[]byte]{}, "hunter2", 3)
	})
}

func TestGetFails(t *testing.T) {
	c := newCache(&vault{err: ErrNoStage}, Options{})
	if _, err := c.Get(t.Context()); !errors.Is(err, ErrNoStage) || problem.Is(err, problem.Unavailable) {
		t.Errorf("no stage: got error %v, want ErrNoStage", err)
	}
	type key struct{ A int }
	typed := New(&vault{version: 1}, "key", Current, JSON[key], Options{})
	if _, err := typed.Get(t.Context()); !problem.Is(err, problem.Internal) || strings.Contains(err.Error(), "hunter") {
		t.Errorf("malformed secret: got error %v, want an Internal problem without the secret", err)
	}
}

func TestHitDoesNotAllocate(t *testing.T) {
	c := newCache(&vault{version: 1}, Options{})
	checkGet(t, c, "hunter1")
	if n := testing.AllocsPerRun(100, func() { c.Get(context.Background()) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkHit compares a hit with the usual cache: a value and its expiry, behind
// a lock.
func BenchmarkHit(b *testing.B) {
	c := newCache(&vault{version: 1}, Options{})
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

// kept prevents the compiler from removing the peer's read.
var kept any
