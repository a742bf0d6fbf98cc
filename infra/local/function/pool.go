package function

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// pool decides which environment of one function runs which invocation.
//
// Invariant: the queue is not longer than the number of environments that will soon
// be idle (starting, or responded and about to ask for more work). Each queued
// invocation is therefore served without further action, and no process is started
// for an invocation that an existing process will take.
type pool struct {
	service  *Service
	name     string
	function Function
	arn      string

	mu          sync.Mutex
	closed      bool
	retired     bool // accepts no invocations; environments without work end
	live        map[*environment]struct{}
	idle        []*environment // longest idle first
	queue       []*invocation  // first come, first served
	soonIdle    int            // number of environments in phase starting or responded
	coldStarts  int
	invocations int
}

func newPool(s *Service, name string, f Function) *pool {
	return &pool{
		service:  s,
		name:     name,
		function: f,
		arn:      "arn:aws:lambda:" + s.cfg.Region + ":" + s.cfg.AccountID + ":function:" + name,
		live:     make(map[*environment]struct{}),
	}
}

func (p *pool) invoke(ctx context.Context, inv *invocation) ([]byte, error) {
	queued, err := p.admit(inv)
	if err != nil {
		return nil, err
	}
	return p.await(ctx, inv, queued)
}

// await waits for the result of an invocation.
func (p *pool) await(ctx context.Context, inv *invocation, queued bool) ([]byte, error) {
	var overdue <-chan time.Time
	if queued {
		timer := time.NewTimer(returnTimeout)
		defer timer.Stop()
		overdue = timer.C
	}
	for {
		select {
		case out := <-inv.done:
			return out.payload, out.err
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-overdue:
			p.startOrThrottle(inv)
			overdue = nil
		}
	}
}

// admit delivers the invocation to the environment that became idle last, so that
// superfluous ones stay idle and end. If no environment is idle, it queues the
// invocation for one that will soon be, and starts one if necessary.
func (p *pool) admit(inv *invocation) (queued bool, err error) {
	e, c, err := p.assign(inv)
	if c != nil {
		e.deliver(c, inv, true)
	}
	return e == nil, err
}

// assign selects the environment for an invocation. e is nil if the invocation is queued,
// and c if the environment has to ask for it. Otherwise the caller delivers it to c.
func (p *pool) assign(inv *invocation) (e *environment, c *connection, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, nil, ErrClosed
	}
	if p.retired {
		return nil, nil, errRetired
	}
	if last := len(p.idle) - 1; last >= 0 {
		if err := p.reserve(); err != nil {
			return nil, nil, err
		}
		e := p.idle[last]
		p.idle[last] = nil
		p.idle = p.idle[:last]
		p.invocations++
		if c = e.polling; c != nil {
			p.beginInvocation(e, inv, time.Now())
		} else {
			e.phase, e.current = assigned, inv
		}
		return e, c, nil
	}
	if len(p.queue) == p.soonIdle {
		if _, err := p.start(); err != nil {
			return nil, nil, err
		}
		p.coldStarts++
	}
	p.invocations++
	p.queue = append(p.queue, inv)
	return nil, nil, nil
}

// startOrThrottle starts an environment for an invocation that is still queued, unless
// another one will soon take it.
func (p *pool) startOrThrottle(inv *invocation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	position := slices.Index(p.queue, inv)
	if position < 0 {
		return
	}
	lingering := 0
	for e := range p.live {
		if e.phase == responded {
			lingering++
		}
	}
	if position < p.soonIdle-lingering {
		return
	}
	_, err := p.start()
	if err == nil {
		p.coldStarts++
		return
	}
	p.queue = slices.Delete(p.queue, position, position+1)
	p.invocations--
	inv.complete(nil, err)
}

func (p *pool) warm(ctx context.Context) error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return ErrClosed
	}
	if p.retired {
		p.mu.Unlock()
		return errRetired
	}
	e, err := p.start()
	p.mu.Unlock()
	if err != nil {
		return err
	}

	select {
	case <-e.initDone:
		return e.initErr
	case <-ctx.Done():
		return ctx.Err()
	}
}

// start adds an environment and starts its process, unless the function has as many as it
// may. The caller holds p.mu; the pool must not be closed.
func (p *pool) start() (*environment, error) {
	limit, of := p.limit()
	if len(p.live) >= limit {
		return nil, fmt.Errorf("%w: %s runs %d environments, %s", ErrThrottled, p.name, len(p.live), of)
	}
	if err := p.reserve(); err != nil {
		return nil, err
	}
	e := p.add()
	p.service.environments.Go(e.run)
	return e, nil
}

// limit returns how many environments the function may have, and what limits it.
func (p *pool) limit() (n int, of string) {
	if n := p.function.Concurrency; n > 0 {
		return n, "its reserved concurrency"
	}
	return p.service.cfg.Concurrency, "the account's concurrency"
}

// add adds an environment whose process is not started yet. The caller holds p.mu and has
// counted its execution.
func (p *pool) add() *environment {
	return p.register(newEnvironment(p, newInstance(), p.service.initTimeout))
}

// addRepeat adds an environment that repeats the init of another one. The caller holds
// p.mu and has counted its execution.
func (p *pool) addRepeat(failed *environment) *environment {
	e := newEnvironment(p, failed.id, p.function.Timeout)
	e.repeats = true
	return p.register(e)
}

func (p *pool) register(e *environment) *environment {
	p.live[e] = struct{}{}
	p.soonIdle++
	return e
}

// reserve counts one more execution of the account, unless the function has a
// reservation of its own.
func (p *pool) reserve() error {
	if p.function.Concurrency > 0 {
		return nil
	}
	limit := int64(p.service.cfg.Concurrency)
	for {
		n := p.service.executions.Load()
		if n >= limit {
			return fmt.Errorf("%w: functions without a reservation run %d executions, the account's concurrency", ErrThrottled, n)
		}
		if p.service.executions.CompareAndSwap(n, n+1) {
			return nil
		}
	}
}

// release takes back what reserve counted.
func (p *pool) release() {
	if p.function.Concurrency == 0 {
		p.service.executions.Add(-1)
	}
}

func (p *pool) snapshot() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Stats{Environments: len(p.live), ColdStarts: p.coldStarts, Invocations: p.invocations}
}

// memory returns the most memory that an environment has used.
func (p *pool) memory() (most int64) {
	p.mu.Lock()
	live := slices.Collect(maps.Keys(p.live))
	p.mu.Unlock()
	for _, e := range live {
		most = max(most, e.memory.used())
	}
	return most
}
