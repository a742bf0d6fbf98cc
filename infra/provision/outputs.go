package provision

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// Outputs returns the command that prints a stack's outputs as JSON.
func (w Workspace) Outputs(s Stack) Command { return w.command(s, "output", "-no-color", "-json") }

// printAddresses prints the URLs among the outputs of stacks that are applied: the
// API, its portal and the users' sign-in.
func (t Terraform) printAddresses(ctx context.Context, w Workspace, stacks []Stack, out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, s := range stacks {
		data, err := t.Output(ctx, w.Outputs(s))
		if err != nil {
			return err
		}
		var outputs map[string]struct {
			Sensitive bool
			Value     any
		}
		if err := json.Unmarshal(data, &outputs); err != nil {
			return fmt.Errorf("%s of %s: %w", w.Outputs(s), s.Key(), err)
		}
		for _, name := range slices.Sorted(maps.Keys(outputs)) {
			url, _ := outputs[name].Value.(string)
			if strings.HasPrefix(url, "https://") && !outputs[name].Sensitive {
				fmt.Fprintf(table, "  %s\t%s\t%s\n", s.Key(), name, url)
			}
		}
	}
	return table.Flush()
}
