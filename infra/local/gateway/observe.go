package gateway

import (
	"net/http"
	"strings"
	"time"
)

// Observer sees the requests of a gateway. It is called in the request's goroutine, and
// must be safe for concurrent use.
type Observer interface {
	// Begin reports whether the observer wants to see the request. If it does not, the
	// request is left out of the access log as well, and Skipped is called at its end.
	Begin(r *http.Request, requestID, traceID string) bool
	// Skipped is called at the end of a request for which Begin has reported false.
	Skipped(traceID string)
	// End is called after the response to any other request.
	End(Observation)
}

// Observation describes a request that has ended.
type Observation struct {
	RequestID string
	// Route is the resource's path, such as "/accounts/{accountId}"; empty if no route matches.
	Route string
	// Status is 0 if the client has disconnected.
	Status int
	// Error is the cause of a failure, which the client does not see.
	Error string
	// Function is the physical name of the function; empty for other integrations.
	Function string
	// Event is the event for the function, and Response the body of the response.
	Event, Response []byte
	Took            time.Duration
	// Steps are the checks and the integration, in order.
	Steps []Step
}

// Step is a part of the time of a request: "authorizer", "validation" or "function".
type Step struct {
	Name  string
	Start time.Time
	Took  time.Duration
}

// ForgetKeys forgets the keys of all user pools, as when they have expired: the next
// request reads them again.
func (g *Gateway) ForgetKeys() {
	for _, s := range g.forget {
		s.mu.Lock()
		s.keys.Store(nil)
		s.fetched = time.Time{}
		s.mu.Unlock()
	}
}

// observe returns whether the request is kept for the control API.
func (x *exchange) observe() bool {
	if x.g.observer == nil {
		return true
	}
	x.observed = x.g.observer.Begin(x.r, x.requestID, x.traceID())
	return x.observed
}

// traceID returns the Root of the request's trace.
func (x *exchange) traceID() string {
	root, _, _ := strings.Cut(strings.TrimPrefix(x.trace.context, "Root="), ";")
	return root
}

// step returns the function that ends a step. It costs nothing without an observer.
func (x *exchange) step(name string) (end func()) {
	if !x.observed {
		return func() {}
	}
	start := time.Now()
	return func() { x.steps = append(x.steps, Step{name, start, time.Since(start)}) }
}

// ended calls the observer.
func (x *exchange) ended(r *response, took time.Duration) {
	if x.g.observer == nil {
		return
	}
	if !x.observed {
		x.g.observer.Skipped(x.traceID())
		return
	}
	o := Observation{
		RequestID: x.requestID, Route: x.operation.resource(), Status: r.status, Event: x.payload, Response: r.body,
		Took: took, Steps: x.steps,
	}
	if x.operation != nil {
		if p, ok := x.operation.target.(*lambdaProxy); ok {
			o.Function = p.Name
		}
	}
	if x.cause != nil {
		o.Error = x.cause.Error()
	}
	x.g.observer.End(o)
}
