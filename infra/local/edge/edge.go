package edge

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/meridian-api/meridian/infra/geo"
)

const (
	defaultInterval  = time.Second
	defaultThreshold = 2

	// checkTimeout bounds one round of checks of a Region, and so Start. Route 53 gives 4 s to connect and 2 s to answer.
	checkTimeout = 2 * time.Second
)

// Target is one Region's endpoint, as a latency record with its health check would have it.
type Target struct {
	Region string   // one of geo.Regions, used once
	URL    *url.URL // http or https, of the Region's gateway; a path in it is put before the request's

	// HealthPaths are requested from URL; each must answer 2xx for the Region to be healthy. Without any the Region counts
	// as healthy whatever happens, like a record without a health check.
	HealthPaths []string
}

// Config describes the edge.
type Config struct {
	Targets   []Target      // at least one; of two at the same distance the earlier is taken
	Interval  time.Duration // between the starts of two checks of a Region; default 1 s (Route 53: 10 or 30 s)
	Threshold int           // consecutive failures, or successes, that change a Region's health; default 2 (Route 53: 3)
	Log       *slog.Logger  // one line for each change of health, and what the proxy has to say; default slog.Default()
}

// Edge routes requests to Regions. Make it with New, start its health checks with Start, end it with Close.
type Edge struct {
	regions   []*region // as configured
	interval  time.Duration
	threshold int
	log       *slog.Logger
	transport *http.Transport
	proxy     *httputil.ReverseProxy

	starting sync.Once
	closing  sync.Once
	quit     chan struct{}
	checks   sync.WaitGroup
}

// region is a target at work.
type region struct {
	Target
	at     geo.Coordinates
	health health
}

// New checks cfg and makes an Edge whose Regions all count as healthy until Start has asked them. It fails without
// targets, for a Region that is not known (naming those that are) or given twice, for a URL that is not http(s), and for a
// health path that does not begin with a slash.
func New(cfg Config) (*Edge, error) {
	if len(cfg.Targets) == 0 {
		return nil, fmt.Errorf("edge: no targets")
	}
	if cfg.Interval < 0 || cfg.Threshold < 0 {
		return nil, fmt.Errorf("edge: Interval and Threshold must not be negative")
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
			return nil, fmt.Errorf("edge: Region %s is given twice", t.Region)
		}
		e.regions = append(e.regions, r)
	}
	e.transport = newTransport()
	e.proxy = e.newProxy()
	return e, nil
}

func newRegion(t Target) (*region, error) {
	at, ok := geo.Locate(t.Region)
	if !ok {
		return nil, fmt.Errorf("edge: unknown Region %q; known are %s", t.Region, strings.Join(geo.Regions(), ", "))
	}
	if t.URL == nil || t.URL.Host == "" || t.URL.Scheme != "http" && t.URL.Scheme != "https" {
		return nil, fmt.Errorf("edge: the URL of Region %s, %v, is not http or https with a host", t.Region, t.URL)
	}
	for _, path := range t.HealthPaths {
		if _, err := url.ParseRequestURI(path); err != nil || path[0] != '/' {
			return nil, fmt.Errorf("edge: the health path %q of Region %s is not a path", path, t.Region)
		}
	}
	// Read anew, a URL that was put together by hand or by JoinPath has its path's slash, and is this package's own.
	own, err := url.Parse(t.URL.String())
	if err != nil {
		return nil, fmt.Errorf("edge: the URL of Region %s: %w", t.Region, err)
	}
	t.URL = own
	return &region{Target: t, at: at, health: health{healthy: true}}, nil
}

// newTransport keeps many connections to each of few hosts and passes everything on as it is: no proxy of the
// developer's, no compression of its own.
func newTransport() *http.Transport {
	return &http.Transport{
		DialContext:         (&net.Dialer{Timeout: checkTimeout}).DialContext,
		MaxIdleConnsPerHost: 256,
		IdleConnTimeout:     time.Minute,
		DisableCompression:  true,
	}
}

// Start checks every Region once, which takes at most two seconds and decides their first state, and then goes on
// checking in the background until ctx is done or Close is called. Only the first call does anything. Whoever calls it
// must call Close.
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
			if len(r.HealthPaths) == 0 {
				continue
			}
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

// Close ends the health checks and waits for them, and closes idle connections to the Regions. Requests under way are
// not cut off; they belong to the server that runs Handler. It returns nil.
func (e *Edge) Close() error {
	e.closing.Do(func() { close(e.quit) })
	e.starting.Do(func() {}) // a Start under way ends first; a later one does nothing
	e.checks.Wait()
	e.transport.CloseIdleConnections()
	return nil
}

// Health tells of each Region whether it is healthy at present.
func (e *Edge) Health() map[string]bool {
	all := make(map[string]bool, len(e.regions))
	for _, r := range e.regions {
		all[r.Region] = r.health.ok()
	}
	return all
}

// nearest lists the Regions a client at that place may be sent to, the nearest first: the healthy ones or, if there is
// none, all. That is what Route 53 does, on the thought that its checks are then likelier to be wrong than every Region
// down (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html).
func (e *Edge) nearest(from geo.Coordinates) []*region {
	candidates := make([]*region, 0, len(e.regions))
	for _, r := range e.regions {
		if r.health.ok() {
			candidates = append(candidates, r)
		}
	}
	if len(candidates) == 0 {
		candidates = append(candidates, e.regions...)
	}
	slices.SortStableFunc(candidates, func(a, b *region) int {
		return cmp.Compare(geo.Distance(from, a.at), geo.Distance(from, b.at))
	})
	return candidates
}
