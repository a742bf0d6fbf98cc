// Package secrets caches the secrets of Secrets Manager in a Lambda. A hit takes no
// lock and allocates nothing. Concurrent misses share one fetch. If Secrets Manager
// fails, a cache returns the last value for a limited time.
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

// The labels that a rotation moves.
const (
	Current  Stage = "AWSCURRENT"
	Previous Stage = "AWSPREVIOUS"
)

// Source fetches secrets. Fetch returns ErrNoStage if no version of the secret has
// the stage. For Previous, that is normal before the first rotation.
type Source interface {
	Fetch(ctx context.Context, name string, stage Stage) (version string, value []byte, err error)
}

// Options configure a Cache. A zero field has the default.
type Options struct {
	// TTL is how long a value is fresh; default 5 minutes. Each value's TTL is
	// shortened at random by up to a tenth, so that the functions of a fleet do not
	// fetch at the same time.
	TTL time.Duration
	// Stale is how long a value is used after its TTL while fetches fail; default 1 hour.
	Stale time.Duration
	// Pause is the time between a failed fetch and the next one while a stale value is
	// used; default 5 s.
	Pause time.Duration
	// Timeout limits one fetch; default 1 s.
	Timeout time.Duration
	// Log receives a warning for each failed fetch after which a stale value is used.
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

// Cache caches one stage of one secret, decoded as a T. It is safe for concurrent use.
type Cache[T any] struct {
	source  Source
	name    string
	stage   Stage
	decode  func([]byte) (T, error)
	options Options

	entry atomic.Pointer[entry[T]]

	mu     sync.Mutex
	flight *flight[T] // the current fetch, or nil
}

// entry is immutable once stored; a later one replaces it.
type entry[T any] struct {
	value                   T
	version                 string
	freshUntil, usableUntil time.Time
}

type flight[T any] struct {
	done  chan struct{}
	entry *entry[T]
	err   error
}

// New returns a cache of a stage of the named secret. decode parses the secret; see
// JSON and Bytes. The cache calls it once for each fetch.
func New[T any](source Source, name string, stage Stage, decode func([]byte) (T, error), o Options) *Cache[T] {
	return &Cache[T]{source: source, name: name, stage: stage, decode: decode, options: o.withDefaults()}
}

// Get returns the secret. If no fresh value is cached, Get waits for a fetch until
// ctx is done. If the fetch fails and no stale value can be used, the error is
// ErrNoStage or a problem of kind Unavailable. If the secret cannot be decoded, it is
// a problem of kind Internal.
func (c *Cache[T]) Get(ctx context.Context) (Value[T], error) {
	e := c.entry.Load()
	if e != nil && time.Now().Before(e.freshUntil) {
		return Value[T]{e}, nil
	}
	f := c.join(e)
	select {
	case <-f.done:
		return Value[T]{f.entry}, f.err
	case <-ctx.Done():
		return Value[T]{}, problem.Wrap(problem.Unavailable, ctx.Err(), "Reading a secret took too long.")
	}
}

// Invalidate removes a value that proved to be invalid, such as a rotated password
// that a database rejects. The next Get fetches the secret. Invalidate does nothing
// if the cache already has another value.
func (c *Cache[T]) Invalidate(v Value[T]) {
	if v.e != nil {
		c.entry.CompareAndSwap(v.e, nil)
	}
}

// join returns the current fetch, or starts one. seen is the entry that the caller
// found not to be fresh. If the cache has another, fresh entry by now, join returns
// a completed fetch with it.
func (c *Cache[T]) join(seen *entry[T]) *flight[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.entry.Load(); e != seen && e != nil && time.Now().Before(e.freshUntil) {
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

// fetch fetches the secret and completes f. Its context does not come from a request,
// because several requests wait for it.
func (c *Cache[T]) fetch(f *flight[T]) {
	ctx, cancel := context.WithTimeout(context.Background(), c.options.Timeout)
	defer cancel()
	old := c.entry.Load()
	e, err := c.load(ctx)
	now := time.Now()
	switch {
	case err == nil:
		ttl := c.options.TTL - time.Duration(rand.Int64N(int64(c.options.TTL)/10+1))
		e.freshUntil, e.usableUntil = now.Add(ttl), now.Add(ttl+c.options.Stale)
	case old != nil && now.Before(old.usableUntil):
		c.options.Log.Warn("using a stale secret", "secret", c.name, "version", old.version, "error", err.Error())
		stale := *old
		stale.freshUntil = now.Add(c.options.Pause)
		e, err = &stale, nil
	}

	c.mu.Lock()
	if err == nil {
		// If old was invalidated during the fetch, do not store the same version again.
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
		// err may contain the secret, so it is not part of the error.
		return nil, problem.New(problem.Internal,
			"secret %s, stage %s, version %s cannot be decoded", c.name, c.stage, version)
	}
	return &entry[T]{value: value, version: version}, nil
}
