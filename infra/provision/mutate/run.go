package mutate

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Options choose the mutants of a run.
type Options struct {
	// Sample is the number of mutants, 0 for all.
	Sample int
	// Seed chooses the sample.
	Seed uint64
	// Verbose prints the killed mutants as well, each with its killer.
	Verbose bool
}

// NewOptions returns the options with the values that are given.
func NewOptions(sample, seed *int, verbose bool) Options {
	o := Options{Verbose: verbose}
	if sample != nil {
		o.Sample = *sample
	}
	if seed != nil {
		o.Seed = uint64(*seed)
	}
	return o
}

// Run makes mutants of the Terraform of the monorepo at root, and runs the tests that each
// can break. It prints the survivors and returns an error if there is one, if a planted
// fault survives, if a list of values is not what the Terraform sets, or if equivalent.json
// has a mutant that does not exist or that is killed.
func Run(ctx context.Context, root string, o Options, out io.Writer) error {
	start := time.Now()
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	all, err := find(root)
	if err != nil {
		return err
	}
	equivalents, err := readEquivalents(equivalentJSON)
	if err != nil {
		return err
	}
	if names := stale(equivalents, all); len(names) > 0 {
		return fmt.Errorf("equivalent.json has mutants that do not exist: remove %s", strings.Join(names, "; "))
	}
	t, err := newTests(root)
	if err != nil {
		return err
	}
	if err := t.compareLists(); err != nil {
		return err
	}
	r := &report{out: out, verbose: o.Verbose, equivalents: equivalents}
	if err := r.planted(t); err != nil {
		return err
	}
	chosen := sample(all, o)
	if len(chosen) < len(all) {
		fmt.Fprintf(out, "%d of %d mutants, seed %d\n", len(chosen), len(all), o.Seed)
	}
	if err := t.killAll(ctx, chosen, r.add); err != nil {
		return err
	}
	return r.end(time.Since(start))
}

// sample returns the chosen mutants, in an order that depends on the seed.
func sample(all []Mutant, o Options) []Mutant {
	if o.Sample == 0 || o.Sample >= len(all) {
		return all
	}
	chosen := slices.Clone(all)
	rand.New(rand.NewPCG(o.Seed, 0)).Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
	return chosen[:o.Sample]
}

// report counts and prints outcomes.
type report struct {
	out         io.Writer
	verbose     bool
	equivalents map[string]equivalent

	tried, byTests, byValues, listed int
	survivors, killed                []string // killed: mutants of equivalent.json
}

// planted tries the planted faults.
func (r *report) planted(t *tests) error {
	faults, err := plant(t.root)
	if err != nil {
		return err
	}
	for _, fault := range slices.Sorted(maps.Keys(faults)) {
		killer := cmp.Or(t.kill(faults[fault], false), t.kill(faults[fault], true))
		if killer == nil {
			return fmt.Errorf("%s: the planted fault survives: %s", faults[fault], fault)
		}
		fmt.Fprintf(r.out, "killed   %s (%s:%d) by %s\n", fault, faults[fault].File, faults[fault].Line, firstLine(killer))
	}
	return nil
}

func (r *report) add(o outcome) {
	r.tried++
	_, listed := r.equivalents[o.name()]
	switch {
	case o.killer == nil && listed:
		r.listed++
	case o.killer == nil:
		r.survivors = append(r.survivors, o.String())
		fmt.Fprintf(r.out, "survived %s\n", o)
	case listed:
		r.killed = append(r.killed, o.name())
	case strings.HasPrefix(o.killer.Error(), "values of "):
		r.byValues++
	default:
		r.byTests++
	}
	if r.verbose && o.killer != nil {
		fmt.Fprintf(r.out, "killed   %s by %s\n", o, firstLine(o.killer))
	}
}

func (r *report) end(took time.Duration) error {
	fmt.Fprintf(r.out, "%d mutants in %.0f s: %d killed by assertions and errors, %d by the lists of values, %d equivalent, %d survived\n",
		r.tried, took.Seconds(), r.byTests, r.byValues, r.listed, len(r.survivors))
	switch {
	case len(r.survivors) > 0:
		return fmt.Errorf("%d mutants survived: add an assertion for each to the root's tests, or add it to equivalent.json with the reason", len(r.survivors))
	case len(r.killed) > 0:
		return fmt.Errorf("equivalent.json has mutants that are killed: remove %s", strings.Join(r.killed, "; "))
	}
	return nil
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
