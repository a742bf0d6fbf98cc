package function

import (
	"context"
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

// admit assigns the invocation to the environment that became idle last, so that
// superfluous ones stay idle and end. If no environment is idle, it queues the
// invocation for one that will soon be, and starts one if necessary.
func (p *pool) admit(inv *invocation) (queued bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false, ErrClosed
	}
	if p.retired {
		return false, errRetired
	}
	if last := len(p.idle) - 1; last >= 0 {
		e := p.idle[last]
		p.idle[last] = nil
		p.idle = p.idle[:last]
		p.invocations++
		e.phase = assigned
		e.current = inv
		e.work <- inv
		return false, nil
	}
	if len(p.queue) == p.soonIdle {
		if len(p.live) >= p.service.cfg.Concurrency {
			return false, ErrThrottled
		}
		p.start()
		p.coldStarts++
	}
	p.invocations++
	p.queue = append(p.queue, inv)
	return true, nil
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
	if len(p.live) < p.service.cfg.Concurrency {
		p.start()
		p.coldStarts++
		return
	}
	p.queue = slices.Delete(p.queue, position, position+1)
	p.invocations--
	inv.complete(nil, ErrThrottled)
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
	if len(p.live) >= p.service.cfg.Concurrency {
		p.mu.Unlock()
		return ErrThrottled
	}
	e := p.start()
	p.mu.Unlock()

	select {
	case <-e.initDone:
		return e.initErr
	case <-ctx.Done():
		return ctx.Err()
	}
}

// start adds an environment and starts its process. The caller holds p.mu; the pool
// must not be closed.
func (p *pool) start() *environment {
	e := newEnvironment(p)
	p.live[e] = struct{}{}
	p.soonIdle++
	p.service.environments.Go(e.run)
	return e
}

func (p *pool) snapshot() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Stats{Environments: len(p.live), ColdStarts: p.coldStarts, Invocations: p.invocations}
}
