package function

import (
	"fmt"
	"slices"
	"time"
)

// phase is where an environment stands. It only changes under its pool's lock, by the functions of this file and by
// pool.admit (idle to assigned).
//
//	starting ─ next ─→ idle ─ admit ─→ assigned ─ delivery ─→ running ─ response, error ─→ answered ─ next ─→ idle ...
//
// With work in the queue, next goes to running at once. From everywhere a way leads to ended.
type phase uint8

const (
	starting phase = iota
	idle           // waits in a request for work; listed in pool.idle
	assigned       // has work that has not been delivered yet
	running        // the function has the work
	answered       // the caller has its answer, the function has yet to ask for more
	ended          // out of the pool; the process may still be on its way out
)

// ready takes an environment's request for work: its init or its last invocation, finished, is over with it. next is the
// work if some was queued; without, it will come through e.work. Asking out of turn is refused.
func (p *pool) ready(e *environment) (finished, next *invocation, ok bool) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e.phase {
	case running:
		return nil, nil, false
	case idle, assigned: // its connection broke while it waited, and it asks again
		return nil, nil, true
	case ended: // there will be no work; its end comes while it waits
		return nil, nil, true
	case starting:
		e.initTook = now.Sub(e.started)
		close(e.initDone)
	case answered:
		finished, e.current = e.current, nil
	}
	e.timer.Stop()
	p.coming--
	if len(p.queue) > 0 {
		next = p.queue[0]
		p.queue = slices.Delete(p.queue, 0, 1)
		p.begin(e, next, now)
		return finished, next, true
	}
	e.phase = idle
	e.idleSince = now
	p.idle = append(p.idle, e)
	return finished, nil, true
}

// deliver is told that an environment takes the work that was assigned to it. It says no if the environment was ended
// meanwhile.
func (p *pool) deliver(e *environment, inv *invocation) bool {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.phase != assigned {
		return false
	}
	p.begin(e, inv, now)
	return true
}

// begin starts the invocation's clock. The lock is held.
func (p *pool) begin(e *environment, inv *invocation, now time.Time) {
	e.phase = running
	e.current = inv
	inv.begun = now
	inv.initTook, e.initTook = e.initTook, 0
	e.timer = time.AfterFunc(p.function.Timeout, func() { p.expire(e, inv) })
}

// refusal is why a post to the Runtime API is not accepted; the zero value means that it is.
type refusal uint8

const (
	accepted refusal = iota
	outOfTurn
	unknownID
)

// check tells whether the environment may answer the invocation with that id.
func (p *pool) check(e *environment, id string) refusal {
	p.mu.Lock()
	defer p.mu.Unlock()
	return e.owes(id)
}

// answer settles the environment's invocation with what the function posted. The timeout goes on: work after the answer
// counts, too.
func (p *pool) answer(e *environment, id string, payload []byte, err error) refusal {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := e.owes(id); r != accepted {
		return r
	}
	e.phase = answered
	p.coming++
	e.current.settle(payload, err)
	return accepted
}

// owes is check with the lock held.
func (e *environment) owes(id string) refusal {
	switch {
	case e.phase != running:
		return outOfTurn
	case e.current.id != id:
		return unknownID
	}
	return accepted
}

// departure is what an environment leaves behind.
type departure struct {
	from    phase
	current *invocation // its last one, if that was delivered and is not reported yet
	lost    *invocation // the one that gets no answer any more: whoever removed the environment settles it
}

// remove takes an environment out of the pool; why is told to those who wait for its init. The lock is held and the
// environment not ended.
//
// An environment that fails in init takes the first waiting invocation with it, if that has nothing else to wait for:
// starting another for it would be a hot loop. An invocation that waited for one to come back gets a new one.
func (p *pool) remove(e *environment, why failure) departure {
	d := departure{from: e.phase, current: e.current}
	switch e.phase {
	case starting:
		p.coming--
		e.initErr = why.of(newUUID()) // no request is to blame, but the message has the form of one
		close(e.initDone)
	case idle:
		i := slices.Index(p.idle, e)
		p.idle = slices.Delete(p.idle, i, i+1)
	case assigned:
		d.current, d.lost = nil, e.current
	case running:
		d.lost = e.current
	case answered:
		p.coming--
	}
	e.timer.Stop()
	e.phase = ended
	e.current = nil
	delete(p.live, e)
	if len(p.queue) > p.coming {
		if d.from == starting {
			d.lost = p.queue[0]
			p.queue = slices.Delete(p.queue, 0, 1)
		} else {
			p.start()
			p.coldStarts++
		}
	}
	return d
}

// expire ends an environment whose invocation has had its time.
func (p *pool) expire(e *environment, inv *invocation) {
	p.mu.Lock()
	if e.phase == ended || e.current != inv {
		p.mu.Unlock()
		return
	}
	why := timedOut(p.function.Timeout)
	d := p.remove(e, why)
	p.mu.Unlock()
	e.reportLoss(d, why)
	e.stop <- 0
}

// expireInit ends an environment that has not asked for work within the time for its init.
func (p *pool) expireInit(e *environment) {
	p.mu.Lock()
	if e.phase != starting {
		p.mu.Unlock()
		return
	}
	why := timedOut(p.service.initTimeout)
	d := p.remove(e, why)
	p.mu.Unlock()
	e.reportLoss(d, why)
	e.stop <- 0
}

func timedOut(after time.Duration) failure {
	return failure{errorType: typeTimeout, detail: fmt.Sprintf("Task timed out after %.2f seconds", after.Seconds())}
}

// exited is told that an environment's process is gone, or never came.
func (p *pool) exited(e *environment, why failure) {
	p.mu.Lock()
	if e.phase == ended {
		p.mu.Unlock()
		return
	}
	if e.phase == starting && e.reported != nil {
		why.errorType, why.reported = e.reported.Type, e.reported
	}
	d := p.remove(e, why)
	p.mu.Unlock()
	e.reportLoss(d, why)
}

// reap ends the environments that have been idle since before that time.
func (p *pool) reap(before time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle) > 0 && p.idle[0].idleSince.Before(before) {
		e := p.idle[0]
		p.remove(e, failure{})
		e.stop <- p.service.shutdownTimeout
	}
}

// close ends everything and fails what is under way.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, inv := range p.queue {
		inv.settle(nil, ErrClosed)
	}
	p.queue = nil
	for e := range p.live {
		if d := p.remove(e, failure{err: ErrClosed}); d.lost != nil {
			d.lost.settle(nil, ErrClosed)
		}
		e.stop <- p.service.shutdownTimeout
	}
}
