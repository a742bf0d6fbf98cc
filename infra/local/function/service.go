package function

import (
	"context"
	"sync"
	"time"
)

// Service runs the functions of one Region. Create it with New and end it with
// Close. It is safe for concurrent use.
type Service struct {
	cfg      Config
	pools    map[string]*pool
	launcher *launcher

	initTimeout     time.Duration
	shutdownTimeout time.Duration

	environments sync.WaitGroup // goroutines of all environments, until their processes are gone
	quit         chan struct{}
	janitor      sync.WaitGroup
	closing      sync.Once
}

// New returns a Service. It starts no process and opens no port before the first
// Invoke or Warm, so it does not detect a missing binary. It returns an error that
// names the function if Lambda would refuse its configuration.
func New(cfg Config) (*Service, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Service{
		cfg:             cfg,
		pools:           make(map[string]*pool, len(cfg.Functions)),
		launcher:        newLauncher(),
		initTimeout:     initTimeout,
		shutdownTimeout: shutdownTimeout,
		quit:            make(chan struct{}),
	}
	for name, f := range cfg.Functions {
		s.pools[name] = newPool(s, name, f)
	}
	s.janitor.Go(s.reapIdle)
	return s, nil
}

// Invoke runs the function once and returns its response.
//
// The function receives traceHeader as Lambda-Runtime-Trace-Id (its
// _X_AMZN_TRACE_ID), unless it is empty. The payload is not copied; it must not
// change until the function has finished, which may be after Invoke returns.
//
// Invoke checks for these errors in this order: ErrNoFunction, ErrTooLarge (payload
// over 6 MB), ErrClosed, ErrThrottled. It returns a *FunctionError if the function
// reports an error, times out, exits, cannot start or responds with more than 6 MB.
// It returns ctx.Err() as soon as ctx is done; the function is not notified and
// runs to its end, as on Lambda.
func (s *Service) Invoke(ctx context.Context, function string, payload []byte, traceHeader string) ([]byte, error) {
	p, ok := s.pools[function]
	if !ok {
		return nil, ErrNoFunction
	}
	if len(payload) > maxRequest {
		return nil, ErrTooLarge
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return p.invoke(ctx, newInvocation(payload, traceHeader))
}

// Warm starts one more environment of the function, and returns when its init is
// done, that is, when it asks for work. The environment then waits like any other,
// and also ends after Config.Idle. This is a head start, not a reservation like
// Lambda's provisioned concurrency.
//
// Warm returns ErrNoFunction, ErrClosed, ErrThrottled (Config.Concurrency is
// reached), a *FunctionError if the init fails, or ctx.Err(), in which case the
// environment continues to start.
func (s *Service) Warm(ctx context.Context, function string) error {
	p, ok := s.pools[function]
	if !ok {
		return ErrNoFunction
	}
	return p.warm(ctx)
}

// Stats contains the counters of one function since New.
type Stats struct {
	Environments int // currently alive: from the start of the process until its end is decided or detected
	ColdStarts   int // environments started for an invocation, as opposed to by Warm
	Invocations  int // accepted by Invoke, including failed but not throttled ones
}

// Stats returns the counters of every function, by name.
func (s *Service) Stats() map[string]Stats {
	all := make(map[string]Stats, len(s.pools))
	for name, p := range s.pools {
		all[name] = p.snapshot()
	}
	return all
}

// Close ends every environment: it sends SIGTERM, after two seconds SIGKILL, and
// waits for the processes. Invocations in progress and later ones fail with
// ErrClosed. No process is left when Close returns. The error is always nil.
func (s *Service) Close() error {
	s.closing.Do(func() {
		close(s.quit)
		for _, p := range s.pools {
			p.close()
		}
		s.janitor.Wait()
		s.environments.Wait()
		s.launcher.close()
	})
	return nil
}

// reapIdle ends environments that have been idle too long. It checks four times per
// Config.Idle.
func (s *Service) reapIdle() {
	tick := time.NewTicker(min(max(s.cfg.Idle/4, 5*time.Millisecond), 15*time.Second))
	defer tick.Stop()
	for {
		select {
		case now := <-tick.C:
			for _, p := range s.pools {
				p.reap(now.Add(-s.cfg.Idle))
			}
		case <-s.quit:
			return
		}
	}
}
