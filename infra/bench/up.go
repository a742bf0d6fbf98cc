package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/meridian-api/meridian/contract/workspace"
)

// Up measures how `go tool mage up` grows with the workspace: a clone of the monorepo with
// synthetic contexts is started for the first time, and again when nothing has changed.
// The time ends with the first response of a Lambda. The processor time is what the go
// command, mage and the cloud have used until then, with the commands that they have run: it
// hardly depends on what else the machine does.
func Up(ctx context.Context, dir string, out io.Writer) error {
	fmt.Fprintf(out, "From the command to the first response; the second figure is the median of %d further starts\n\n", rounds)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "contexts\tfunctions\tfirst start\tCPU\tnothing changed\t×\tCPU\t×\tdist MB\t")
	var reference startUsage
	for _, n := range []struct{ contexts, functions int }{{2, 14}, {14, 86}, {50, 500}} {
		s, err := measureStarts(ctx, dir, n.contexts, n.functions)
		if err != nil {
			return err
		}
		if n.contexts == 14 {
			reference = s.warm
		}
		fmt.Fprintf(w, "%d\t%d\t%.1f s\t%.1f s\t%.2f s\t%s\t%.2f s\t%s\t%.0f\t\n", n.contexts, n.functions,
			s.cold.took.Seconds(), s.cold.cpu.Seconds(), s.warm.took.Seconds(), times(s.warm.took, reference.took),
			s.warm.cpu.Seconds(), times(s.warm.cpu, reference.cpu), float64(s.dist)/1e6)
	}
	return w.Flush()
}

// times returns the ratio to a reference, if there is one.
func times(d, reference time.Duration) string {
	if reference == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", d.Seconds()/reference.Seconds())
}

// startUsage is what one start takes, until the first response.
type startUsage struct{ took, cpu time.Duration }

// starts are the figures of one workspace.
type starts struct {
	cold, warm startUsage
	dist       int64 // bytes in dist afterwards
}

func measureStarts(ctx context.Context, dir string, contexts, functions int) (s starts, err error) {
	ws, err := newClone(ctx, dir)
	if err != nil {
		return s, err
	}
	defer os.RemoveAll(ws.Root)
	if ws, err = addContexts(ws, contexts, functions); err != nil {
		return s, err
	}
	if s.cold, err = startOnce(ctx, ws); err != nil {
		return s, err
	}
	if _, err = startOnce(ctx, ws); err != nil { // mage compiles again what the first start has generated
		return s, err
	}
	var took, cpu []time.Duration
	for range rounds {
		warm, err := startOnce(ctx, ws)
		if err != nil {
			return s, err
		}
		took, cpu = append(took, warm.took), append(cpu, warm.cpu)
	}
	s.warm = startUsage{median(took), median(cpu)}
	s.dist, err = size(filepath.Join(ws.Root, workspace.Dist))
	return s, err
}

// startOnce starts and stops the cloud.
func startOnce(ctx context.Context, ws workspace.Workspace) (startUsage, error) {
	g, err := startMeridian(ctx, ws)
	if err != nil {
		return startUsage{}, err
	}
	return startUsage{g.first, usageOf(g.cmd.Process.Pid).spent}, g.stop()
}
