package function

import (
	"context"
	"sync"
	"time"
)

// Service runs the functions of one Region. Make it with New; every Service must be closed. Its methods may be called
// from any goroutine.
type Service struct {
	cfg      Config
	pools    map[string]*pool
	launcher *launcher

	initTimeout     time.Duration
	shutdownTimeout time.Duration

	environments sync.WaitGroup // the goroutines of every environment, until its process is gone
	quit         chan struct{}
	janitor      sync.WaitGroup
	closing      sync.Once
}

// New checks cfg and makes a Service. No process is started and no port opened before the first Invoke or Warm; that a
// binary is missing shows then. It fails for a function that Lambda would not accept, naming it.
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

// Invoke runs the function once and returns what it answered.
//
// traceHeader is handed on as Lambda-Runtime-Trace-Id (the function's _X_AMZN_TRACE_ID), or left out if empty. payload is
// sent as it is and must not change until the function is done with it, which may be after Invoke has returned.
//
// It fails, checked in this order, with ErrNoFunction, ErrTooLarge (payload over 6 MB), ErrClosed, ErrThrottled; with a
// *FunctionError when the function reports an error, times out, exits, cannot start or answers more than 6 MB; and with
// ctx.Err() as soon as ctx is done: the function is not told and goes on to its own end, as in Lambda.
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

// Warm starts one more environment of the function and returns when its init is done: when it asks for its first work.
// The environment then waits like any other and is ended like any other after Config.Idle: a head start, not Lambda's
// reservation of provisioned concurrency.
//
// It fails with ErrNoFunction, ErrClosed, ErrThrottled (as many as Config.Concurrency are alive), with a *FunctionError
// if the init fails, and with ctx.Err(); the environment goes on starting in that case.
func (s *Service) Warm(ctx context.Context, function string) error {
	p, ok := s.pools[function]
	if !ok {
		return ErrNoFunction
	}
	return p.warm(ctx)
}

// Stats counts one function's doings since New.
type Stats struct {
	Environments int // alive now, from the start of the process until its end was decided or seen
	ColdStarts   int // environments started because an invocation found none; Warm's do not count
	Invocations  int // accepted by Invoke, failed ones included and throttled ones not
}

// Stats tells the present numbers of every function, by name.
func (s *Service) Stats() map[string]Stats {
	all := make(map[string]Stats, len(s.pools))
	for name, p := range s.pools {
		all[name] = p.snapshot()
	}
	return all
}

// Close ends every environment: SIGTERM, SIGKILL after two seconds, and a wait for each process. Invocations under way
// fail with ErrClosed at once, as do later ones. When Close returns no process is left. It returns nil.
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

// reapIdle ends environments that have been idle for too long, looking four times in that span.
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
