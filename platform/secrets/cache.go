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
	Fetch(ctx context.Context, name string, stage Stage) (Secret, error)
}

// Secret is a version of a secret.
type Secret struct {
	Version string    // Secrets Manager's identifier
	Created time.Time // of the version; zero if unknown
	Value   []byte
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
	// used, and between a fetch and a Refresh; default 5 s.
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
	created                 time.Time
	fetched                 time.Time // when the last fetch ended, failed ones included
	freshUntil, usableUntil time.Time
}

type flight[T any] struct {
	done  chan struct{}
	entry *entry[T]
	err   error
	cause error // of the failed fetch, if entry is stale
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
	f, err := c.wait(ctx, e, false)
	if err != nil {
		return Value[T]{}, err
	}
	return Value[T]{f.entry}, f.err
}

// Refresh returns a value that was fetched after v, for a caller that has met data of a
// version that it does not know. It returns v itself if v was fetched less than Pause
// ago, so hostile data cannot cause a fetch for each request. If the fetch fails, Refresh
// returns its error, also where Get would return a stale value.
func (c *Cache[T]) Refresh(ctx context.Context, v Value[T]) (Value[T], error) {
	e := c.entry.Load()
	if e != nil && (e != v.e || time.Since(e.fetched) < c.options.Pause) {
		return Value[T]{e}, nil
	}
	f, err := c.wait(ctx, e, true)
	switch {
	case err != nil:
		return Value[T]{}, err
	case f.err != nil:
		return Value[T]{}, f.err
	}
	return Value[T]{f.entry}, f.cause
}

// wait waits for a fetch until ctx is done. If another call started the fetch and it
// fails, wait tries once more: Lambda can freeze the environment between two invocations,
// and a fetch from before the freeze exceeds its timeout as soon as the next invocation
// begins. If fresh, a stale value is a failure too.
func (c *Cache[T]) wait(ctx context.Context, seen *entry[T], fresh bool) (*flight[T], error) {
	for attempt := 1; ; attempt++ {
		f, started := c.join(seen)
		select {
		case <-f.done:
			failed := f.err != nil || fresh && f.cause != nil
			if !failed || started || attempt == 2 {
				return f, nil
			}
		case <-ctx.Done():
			return nil, problem.Wrap(problem.Unavailable, ctx.Err(), "Reading a secret took too long.")
		}
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

// join returns the current fetch, or starts one, and reports whether it did. seen is the
// entry that the caller does not want. If the cache has another, fresh entry by now, join
// returns a completed fetch with it.
func (c *Cache[T]) join(seen *entry[T]) (_ *flight[T], started bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.entry.Load(); e != seen && e != nil && time.Now().Before(e.freshUntil) {
		done := make(chan struct{})
		close(done)
		return &flight[T]{done: done, entry: e}, false
	}
	if c.flight != nil {
		return c.flight, false
	}
	c.flight = &flight[T]{done: make(chan struct{})}
	go c.fetch(c.flight)
	return c.flight, true
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
		e.fetched, e.freshUntil, e.usableUntil = now, now.Add(ttl), now.Add(ttl+c.options.Stale)
	case old != nil && now.Before(old.usableUntil):
		c.options.Log.Warn("using a stale secret", "secret", c.name, "version", old.version, "error", err.Error())
		stale := *old
		stale.fetched, stale.freshUntil = now, now.Add(c.options.Pause)
		f.cause, e, err = err, &stale, nil
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
	secret, err := c.source.Fetch(ctx, c.name, c.stage)
	if err != nil {
		return nil, fmt.Errorf("secret %s, stage %s: %w", c.name, c.stage, explain(err))
	}
	value, err := c.decode(secret.Value)
	if err != nil {
		// err may contain the secret, so it is not part of the error.
		return nil, problem.New(problem.Internal,
			"secret %s, stage %s, version %s cannot be decoded", c.name, c.stage, secret.Version)
	}
	return &entry[T]{value: value, version: secret.Version, created: secret.Created}, nil
}
