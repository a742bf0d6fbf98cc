package edge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/meridian-api/meridian/infra/geo"
	"github.com/meridian-api/meridian/infra/local/hop"
)

const (
	defaultInterval  = time.Second
	defaultThreshold = 2

	// checkTimeout limits the check of one health path, and thereby Start. Route 53
	// allows 4 s to connect and 2 s to respond. Source: "How Amazon Route 53
	// determines whether a health check is healthy",
	// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
	checkTimeout = 2 * time.Second
)

// Target is the endpoint of one Region, like a latency record with its health
// check.
type Target struct {
	Region string   // one of geo.Regions; unique among the targets
	URL    *url.URL // URL of the Region's gateway, http or https; its path is a prefix of each request's path

	// Local serves requests in this process, in place of URL, which only the health checks
	// then request. It returns an error if the Region refuses the request, or drops it before
	// the response has begun, and has then written nothing. Life.Serve does that. Either all
	// targets have it, or it is not used.
	Local func(w http.ResponseWriter, r *http.Request) error

	// HealthPaths are requested relative to URL. The Region is healthy if all
	// respond with 2xx or 3xx, each within two seconds. Without HealthPaths the Region is always healthy, like a
	// record without a health check.
	HealthPaths []string
}

// Config configures the edge.
type Config struct {
	Targets   []Target      // at least one; of two at the same distance the first is used
	Interval  time.Duration // time between two checks of a Region; default 1 s (Route 53: 10 or 30 s)
	Threshold int           // consecutive failures or successes that change a Region's health; default 2 (Route 53: 3)
	Log       *slog.Logger  // changes of health and errors of the proxy; default slog.Default()
}

// Edge routes requests to Regions. Create it with New, start its health checks with
// Start, and end it with Close.
type Edge struct {
	regions   []*region // in the order of Config.Targets
	interval  time.Duration
	threshold int
	log       *slog.Logger
	transport *hop.Transport
	proxy     *httputil.ReverseProxy

	draining sync.Mutex // serializes SetDrained
	starting sync.Once
	closing  sync.Once
	quit     chan struct{}
	checks   sync.WaitGroup
}

// region is a target with its location and its health.
type region struct {
	Target
	at      geo.Coordinates
	health  health
	paths   atomic.Pointer[[]string] // in place of Target.HealthPaths, for SetHealthPaths
	drained atomic.Bool
}

// New returns an Edge. All Regions are healthy until Start has checked them. New
// returns an error if cfg has no targets, an unknown Region (the error lists the
// known ones), a duplicate Region, a URL that is not http or https, or a health
// path that does not begin with a slash.
func New(cfg Config) (*Edge, error) {
	if len(cfg.Targets) == 0 {
		return nil, fmt.Errorf("edge: no targets: set at least one")
	}
	if cfg.Interval < 0 || cfg.Threshold < 0 {
		return nil, fmt.Errorf("edge: Interval %v or Threshold %d is negative: use 0 or more", cfg.Interval, cfg.Threshold)
	}
	e := &Edge{interval: cfg.Interval, threshold: cfg.Threshold, log: cfg.Log, quit: make(chan struct{})}
	if e.interval == 0 {
		e.interval = defaultInterval
	}
	if e.threshold == 0 {
		e.threshold = defaultThreshold
	}
	if e.log == nil {
		e.log = slog.Default()
	}
	for _, t := range cfg.Targets {
		r, err := newRegion(t)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(e.regions, func(r *region) bool { return r.Region == t.Region }) {
			return nil, fmt.Errorf("edge: duplicate Region %s: use each Region once", t.Region)
		}
		e.regions = append(e.regions, r)
	}
	e.transport = hop.NewTransport(checkTimeout)
	e.proxy = e.newProxy()
	return e, nil
}

func newRegion(t Target) (*region, error) {
	at, ok := geo.Locate(t.Region)
	if !ok {
		known := strings.Join(geo.Regions(), ", ")
		return nil, fmt.Errorf("edge: unknown Region %q: the known Regions are %s", t.Region, known)
	}
	if t.URL == nil || t.URL.Host == "" || t.URL.Scheme != "http" && t.URL.Scheme != "https" {
		return nil, fmt.Errorf("edge: URL %v of Region %s is not an http or https URL with a host", t.URL, t.Region)
	}
	if err := checkHealthPaths(t.Region, t.HealthPaths); err != nil {
		return nil, err
	}
	// Parsing the URL again adds the slash of a path from JoinPath, and makes a copy.
	own, err := url.Parse(t.URL.String())
	if err != nil {
		return nil, fmt.Errorf("edge: URL of Region %s: %w", t.Region, err)
	}
	t.URL = own
	r := &region{Target: t, at: at, health: health{healthy: true}}
	r.paths.Store(&t.HealthPaths)
	return r, nil
}

