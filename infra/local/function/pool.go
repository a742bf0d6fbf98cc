package function

import (
	"context"
	"slices"
	"sync"
	"time"
)

// pool decides which environment of one function runs which invocation.
//
// It holds to one invariant: no more invocations are queued than environments are coming (starting, or done and about to
// ask for more work). So each queued invocation is served without further ado, and no process is started for one that
// another process is about to take.
type pool struct {
	service  *Service
	name     string
	function Function
	arn      string

	mu          sync.Mutex
	closed      bool
	live        map[*environment]struct{}
	idle        []*environment // the one idle the longest first
	queue       []*invocation  // first come, first served
	coming      int            // environments in phase starting or answered
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
		timer := time.NewTimer(patience)
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
			p.hasten(inv)
			overdue = nil
		}
	}
}

// admit hands inv to the environment that became idle last, so that those not needed stay idle long enough to be ended.
// If none is idle, inv is queued behind one that is coming, started for it if need be.
func (p *pool) admit(inv *invocation) (queued bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false, ErrClosed
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
	if len(p.queue) == p.coming {
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

// hasten does what admit would have, had it known that the environment inv waits for does not come back at once: it
// starts one more, or gives up at the cap. An environment that is starting is worth waiting for.
func (p *pool) hasten(inv *invocation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	place := slices.Index(p.queue, inv)
	if place < 0 {
		return
	}
	lingering := 0
	for e := range p.live {
		if e.phase == answered {
			lingering++
		}
	}
	if place < p.coming-lingering {
		return
	}
	if len(p.live) < p.service.cfg.Concurrency {
		p.start()
		p.coldStarts++
		return
	}
	p.queue = slices.Delete(p.queue, place, place+1)
	p.invocations--
	inv.settle(nil, ErrThrottled)
}

func (p *pool) warm(ctx context.Context) error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return ErrClosed
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

// start adds an environment and has its process started. The lock is held and the pool not closed.
func (p *pool) start() *environment {
	e := newEnvironment(p)
	p.live[e] = struct{}{}
	p.coming++
	p.service.environments.Go(e.run)
	return e
}

func (p *pool) snapshot() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Stats{Environments: len(p.live), ColdStarts: p.coldStarts, Invocations: p.invocations}
}
