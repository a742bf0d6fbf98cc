package deploy

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// report prints what runs where, and what was changed, in the order of the Regions
// and of the stacks' keys.
func (o *rollout) report() {
	fmt.Fprintf(o.out, "\n%s:\n", o.environment.Name)
	table := tabwriter.NewWriter(o.out, 0, 0, 2, ' ', 0)
	for _, region := range append(slices.Clone(o.environment.Regions), o.leaving...) {
		fmt.Fprintf(table, "  %s\t%s\n", region, o.reportOf(region))
	}
	table.Flush()
	total := 0
	var changed []string
	for _, key := range union(o.changes, nil) {
		if count := len(o.changes[key]); count > 0 {
			total += count
			changed = append(changed, fmt.Sprintf("  %s\t%d", key, count))
		}
	}
	defer fmt.Fprintln(o.out, o.spent)
	if total == 0 {
		fmt.Fprintln(o.out, "Nothing was changed.")
		return
	}
	fmt.Fprintf(o.out, "Changed resources: %d\n", total)
	fmt.Fprintln(table, strings.Join(changed, "\n"))
	table.Flush()
}

// reportOf returns what a Region runs, in one line.
func (o *rollout) reportOf(region string) string {
	record := o.records[region]
	if slices.Contains(o.leaving, region) {
		return "leaves the environment"
	}
	line := "no release"
	if record.Release != "" {
		line = "release " + record.Release + " since " + record.Time.Format(time.RFC3339)
	}
	if record.Pending != "" {
		line += ", release " + record.Pending + " incomplete"
	}
	if record.Drained {
		line += ", drained"
	}
	return line
}
