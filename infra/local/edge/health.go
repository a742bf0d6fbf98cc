package edge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// healthAgent is the User-Agent of health checks.
const healthAgent = "Amazon-Route53-Health-Check-Service (local)"

// IsHealthCheck reports whether a request is a health check of an Edge.
func IsHealthCheck(r *http.Request) bool { return r.UserAgent() == healthAgent }

// health is the health of a Region according to its checks.
type health struct {
	mu             sync.Mutex
	known          bool // at least one result has come in
	healthy        bool
	contradictions int // consecutive results that contradict healthy
}

func (h *health) ok() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.healthy
}

// add records a result and reports whether it changed the health. The first result
// decides alone; the threshold applies to later changes.
func (h *health) add(success bool, threshold int) (changed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if success == h.healthy {
		h.known = true
		h.contradictions = 0
		return false
	}
	h.contradictions++
	if h.known && h.contradictions < threshold {
		return false
	}
	h.known = true
	h.healthy = success
	h.contradictions = 0
	return true
}

// observe records a result for a Region; a nil failure is a success. Regions
// without health paths stay healthy.
func (e *Edge) observe(r *region, failure error) {
	if len(*r.paths.Load()) == 0 || !r.health.add(failure == nil, e.threshold) {
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

// maxChecks limits the health paths of a Region that are requested at the same time. The
// first check starts a process for each: with many contexts, processes that all start at
// once on a few cores would each take longer than checkTimeout.
const maxChecks = 4

// check requests the health paths of a Region, as one health check for each of them would,
// and records the result.
func (e *Edge) check(ctx context.Context, r *region) {
	paths := *r.paths.Load()
	failures := make([]error, len(paths))
	var checks errgroup.Group
	checks.SetLimit(maxChecks)
	for i, path := range paths {
		checks.Go(func() error {
			if err := e.get(ctx, r, path); err != nil {
				failures[i] = fmt.Errorf("%s: %w", path, err)
			}
			return nil
		})
	}
	checks.Wait()
	if ctx.Err() != nil {
		return // interrupted by Close, which is not a result
	}
	e.observe(r, errors.Join(failures...))
}

// get requests one health path. It returns an error unless the response is a 2xx or a
// 3xx, which Route 53 does not follow.
func (e *Edge) get(ctx context.Context, r *region, path string) error {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("User-Agent", healthAgent)
	resp, err := e.transport.RoundTrip(requestFor(req, r))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be reused
	if resp.StatusCode < 200 || resp.StatusCode > 399 {
		return fmt.Errorf("status %s", resp.Status)
	}
	return nil
}
