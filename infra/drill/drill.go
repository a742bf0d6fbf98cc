// Package drill rehearses a failover in the embedded cloud: while clients read and write
// through the edge, a Region dies and returns, and a link is cut and healed.
package drill

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/issuer"
	"github.com/meridian-api/meridian/platform/system"
)

// File is the timeline's path from the monorepo's root.
var File = filepath.Join(workspace.Dist, "drill.svg")

const (
	east = "us-east-1"
	west = "us-west-2"

	lag = 200 * time.Millisecond

	// maxFailover bounds the time from the death of a Region to the last error of a client.
	// The edge checks each second and needs two failures, of which a check or a request is
	// one; a check takes at most two seconds.
	maxFailover = 5 * time.Second
)

// phase is a part of the drill. do begins it.
type phase struct {
	name string
	do   func(*local.Cloud) error
	took time.Duration
}

// phases are the parts of the drill in order.
var phases = []phase{
	{name: "steady", do: func(*local.Cloud) error { return nil }, took: 4 * time.Second},
	{name: east + " down", do: func(c *local.Cloud) error { return c.StopRegion(east) }, took: 6 * time.Second},
	{name: east + " returns", do: func(c *local.Cloud) error { return c.StartRegion(east) }, took: 5 * time.Second},
	{name: "link cut", do: func(c *local.Cloud) error { return c.Cut(east, west) }, took: 4 * time.Second},
	{name: "link healed", do: func(c *local.Cloud) error { return c.Heal(east, west) }, took: 4 * time.Second},
}

// Run builds the system, performs the drill, prints a table and writes the timeline to File.
// The error names each bound that was broken.
func Run(ctx context.Context, dir string, out io.Writer) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "building")
	cloud, err := start(ctx, ws)
	if err != nil {
		return err
	}
	r, err := perform(ctx, cloud)
	if err = errors.Join(err, cloud.Close()); err != nil {
		return err
	}
	if err := r.write(out); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(ws.Root, File), r.svg(), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(out, "timeline: %s\n", File)
	return r.check()
}

// start starts a cloud of two Regions with a user for each client.
func start(ctx context.Context, ws workspace.Workspace) (*local.Cloud, error) {
	built, err := pipeline.Build(ws.Root)
	if err != nil {
		return nil, err
	}
	system.Set(built.System.System)
	binaries, err := build.Functions(ctx, ws, build.Host)
	if err != nil {
		return nil, err
	}
	edge, err := local.Listen(0)
	if err != nil {
		return nil, err
	}
	cfg := local.Config{
		Settings: local.Settings{Regions: []string{east, west}, ReplicationLag: lag}, Edge: edge,
		Release: local.Release{
			Document: built.Deployable.Document, Specification: built.Document, Services: built.Services, Binaries: binaries,
		},
		Log: slog.New(slog.DiscardHandler), FunctionLog: func(_, _, _, _ string) {},
	}
	for n := range clients {
		cfg.Users = append(cfg.Users, issuer.User{
			Name: userName(n), Subject: subject(n), Scopes: []string{"profiles/read", "profiles/write"},
		})
	}
	return local.Start(ctx, cfg)
}

// perform performs the phases under load and verifies the data.
func perform(ctx context.Context, cloud *local.Cloud) (*result, error) {
	l, err := newLoad(ctx, cloud)
	if err != nil {
		return nil, err
	}
	loading, stop := context.WithCancel(ctx)
	defer stop()
	r := &result{start: time.Now()}
	done := l.run(loading)
	for _, p := range phases {
		r.begins = append(r.begins, time.Since(r.start))
		if err := p.do(cloud); err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(p.took):
		}
	}
	r.took = time.Since(r.start)
	stop()
	<-done
	r.samples = l.samples()
	if err := cloud.Settled(ctx); err != nil {
		return nil, err
	}
	r.writes, r.lost, err = l.verify(ctx, cloud)
	return r, err
}

// result is the outcome of a drill.
type result struct {
	start   time.Time
	took    time.Duration
	begins  []time.Duration // of the phases, since start
	samples []sample        // sorted by time
	writes  int             // acknowledged
	lost    []string        // describes each acknowledged write that a Region lacks
}

// figures are the counts of one phase.
type figures struct {
	requests, failed, reads, stale int
	oldest                         time.Duration // the age of the oldest stale read
}

// phase returns the index of the phase at a time since the start.
func (r *result) phase(at time.Duration) int {
	n := 0
	for i, begin := range r.begins {
		if at >= begin {
			n = i
		}
	}
	return n
}

// count returns the figures of each phase.
func (r *result) count() []figures {
	all := make([]figures, len(r.begins))
	for _, s := range r.samples {
		f := &all[r.phase(s.at)]
		f.requests++
		if s.failed {
			f.failed++
		}
		if s.read && !s.failed {
			f.reads++
			if s.stale {
				f.stale++
				f.oldest = max(f.oldest, s.age)
			}
		}
	}
	return all
}

// failover returns the time from the death of the Region to the last error before it
// returns.
func (r *result) failover() time.Duration {
	var last time.Duration
	for _, s := range r.samples {
		if s.failed && r.phase(s.at) == 1 {
			last = s.at - r.begins[1]
		}
	}
	return last
}

// oldest returns the age of the oldest stale read.
func (r *result) oldest() (age time.Duration) {
	for _, f := range r.count() {
		age = max(age, f.oldest)
	}
	return age
}

// write prints the table.
func (r *result) write(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "PHASE\tREQUESTS\tERRORS\tREADS\tSTALE READS\tOLDEST\n")
	for i, f := range r.count() {
		oldest := ""
		if f.stale > 0 {
			oldest = f.oldest.Round(time.Millisecond).String()
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%s\n", phases[i].name, f.requests, f.failed, f.reads, f.stale, oldest)
	}
	fmt.Fprintf(table, "\ntime to failover\t%s\t(at most %s)\n", r.failover().Round(time.Millisecond), maxFailover)
	fmt.Fprintf(table, "oldest stale read\t%s\t(since the acknowledgement of the write that it lacks)\n", r.oldest().Round(time.Millisecond))
	fmt.Fprintf(table, "lost writes\t%d of %d acknowledged\t(at most 0)\n", len(r.lost), r.writes)
	return table.Flush()
}

// check returns an error for each bound that was broken.
func (r *result) check() error {
	var errs []error
	if took := r.failover(); took > maxFailover {
		errs = append(errs, fmt.Errorf("drill: the failover took %s, more than %s", took, maxFailover))
	}
	for i, f := range r.count() {
		if i != 1 && f.failed > 0 {
			errs = append(errs, fmt.Errorf("drill: %d requests failed in the phase %q: only the death of a Region may fail requests",
				f.failed, phases[i].name))
		}
		if f.requests == 0 {
			errs = append(errs, fmt.Errorf("drill: the phase %q has no requests", phases[i].name))
		}
	}
	for _, lost := range r.lost {
		errs = append(errs, fmt.Errorf("drill: lost write: %s", lost))
	}
	return errors.Join(errs...)
}
