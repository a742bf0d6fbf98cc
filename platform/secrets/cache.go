// Package secrets caches Secrets Manager's secrets in a Lambda. A hit takes no
// lock and allocates nothing; a miss is fetched once for all who wait; when
// Secrets Manager fails, the last value is served for a bounded time.
package secrets

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/meridian-api/meridian/platform/problem"
)

// Stage is a staging label of Secrets Manager.
type Stage string

// The stages that Secrets Manager moves in a rotation.
const (
	Current  Stage = "AWSCURRENT"
	Previous Stage = "AWSPREVIOUS"
)

// Source fetches a secret's stage. ErrNoStage means that the secret has no
// version with it, which is not a failure for Previous.
type Source interface {
	Fetch(ctx context.Context, name string, stage Stage) (version string, value []byte, err error)
}

// Options change a Cache's times; zero members take the defaults.
type Options struct {
	// TTL is how long a value is served without asking again; default 5 minutes.
	// Up to a tenth is taken off at random, so that a fleet does not ask at once.
	TTL time.Duration
	// Stale is how long beyond TTL a value is served while fetching fails; default 1 hour.
	Stale time.Duration
	// Pause is how long a failed fetch keeps the next one away while a stale value is there; default 5 s.
	Pause time.Duration
	// Timeout bounds one fetch; default 1 s.
	Timeout time.Duration
	// Log takes a line for every value that is served stale.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	set := func(d *time.Duration, fallback time.Duration) {
		if *d == 0 {
			*d = fallback
		}
	}
	set(&o.TTL, 5*time.Minute)
	set(&o.Stale, time.Hour)
	set(&o.Pause, 5*time.Second)
	set(&o.Timeout, time.Second)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Cache holds one stage of one secret, decoded as a T. It is safe for concurrent use.
type Cache[T any] struct {
	source  Source
	name    string
	stage   Stage
	decode  func([]byte) (T, error)
	options Options
	now     func() time.Time

	entry atomic.Pointer[entry[T]]

	mu     sync.Mutex
	flight *flight[T] // the fetch under way, or nil
}

// entry is immutable once stored; a later one replaces it.
type entry[T any] struct {
	value            T
	version          string
	fresh, lastUntil time.Time
}

type flight[T any] struct {
	done  chan struct{}
	entry *entry[T]
	err   error
}

// New makes a cache of the secret's stage. decode turns the secret's bytes into
// a T, once for each version fetched; JSON and Text are two.
func New[T any](source Source, name string, stage Stage, decode func([]byte) (T, error), o Options) *Cache[T] {
	return &Cache[T]{source: source, name: name, stage: stage, decode: decode, options: o.withDefaults(), now: time.Now}
}

// Get answers the secret. It waits for a fetch when nothing fresh is cached, at
// most until ctx is done. When the fetch fails and no value is left to serve,
// the error is ErrNoStage or of kind Unavailable.
func (c *Cache[T]) Get(ctx context.Context) (Value[T], error) {
	e := c.entry.Load()
	if e != nil && c.now().Before(e.fresh) {
		return Value[T]{e}, nil
	}
	f := c.join(e)
	select {
	case <-f.done:
		return Value[T]{f.entry}, f.err
	case <-ctx.Done():
		return Value[T]{}, problem.Wrap(problem.Unavailable, ctx.Err(), "A secret did not arrive in time.")
	}
}

// Invalidate drops a value that was found to be no good, such as a rotated
// password that a database refuses; the next Get fetches. Of many callers that
// drop the same value, the first does, so that a newer value stays.
func (c *Cache[T]) Invalidate(v Value[T]) {
	if v.e != nil {
		c.entry.CompareAndSwap(v.e, nil)
	}
}

// join answers the fetch under way, or starts one. seen is what the caller
// found not to be fresh; when another entry is there by now, that is the answer.
func (c *Cache[T]) join(seen *entry[T]) *flight[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.entry.Load(); e != seen && e != nil && c.now().Before(e.fresh) {
		done := make(chan struct{})
		close(done)
		return &flight[T]{done: done, entry: e}
	}
	if c.flight == nil {
		c.flight = &flight[T]{done: make(chan struct{})}
		go c.fetch(c.flight)
	}
	return c.flight
}

// fetch belongs to all who wait, so it does not end with the request of one of them.
func (c *Cache[T]) fetch(f *flight[T]) {
	ctx, cancel := context.WithTimeout(context.Background(), c.options.Timeout)
	defer cancel()
	old := c.entry.Load()
	e, err := c.load(ctx)
	now := c.now()
	switch {
	case err == nil:
		ttl := c.options.TTL - time.Duration(rand.Int64N(int64(c.options.TTL)/10+1))
		e.fresh, e.lastUntil = now.Add(ttl), now.Add(ttl+c.options.Stale)
	case old != nil && now.Before(old.lastUntil):
		c.options.Log.Warn("serving a stale secret", "secret", c.name, "version", old.version, "error", err.Error())
		stale := *old
		stale.fresh = now.Add(c.options.Pause)
		e, err = &stale, nil
	}

	c.mu.Lock()
	if err == nil {
		// When old was invalidated meanwhile, a stale copy of it must not come back.
		if e.version != versionOf(old) || c.entry.Load() == old {
			c.entry.Store(e)
		}
	}
	f.entry, f.err = e, err
	c.flight = nil
	c.mu.Unlock()
	close(f.done)
}

func versionOf[T any](e *entry[T]) string {
	if e == nil {
		return ""
	}
	return e.version
}

func (c *Cache[T]) load(ctx context.Context) (*entry[T], error) {
	version, data, err := c.source.Fetch(ctx, c.name, c.stage)
	if err != nil {
		return nil, fmt.Errorf("secret %s, stage %s: %w", c.name, c.stage, explain(err))
	}
	value, err := c.decode(data)
	if err != nil {
		// The cause may quote the secret, so it is not told.
		return nil, problem.New(problem.Internal, "secret %s, stage %s, version %s is not what the code expects", c.name, c.stage, version)
	}
	return &entry[T]{value: value, version: version}, nil
}
