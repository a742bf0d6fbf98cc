package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/memory"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// engine is the DynamoDB of one Region, without replication. Do performs one
// operation. It must be safe for concurrent use.
type engine interface {
	Do(ctx context.Context, operation string, body []byte) protocol.Response
}

// Global is the DynamoDB of all Regions.
type Global struct {
	names   []string
	regions map[string]*region
	links   []*link
	store   *store.Store
	strong  *ensemble // nil if no table is strongly consistent
	stop    context.CancelFunc
	running sync.WaitGroup
	release func()
}

// Open starts every Region and creates the tables of cfg in it. The context applies
// to opening only. Errors name the table and the Region, and say what to do.
func Open(ctx context.Context, cfg Config) (*Global, error) {
	return open(ctx, cfg, defaults())
}

func open(ctx context.Context, cfg Config, opts options) (*Global, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	g := &Global{names: slices.Clone(cfg.Regions), regions: map[string]*region{}, store: store.New(), release: func() {}}
	if cfg.Data != "" {
		var err error
		if g.store, err = store.Open(cfg.Data, store.Options{Log: cfg.Log}); err != nil {
			return nil, fmt.Errorf("dynamodb: %w", err)
		}
	}
	if err := g.prepare(ctx, cfg, opts); err != nil {
		g.release()
		return nil, errors.Join(err, g.store.Close())
	}
	running, stop := context.WithCancel(context.Background())
	g.stop = stop
	for _, l := range g.links {
		g.running.Go(func() { l.run(running) })
	}
	for _, r := range g.regions {
		g.running.Go(func() { r.runSweeper(running, opts.sweep) })
	}
	g.running.Go(func() { g.runCollector(running, opts) })
	return g, nil
}

// prepare opens the Regions with their tables, the links between them, and the data that an
// earlier run has left.
func (g *Global) prepare(ctx context.Context, cfg Config, opts options) error {
	engines, err := g.engines(ctx, cfg, opts)
	if err != nil {
		return err
	}
	m := openMembers(g.store)
	open := func(name string) (*region, error) {
		r := newRegion(name, g.store, engines[name], opts.now, cfg.Log.With("region", name))
		if m.joins(name) {
			return r, r.reset(ctx)
		}
		return r, nil
	}
	majority, err := open(majorityName)
	if err != nil {
		return err
	}
	if g.strong, err = newEnsemble(ctx, majority, cfg); err != nil {
		return err
	}
	for _, name := range g.names {
		r, err := open(name)
		if err != nil {
			return err
		}
		r.strong = g.strong
		if err := r.prepare(ctx, cfg.Tables); err != nil {
			return err
		}
		g.regions[name] = r
	}
	for _, from := range g.names {
		for _, to := range g.names {
			if from != to {
				l := g.newLink(from, to, cfg, opts)
				g.regions[from].links = append(g.regions[from].links, l)
				g.links = append(g.links, l)
			}
		}
	}
	return g.join(ctx, m, cfg, opts)
}

// newLink returns the link from a Region, which need not exist any more, to another one.
func (g *Global) newLink(from, to string, cfg Config, opts options) *link {
	random := rand.New(rand.NewPCG(opts.seed, uint64(len(g.links))))
	log := cfg.Log.With("from", from, "to", to)
	return newLink(from, to, cfg.Lag, cfg.jitter(), random, g.store, g.regions[to].apply, log)
}

// majorityName is the name of the engine with the strongly consistent tables.
const majorityName = "majority"

func (g *Global) engines(ctx context.Context, cfg Config, opts options) (map[string]engine, error) {
	engines := map[string]engine{}
	names := append(slices.Clone(g.names), majorityName)
	if cfg.Remote == "" {
		for n, name := range names {
			engines[name] = memory.New(memory.Options{
				Region: name, Now: opts.now, StaleReads: cfg.StaleReads, Seed: opts.seed + uint64(n), Store: g.store,
			})
			if opts.engine != nil {
				engines[name] = opts.engine(name)
			}
		}
		return engines, nil
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	g.release = transport.CloseIdleConnections
	for _, name := range names {
		engines[name] = newRemote(cfg.Remote, name, transport, opts.now)
	}
	if err := ping(ctx, cfg.Remote, transport); err != nil {
		return nil, err
	}
	return engines, nil
}

// runCollector frees the memory of deleted items at every sweep until the context ends.
func (g *Global) runCollector(ctx context.Context, opts options) {
	ticker := time.NewTicker(opts.sweep)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			g.collect(opts.now())
		}
	}
}

// collect forgets deleted items in each Region for which no earlier write can arrive:
// the writes on their way to the Region are later, and so are all writes from now on,
// because no clock returns an earlier moment from now on.
func (g *Global) collect(now time.Time) {
	for _, r := range g.regions {
		r.finishWrite()
	}
	earliest := now.UnixNano()
	for _, r := range g.regions {
		earliest = min(earliest, now.UnixNano()+r.skew.Load())
	}
	for _, r := range g.regions {
		r.clock.see(version{moment: earliest}) // although its skew may change
	}
	for _, r := range g.regions {
		horizon := earliest
		for _, l := range g.links {
			if l.to == r.name {
				horizon = l.oldest(horizon)
			}
		}
		r.forget(horizon)
	}
}

// Handler returns the DynamoDB endpoint of a Region. If region is not one of
// Config.Regions, the handler refuses every request.
func (g *Global) Handler(region string) http.Handler {
	r := g.regions[region]
	if r == nil {
		return errorHandler{fmt.Sprintf("unknown Region %q: the Regions are %s", region, strings.Join(g.names, ", "))}
	}
	return handler{region: r, global: g}
}

// AuthorizedHandler returns the endpoint of a Region like Handler. It asks authorize
// before each request.
func (g *Global) AuthorizedHandler(region string, authorize Authorize) http.Handler {
	h := g.Handler(region)
	if known, ok := h.(handler); ok {
		known.authorize = authorize
		return known
	}
	return h
}

// Cut stops replication between two Regions in both directions and queues their
// writes. It returns when no delivery is in progress. A member of the strongly consistent
// tables that is cut from the two others, one of which can be the Witness, refuses their
// writes and consistent reads.
func (g *Global) Cut(a, b string) error { return g.setLinks(a, b, true) }

// Heal resumes replication between two Regions, starting with the queued writes.
func (g *Global) Heal(a, b string) error { return g.setLinks(a, b, false) }

func (g *Global) setLinks(a, b string, cut bool) error {
	found := g.strong.setCut(a, b, cut)
	for _, l := range g.links {
		if l.from == a && l.to == b || l.from == b && l.to == a {
			l.set(cut)
			found = true
		}
	}
	if !found {
		return fmt.Errorf("dynamodb: no link between %q and %q: the Regions are %s", a, b, strings.Join(g.names, ", "))
	}
	return nil
}

// Settled waits until every link that is not cut has delivered its queue. Writes
// made in the meantime may still be queued when it returns. It returns the
// context's error if the context ends first.
func (g *Global) Settled(ctx context.Context) error {
	for _, l := range g.links {
		if err := l.settled(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Close stops replication and the expiry of items, and waits for both to end. In memory,
// queued writes are lost, and the handlers keep serving the data of their Region. With
// Config.Data everything is stored, and the handlers fail.
func (g *Global) Close() error {
	g.stop()
	g.running.Wait()
	g.release()
	return g.store.Close()
}
