package modrelease

import (
	"context"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/compat"
	"github.com/meridian-api/meridian/infra/modproxy"
	"github.com/meridian-api/meridian/infra/modules"
)

// changes returns the differences between a module of the clone and its last release, of
// the Go API and, for a context, of the contract and the manifest. The go command reads
// the module with the variables of env.
func (w *workshop) changes(ctx context.Context, m modules.Module, last modproxy.Release, env []string) ([]Change, error) {
	changes, err := w.apiChanges(ctx, last, m.Dir, env)
	if err != nil {
		return nil, err
	}
	declared, err := w.declared(m)
	if err != nil || declared == "" {
		return changes, err
	}
	reports, err := compat.Run(ctx, w.clone, "")
	if err != nil {
		return nil, err
	}
	for _, report := range reports {
		if report.Context == m.Name {
			changes = append(changes, ofContext(report)...)
		}
	}
	return changes, nil
}

// ofContext returns the changes of a context's contract and manifest.
func ofContext(report compat.Report) []Change {
	var changes []Change
	for _, c := range report.Changes {
		changes = append(changes, Change{Of: Contract, Kind: c.Level, Text: c.String(), Advice: c.Advice})
	}
	for _, c := range report.Resources {
		changes = append(changes, Change{Of: Manifest, Kind: c.Level, Text: c.String(), Advice: c.Advice})
	}
	return changes
}

func count(changes []Change, kind compat.Level) int {
	n := 0
	for _, c := range changes {
		if c.Kind == kind {
			n++
		}
	}
	return n
}

// list joins names with commas, or returns empty if the list is.
func list(names []string, empty string) string {
	if len(names) == 0 {
		return empty
	}
	return strings.Join(slices.Sorted(slices.Values(names)), ", ")
}
