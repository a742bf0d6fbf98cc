package local

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/meridian-api/meridian/infra/local/control"
	"github.com/meridian-api/meridian/infra/local/gateway"
	"github.com/meridian-api/meridian/platform/resource"
)

// faulty invokes functions with the faults that SetFault has set. A fault takes effect
// before the function runs: its process does not notice. It also remembers the call.
type faulty struct {
	gateway.Functions
	cloud *Cloud
}

// Invoke implements gateway.Functions.
func (f faulty) Invoke(ctx context.Context, name string, payload []byte, trace string) ([]byte, error) {
	f.cloud.calls.add(name, time.Now())
	fault, ok := f.cloud.faults.Load(name)
	if !ok {
		return f.Functions.Invoke(ctx, name, payload, trace)
	}
	set := fault.(control.Fault)
	if set.Throttle {
		return nil, fmt.Errorf("%w: a fault throttles %s", gateway.ErrThrottled, set.Function)
	}
	delay := time.Duration(set.DelayMs * float64(time.Millisecond))
	limit := f.cloud.timeouts()[name]
	timer := time.NewTimer(min(delay, limit))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timer.C:
	}
	if delay >= limit {
		return nil, fmt.Errorf("%w: a fault delays %s by %s: Task timed out after %s", gateway.ErrFunctionFailed, set.Function, delay, limit)
	}
	if set.Crash {
		return nil, fmt.Errorf("%w: a fault crashes %s: Runtime.ExitError", gateway.ErrFunctionFailed, set.Function)
	}
	return f.Functions.Invoke(ctx, name, payload, trace)
}

// Signal sends a signal to the processes of a function in a Region, such as os.Kill. The
// name consists of the context and the function. A Region that is down has no processes.
func (c *Cloud) Signal(region, function string, sig os.Signal) error {
	r, err := c.region(region)
	if err != nil {
		return err
	}
	r.mu.Lock()
	functions := r.functions
	r.mu.Unlock()
	if functions == nil {
		return nil
	}
	if err := functions.Signal(Environment+"-"+function, sig); err != nil {
		return fmt.Errorf("signal %s in %s: %w", function, region, err)
	}
	return nil
}

// timeouts returns the timeouts of all functions by physical name.
func (c *Cloud) timeouts() map[string]time.Duration {
	all := map[string]time.Duration{}
	for _, r := range c.regions {
		for _, s := range r.running().Services {
			for name, f := range s.Functions {
				all[resource.FunctionName(Environment, s.Name, name)] = time.Duration(f.TimeoutSeconds) * time.Second
			}
		}
	}
	return all
}

// SetFault sets the faults of a function in all Regions, in place of earlier ones. A fault
// without any effect ends them.
func (c *Cloud) SetFault(f control.Fault) error {
	if f.DelayMs < 0 {
		return fmt.Errorf("fault of %s: the delay of %g ms is negative", f.Function, f.DelayMs)
	}
	name := Environment + "-" + f.Function
	if _, ok := c.timeouts()[name]; !ok {
		return fmt.Errorf("fault: the cloud has no function %q: local:status lists them", f.Function)
	}
	if !f.HasEffect() {
		c.faults.Delete(name)
	} else {
		c.faults.Store(name, f)
	}
	return nil
}
