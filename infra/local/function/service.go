package function

import (
	"context"
	"errors"
	"maps"
	"os"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Service runs the functions of one Region. Create it with New and end it with
// Close. It is safe for concurrent use.
type Service struct {
	cfg      Config
	pools    atomic.Pointer[map[string]*pool] // replaced by Update, never changed
	launcher *launcher

	mu      sync.Mutex // serializes Update and Close
	closed  bool
	retired []*pool // may still have environments

	initTimeout     time.Duration
	shutdownTimeout time.Duration

	executions   atomic.Int64 // of functions without a reservation
	reaper       reaper
	environments sync.WaitGroup // goroutines of all environments, until their processes are gone
	quit         chan struct{}
	janitor      sync.WaitGroup
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
		launcher:        newLauncher(),
		initTimeout:     initTimeout,
		shutdownTimeout: shutdownTimeout,
		quit:            make(chan struct{}),
	}
	pools := make(map[string]*pool, len(cfg.Functions))
	for name, f := range cfg.Functions {
		pools[name] = newPool(s, name, f)
	}
	s.pools.Store(&pools)
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
	p, ok := s.pool(function)
	if !ok {
		return nil, ErrNoFunction
	}
	if len(payload) > MaxRequest {
		return nil, ErrTooLarge
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	inv := newInvocation(payload, traceHeader)
	for {
		response, err := p.invoke(ctx, inv)
		if !errors.Is(err, errRetired) {
			return response, err
		}
		if p, ok = s.pool(function); !ok {
			return nil, ErrNoFunction
		}
	}
}

func (s *Service) pool(function string) (*pool, bool) {
	p, ok := (*s.pools.Load())[function]
	return p, ok
}

// Update replaces the functions while they are invoked. A function whose
// configuration stays the same keeps its environments. For any other one,
// invocations in progress end on the old code, later ones start environments of the
// new code, and the old environments end as soon as they have no work. Update does
// not wait for them.
//
// The path of a binary stands for its content: a new build needs a new path.
//
// Update returns ErrClosed, or an error that names a function that Lambda would
// refuse; then nothing is replaced.
func (s *Service) Update(functions map[string]Function) error {
	cfg := s.cfg
	cfg.Functions = functions
	cfg, err := cfg.withDefaults()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	before := *s.pools.Load()
	pools := make(map[string]*pool, len(cfg.Functions))
	for name, f := range cfg.Functions {
		if old, ok := before[name]; ok && reflect.DeepEqual(old.function, f) {
			pools[name] = old
		} else {
			pools[name] = newPool(s, name, f)
		}
	}
	s.pools.Store(&pools) // first, so that an invocation that finds its pool retired finds the new one
	s.retired = slices.DeleteFunc(s.retired, func(p *pool) bool { return p.snapshot().Environments == 0 })
	for name, old := range before {
		if pools[name] != old {
			old.retire()
			s.retired = append(s.retired, old)
		}
	}
	return nil
}

// Warm starts one more environment of the function, and returns when its init is
// done, that is, when it asks for work. The environment then waits like any other,
// and also ends after Config.Idle. This is a head start, not a reservation like
// Lambda's provisioned concurrency.
//
// Warm returns ErrNoFunction, ErrClosed, ErrThrottled (the concurrency limit is
// reached), a *FunctionError if the init fails, or ctx.Err(), in which case the
// environment continues to start.
func (s *Service) Warm(ctx context.Context, function string) error {
	for {
		p, ok := s.pool(function)
		if !ok {
			return ErrNoFunction
		}
		if err := p.warm(ctx); !errors.Is(err, errRetired) {
			return err
		}
	}
}

// Stats contains the counters of one function since New, or since Update replaced it.
type Stats struct {
	Environments int // currently alive: from the start of the process until its end is decided or detected
	ColdStarts   int // environments started for an invocation, as opposed to by Warm
	Invocations  int // accepted by Invoke, including failed but not throttled ones
}

// Stats returns the counters of every function, by name.
func (s *Service) Stats() map[string]Stats {
	pools := *s.pools.Load()
	all := make(map[string]Stats, len(pools))
	for name, p := range pools {
		all[name] = p.snapshot()
	}
	return all
}

// Memory returns, for each function by name, the most memory in bytes that an environment
// which is alive has used. It is 0 if it is unknown, or if no environment is alive.
func (s *Service) Memory() map[string]int64 {
	pools := *s.pools.Load()
	all := make(map[string]int64, len(pools))
	for name, p := range pools {
		all[name] = p.memory()
	}
	return all
}

// Signal sends a signal to each process of a function, such as os.Kill. A process that is
// just starting or has ended does not get it.
func (s *Service) Signal(function string, sig os.Signal) error {
	p, ok := s.pool(function)
	if !ok {
		return ErrNoFunction
	}
	p.mu.Lock()
	live := slices.Collect(maps.Keys(p.live))
	p.mu.Unlock()
	var errs []error
	for _, e := range live {
		if process := e.process.Load(); process != nil {
			if err := process.Signal(sig); !errors.Is(err, os.ErrProcessDone) {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// Close ends every environment: it sends SIGTERM, after two seconds SIGKILL, and
// waits for the processes. Invocations in progress and later ones fail with
// ErrClosed. No process is left when Close returns. The error is always nil.
func (s *Service) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	close(s.quit)
	for _, p := range *s.pools.Load() {
		p.close()
	}
	for _, p := range s.retired {
		p.close()
	}
	s.janitor.Wait()
	s.environments.Wait()
	s.launcher.close()
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
			for _, p := range *s.pools.Load() {
				p.reap(now.Add(-s.cfg.Idle))
			}
		case <-s.quit:
			return
		}
	}
}
