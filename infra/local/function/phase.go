package function

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// phase is the state of an environment. It only changes under pool.mu, in the
// functions of this file and in pool.admit (idle to running or assigned).
//
//	starting ─ next → idle ─ admit → running ─ response, error → responded ─ next → idle ...
//
// If the queue is not empty, next leads directly to running. Between idle and running is
// assigned if the environment has to ask again. Every phase can lead to ended.
type phase uint8

const (
	starting  phase = iota
	idle            // waits for work in a request; listed in pool.idle
	assigned        // has work that is not delivered yet, because the connection of its request has broken
	running         // the function has received the work
	responded       // the caller has the response; the function has not asked for more work
	ended           // removed from the pool; the process may still be ending
)

// ready handles an environment's request for work, which ends its init or its last
// invocation. It returns that invocation, and the next one if there is one to be
// delivered; otherwise admit delivers work to the connection. It reports whether next has
// been delivered before.
func (p *pool) ready(e *environment, c *connection) (finished, next *invocation, again bool) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e.phase {
	case running:
		return nil, e.current, true
	case idle: // the connection broke while it waited, and it asks again
		e.polling = c
		return nil, nil, false
	case assigned: // the same, and there is work meanwhile
		p.beginInvocation(e, e.current, now)
		return nil, e.current, false
	case ended: // no work arrives; the environment ends while it waits
		return nil, nil, false
	case starting:
		e.initDuration = now.Sub(e.started)
		close(e.initDone)
	case responded:
		finished, e.current = e.current, nil
	}
	e.timer.Stop()
	p.soonIdle--
	if len(p.queue) > 0 {
		next = p.queue[0]
		p.queue = slices.Delete(p.queue, 0, 1)
		p.beginInvocation(e, next, now)
		return finished, next, false
	}
	e.phase, e.polling = idle, c
	e.idleSince = now
	p.release()
	p.idle = append(p.idle, e)
	if p.retired {
		p.endIdle(e)
	}
	return finished, nil, false
}

// gone handles the end of a connection on which the environment waits for work.
func (p *pool) gone(e *environment, c *connection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.polling == c {
		e.polling = nil
	}
}

// beginInvocation starts the timeout of the invocation. The caller holds p.mu.
func (p *pool) beginInvocation(e *environment, inv *invocation, now time.Time) {
	e.phase, e.polling = running, nil
	e.current = inv
	inv.started = now
	inv.initDuration, e.initDuration = e.initDuration, 0
	inv.prepared, e.prepared = e.prepared, 0
	e.timer = time.AfterFunc(p.function.Timeout, func() { p.expire(e, inv) })
	if p.function.Debug {
		e.timer.Stop()
	}
}

// verdict says whether a post to the Runtime API is accepted, or why not.
type verdict uint8

const (
	accepted verdict = iota
	outOfTurn
	unknownID
)

// checkCall checks whether the environment may respond to the invocation with that
// ID.
func (p *pool) checkCall(e *environment, id string) verdict {
	p.mu.Lock()
	defer p.mu.Unlock()
	return e.checkCall(id)
}

// respond completes the environment's invocation with the result that the function
// posted. The timeout keeps running, because work after the response counts too.
func (p *pool) respond(e *environment, id string, payload []byte, err error) verdict {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := e.checkCall(id); r != accepted {
		return r
	}
	e.phase = responded
	p.soonIdle++
	e.current.complete(payload, err)
	return accepted
}

// checkCall checks whether a call may respond to the invocation with that ID. The caller holds pool.mu.
func (e *environment) checkCall(id string) verdict {
	switch {
	case e.phase != running:
		return outOfTurn
	case e.current.id != id:
		return unknownID
	}
	return accepted
}

// removal describes what an environment was doing when it was removed.
type removal struct {
	from    phase
	current *invocation // the last invocation, if it was delivered and is not reported yet
	lost    *invocation // the invocation that gets no response; the caller of remove must complete it

	// repeat is the environment that repeats the init, or nil. The caller must run it once
	// the failure has been reported.
	repeat *environment
}

// remove removes an environment from the pool. Those who wait for its init get the
// failure. The caller holds p.mu; the environment must not have ended.
//
// If an environment fails in init and no other one would serve the first queued
// invocation, the init is repeated once. A second failure takes that invocation with it:
// starting more could repeat endlessly. An invocation that waited for an environment to
// ask for more work gets a new one instead.
func (p *pool) remove(e *environment, why failure) removal {
	d := removal{from: e.phase, current: e.current}
	switch e.phase {
	case starting:
		p.soonIdle--
		e.initErr = why.forRequest(uuid.NewString()) // the message needs a request ID, although no request caused the failure
		close(e.initDone)
	case idle:
		i := slices.Index(p.idle, e)
		p.idle = slices.Delete(p.idle, i, i+1)
	case assigned:
		d.current, d.lost = nil, e.current
	case running:
		d.lost = e.current
	case responded:
		p.soonIdle--
	}
	e.timer.Stop()
	e.phase = ended
	e.current = nil
	delete(p.live, e)
	switch waits := len(p.queue) > p.soonIdle; {
	case waits && d.from != starting: // a new environment takes over the execution
		p.service.environments.Go(p.add().run)
		p.coldStarts++
	case waits && !e.repeats && !why.unprepared:
		d.repeat = p.addRepeat(e)
	case waits:
		d.lost = p.queue[0]
		p.queue = slices.Delete(p.queue, 0, 1)
		p.release()
	case d.from != idle:
		p.release()
	}
	return d
}

// expire ends an environment whose invocation has timed out.
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

// expireInit ends an environment that has not asked for work before its init timed
// out.
func (p *pool) expireInit(e *environment) {
	p.mu.Lock()
	if e.phase != starting {
		p.mu.Unlock()
		return
	}
	why := timedOut(e.initLimit)
	d := p.remove(e, why)
	p.mu.Unlock()
	e.reportLoss(d, why)
	e.stop <- 0
}

func timedOut(after time.Duration) failure {
	return failure{errorType: typeTimeout, detail: fmt.Sprintf("Task timed out after %.2f seconds", after.Seconds())}
}

// exited handles the end of an environment's process, or a process that could not be
// started.
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

// reap ends the environments that have been idle since before the given time.
func (p *pool) reap(before time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle) > 0 && !p.function.Debug && p.idle[0].idleSince.Before(before) {
		p.endIdle(p.idle[0])
	}
}

// endIdle ends an idle environment. The caller holds p.mu.
func (p *pool) endIdle(e *environment) {
	p.remove(e, failure{})
	e.stop <- p.service.shutdownTimeout
}

// retire ends the idle environments, and lets every other one end when it has no
// more work. Later invocations get errRetired.
func (p *pool) retire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.retired = true
	for len(p.idle) > 0 {
		p.endIdle(p.idle[0])
	}
}

// close ends all environments and fails all invocations in progress.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, inv := range p.queue {
		inv.complete(nil, ErrClosed)
	}
	p.queue = nil
	for e := range p.live {
		if d := p.remove(e, failure{err: ErrClosed}); d.lost != nil {
			d.lost.complete(nil, ErrClosed)
		}
		e.stop <- p.service.shutdownTimeout
	}
}
