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
// The time ends with the first response of a Lambda.
func Up(ctx context.Context, dir string, out io.Writer) error {
	fmt.Fprintf(out, "From the command to the first response; the second figure is the median of %d further starts\n\n", rounds)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "contexts\tfunctions\tfirst start\tnothing changed\t×\tdist MB\t")
	var reference time.Duration
	for _, n := range []struct{ contexts, functions int }{{2, 14}, {14, 86}, {50, 500}} {
		s, err := measureStarts(ctx, dir, n.contexts, n.functions)
		if err != nil {
			return err
		}
		if n.contexts == 14 {
			reference = s.warm
		}
		ratio := ""
		if reference > 0 {
			ratio = fmt.Sprintf("%.2f", s.warm.Seconds()/reference.Seconds())
		}
		fmt.Fprintf(w, "%d\t%d\t%.1f s\t%.2f s\t%s\t%.0f\t\n", n.contexts, n.functions, s.cold.Seconds(), s.warm.Seconds(),
			ratio, float64(s.dist)/1e6)
	}
	return w.Flush()
}

// starts are the figures of one workspace.
type starts struct {
	cold, warm time.Duration
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
	var warm []time.Duration
	for range rounds {
		took, err := startOnce(ctx, ws)
		if err != nil {
			return s, err
		}
		warm = append(warm, took)
	}
	s.warm = median(warm)
	s.dist, err = size(filepath.Join(ws.Root, workspace.Dist))
	return s, err
}

// startOnce returns the time to the first response.
func startOnce(ctx context.Context, ws workspace.Workspace) (time.Duration, error) {
	g, err := startMeridian(ctx, ws)
	if err != nil {
		return 0, err
	}
	return g.first, g.stop()
}
