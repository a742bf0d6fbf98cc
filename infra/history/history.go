// Package history checks what the contexts promise across Regions, from the outside.
//
// Clients call the embedded cloud through the edge and at each Region, while a
// disturbance cuts links, stops Regions, kills and freezes processes, changes the lag of
// replication, and moves the clocks of Regions apart. Every request and response is
// kept. Then the history is compared with models:
//
//   - The account of one user is linearizable: its writes in all Regions, and its reads if
//     the user's requests go to one Region (account.go).
//   - The claims on an address are linearizable in all Regions together: no two active
//     accounts have it (address.go). A reader of a Region never sees two either
//     (sighting.go).
//   - The profile of a user whose requests go to one Region is linearizable (profile.go).
//   - Profiles written in several Regions are merged: a withdrawal wins, a deletion stays,
//     and no acknowledged preference is lost (roaming.go).
//   - An ETag names one content, and the Regions agree after the links have healed
//     (check.go, final.go).
//
// An operation without a definite response, such as a timeout or a 5xx, may have taken
// effect, may not, or may take effect later. A 503 is definite only if it says that the
// address or the account is busy; see response.outcome.
//
// Plant changes the product in ways that break one promise each, and reports whether the
// checker finds it (plant.go).
//
// Everything that clients and the disturbance decide follows from a seed. The scheduling
// of processes does not, so a seed repeats a history almost, not exactly.
package history

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"time"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
)

// Options are the options of Check.
type Options struct {
	// First is the first seed, and Seeds the number of seeds.
	First, Seeds int
	// Ops is the number of requests of each seed, without those that check the result.
	Ops int

	plant plant // planted into the functions; its promise ends the run when it is broken
}

// The defaults of Options: what CI runs.
const (
	defaultSeeds = 40
	defaultOps   = 240
)

// OptionsOf returns the options of the command line, which are nil if they are not given.
// seed repeats one seed.
func OptionsOf(seeds, ops, seed *int) Options {
	o := Options{First: 1, Seeds: defaultSeeds, Ops: defaultOps}
	if seeds != nil {
		o.Seeds = *seeds
	}
	if ops != nil {
		o.Ops = *ops
	}
	if seed != nil {
		o.First, o.Seeds = *seed, 1
	}
	return o
}

func (o Options) check() error {
	if o.First < 0 || o.Seeds < 1 || o.Ops < 1 {
		return fmt.Errorf("history: seed %d, %d seeds, %d operations: use a seed from 0, and at least one of the others",
			o.First, o.Seeds, o.Ops)
	}
	return nil
}

// clouds is the number of clouds that run at once. Requests wait most of the time.
const clouds = 3

// Check builds the system, runs the seeds and prints what it found. The error has each
// broken promise with its seed and the picture of the history in dist/history.
func Check(ctx context.Context, dir string, o Options, out io.Writer) error {
	if err := o.check(); err != nil {
		return err
	}
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "building")
	binaries, err := functions(ctx, ws, o.plant)
	if err != nil {
		return err
	}
	begin := time.Now()
	r, err := run(ctx, ws, binaries, o, out)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d seeds, %d operations (%d without a definite response), %d disturbances, %d broken promises, %s\n",
		r.seeds, r.ops, r.unknown, r.disturbances, len(r.findings), time.Since(begin).Round(time.Second))
	var errs []error
	for _, f := range r.findings {
		errs = append(errs, f)
	}
	return errors.Join(errs...)
}

// finding is a broken promise.
type finding struct {
	seed    int
	promise string // the name of the model or check
	detail  string
	picture string // path below the monorepo's root
}

// Error implements error.
func (f finding) Error() string {
	return fmt.Sprintf("history: seed %d: %s: %s: see %s, and repeat with 'go tool mage history:check -seed=%d'",
		f.seed, f.promise, f.detail, f.picture, f.seed)
}

// report sums up seeds.
type report struct {
	seeds, ops, unknown, disturbances int
	findings                          []finding
}

// run runs the seeds in several clouds and checks their histories.
func run(ctx context.Context, ws workspace.Workspace, binaries build.Binaries, o Options, out io.Writer) (report, error) {
	var mu sync.Mutex
	var sum report
	var errs []error
	var group sync.WaitGroup
	working, stop := context.WithCancel(ctx)
	defer stop()
	for n := range min(clouds, o.Seeds) {
		group.Go(func() {
			err := runSeeds(working, ws, binaries, o, n, func(r report) {
				mu.Lock()
				defer mu.Unlock()
				sum.seeds++
				sum.ops += r.ops
				sum.unknown += r.unknown
				sum.disturbances += r.disturbances
				sum.findings = append(sum.findings, r.findings...)
				for _, f := range r.findings {
					if o.plant.breaks(f.promise) {
						stop()
					}
					fmt.Fprintf(out, "seed %d: %s: %s\n", f.seed, f.promise, f.detail)
				}
			})
			mu.Lock()
			defer mu.Unlock()
			if working.Err() == nil || ctx.Err() != nil {
				errs = append(errs, err)
			}
		})
	}
	group.Wait()
	return sum, errors.Join(errs...)
}

// runSeeds runs every clouds-th seed, from the n-th, in one cloud.
func runSeeds(
	ctx context.Context, ws workspace.Workspace, binaries build.Binaries, o Options, n int, done func(report),
) (err error) {
	var seeds []int
	for i := n; i < o.Seeds; i += clouds {
		seeds = append(seeds, o.First+i)
	}
	w, err := newWorld(ctx, ws, binaries, seeds)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	for _, seed := range seeds {
		h, err := w.history(ctx, seed, o.Ops)
		if err != nil {
			return fmt.Errorf("history: seed %d: %w", seed, err)
		}
		r, err := h.check(ws.Root, filepath.Join(o.plant.dir(), "pictures"))
		if err != nil {
			return err
		}
		done(r)
	}
	return nil
}
