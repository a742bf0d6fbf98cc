package scenario

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/provision"
)

// folder is the folder of the target's workspace, below dist. Run leaves it for a look
// at the logs.
const folder = "scenarios"

// Run runs the scenarios with the Terraform that getenv names, all of them or CI's
// sample, and prints a table of what each took beside Terraform's own time.
func Run(ctx context.Context, dir string, getenv func(string) string, all *bool, out io.Writer) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	to := filepath.Join(ws.Root, workspace.Dist, folder)
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	short := all == nil || !*all
	s, err := open(ctx, ws.Root, to, getenv(provision.TerraformVariable), short)
	if err != nil {
		return err
	}
	chosen := scenarios
	if short {
		chosen = sample()
	}
	var results []result
	for _, one := range chosen {
		r := s.run(ctx, one)
		r.printLine(out)
		results = append(results, r)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return printAll(out, results)
}

// sample returns the scenarios of CI.
func sample() []scenario {
	return slices.DeleteFunc(slices.Clone(scenarios), func(s scenario) bool { return !s.inCI })
}

// printLine prints that a scenario has ended, and why it failed.
func (r result) printLine(out io.Writer) {
	fmt.Fprintf(out, "%s: %s in %.0fs\n", r.name, r.verdict(), r.wall.Seconds())
	if r.err != nil {
		fmt.Fprintf(out, "%v\n", r.err)
	}
}