func checkHealthPaths(region string, paths []string) error {
	for _, path := range paths {
		if _, err := url.ParseRequestURI(path); err != nil || path[0] != '/' {
			return fmt.Errorf("edge: health path %q of Region %s is not a path: begin it with a slash", path, region)
		}
	}
	return nil
}

func (e *Edge) find(name string) (*region, error) {
	for _, r := range e.regions {
		if r.Region == name {
			return r, nil
		}
	}
	return nil, fmt.Errorf("edge: no target in Region %q", name)
}

// SetHealthPaths replaces the health paths of a Region, from its next check.
func (e *Edge) SetHealthPaths(name string, paths []string) error {
	r, err := e.find(name)
	if err != nil {
		return err
	}
	if err := checkHealthPaths(name, paths); err != nil {
		return err
	}
	paths = slices.Clone(paths)
	r.paths.Store(&paths)
	return nil
}

// ErrLastRegion is the error of SetDrained for the last Region in DNS.
var ErrLastRegion = errors.New("bring another one back first")

// SetDrained takes a Region out of DNS, or brings it back: the next requests go to
// the others, and those in progress end where they are. It refuses to take the last
// Region out, because clients would not find the API any longer.
func (e *Edge) SetDrained(name string, drained bool) error {
	r, err := e.find(name)
	if err != nil {
		return err
	}
	e.draining.Lock()
	defer e.draining.Unlock()
	if drained && !slices.ContainsFunc(e.regions, func(other *region) bool { return other != r && !other.drained.Load() }) {
		return fmt.Errorf("edge: %s is the last Region in DNS: %w", name, ErrLastRegion)
	}
	r.drained.Store(drained)
	return nil
}

// Start checks every Region once, which decides their initial health and takes at most two
// seconds for every four health paths. It then continues to check in the background until ctx is done or
// Close is called. Only the first call has an effect. After Start, call Close.
func (e *Edge) Start(ctx context.Context) {
	e.starting.Do(func() {
		ctx, cancel := context.WithCancel(ctx)
		e.checks.Go(func() {
			defer cancel()
			select {
			case <-e.quit:
			case <-ctx.Done():
			}
		})
		var first sync.WaitGroup
		for _, r := range e.regions {
			first.Add(1)
			e.checks.Go(func() {
				e.check(ctx, r)
				first.Done()
				e.keepChecking(ctx, r)
			})
		}
		first.Wait()
	})
}

// Close stops the health checks, waits for them to end, and closes idle connections
// to the Regions. It does not interrupt requests in progress; they belong to the
// server that runs Handler. The error is always nil.
func (e *Edge) Close() error {
	e.closing.Do(func() { close(e.quit) })
	e.starting.Do(func() {}) // waits for a concurrent Start; a later one has no effect
	e.checks.Wait()
	e.transport.CloseIdleConnections()
	return nil
}

// Route returns the Regions that serve a client at a location, such as "49.28,-123.12", in
// the order in which they are tried. An empty location is the first target's.
func (e *Edge) Route(location string) ([]string, error) {
	at := e.regions[0].at
	if location != "" {
		var err error
		if at, err = parseLocation(location); err != nil {
			return nil, err
		}
	}
	var names []string
	for _, r := range e.nearest(at) {
		names = append(names, r.Region)
	}
	return names, nil
}

// Health reports for each Region whether it is healthy.
func (e *Edge) Health() map[string]bool {
	all := make(map[string]bool, len(e.regions))
	for _, r := range e.regions {
		all[r.Region] = r.health.ok()
	}
	return all
}

// nearest returns the Regions that may serve a client at the given location, nearest
// first: those in DNS that are healthy, or all in DNS if every one is unhealthy. Route 53
// does the same, because its checks are then more likely to be wrong than all
// Regions are to be down. Source: "How Amazon Route 53 chooses records when health
// checking is configured",
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
func (e *Edge) nearest(from geo.Coordinates) []*region {
	candidates := make([]*region, 0, len(e.regions))
	for _, r := range e.regions {
		if r.health.ok() && !r.drained.Load() {
			candidates = append(candidates, r)
		}
	}
	if len(candidates) == 0 {
		candidates = slices.DeleteFunc(append(candidates, e.regions...), func(r *region) bool { return r.drained.Load() })
	}
	slices.SortStableFunc(candidates, func(a, b *region) int {
		return cmp.Compare(geo.Distance(from, a.at), geo.Distance(from, b.at))
	})
	return candidates
}
