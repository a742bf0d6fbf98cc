package edge

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// health is a Region's state: what the checks have made of it.
type health struct {
	mu      sync.Mutex
	known   bool // at least one result has come in
	healthy bool
	against int // consecutive results that contradict healthy
}

func (h *health) ok() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.healthy
}

// add takes one more result and tells whether it changed the state. The first one decides alone: there is nothing yet
// that a threshold could protect.
func (h *health) add(success bool, threshold int) (changed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if success == h.healthy {
		h.known = true
		h.against = 0
		return false
	}
	h.against++
	if h.known && h.against < threshold {
		return false
	}
	h.known = true
	h.healthy = success
	h.against = 0
	return true
}

// observe counts a result for a Region: failure is nil for a success. Regions without a check stay healthy.
func (e *Edge) observe(r *region, failure error) {
	if len(r.HealthPaths) == 0 || !r.health.add(failure == nil, e.threshold) {
		return
	}
	if failure == nil {
		e.log.Info("Region healthy", "region", r.Region)
	} else {
		e.log.Warn("Region unhealthy", "region", r.Region, "reason", failure)
	}
}

func (e *Edge) keepChecking(ctx context.Context, r *region) {
	tick := time.NewTicker(e.interval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			e.check(ctx, r)
		case <-ctx.Done():
			return
		}
	}
}

// check asks for each of a Region's health paths in turn and counts the result.
func (e *Edge) check(ctx context.Context, r *region) {
	limited, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	var failure error
	for _, path := range r.HealthPaths {
		if err := e.get(limited, r, path); err != nil {
			failure = fmt.Errorf("%s: %w", path, err)
			break
		}
	}
	if ctx.Err() != nil {
		return // cut short by Close, which says nothing of the Region
	}
	e.observe(r, failure)
}

// get asks for one health path; its error says what is wrong.
func (e *Edge) get(ctx context.Context, r *region, path string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("User-Agent", "Amazon-Route53-Health-Check-Service (local)")
	resp, err := e.transport.RoundTrip(addressed(req, r)) // no redirects: Route 53 does not follow them
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("answered %s", resp.Status)
	}
	return nil
}
