package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/workspace"
)

// Adapter runs the adapter against a hand-written handler, gin, chi and huma on
// one event, in one run.
func Adapter(ctx context.Context, dir string, out io.Writer) error {
	fmt.Fprintf(out, "A request through the adapter, with a proxy event of %.1f kB; medians of %d\n\n", float64(len(event))/1e3, repeated)
	return compare(ctx, dir, filepath.Join("infra", "bench", "peers"), "BenchmarkAdapter", out, "GOWORK=off")
}

// Secrets runs a cache hit with 1 and 16 goroutines, next to the same behind a lock.
func Secrets(ctx context.Context, dir string, out io.Writer) error {
	fmt.Fprintf(out, "A hit of the secrets' cache; medians of %d\n\n", repeated)
	return compare(ctx, dir, filepath.Join("platform", "secrets"), "BenchmarkHit", out)
}

// Connect runs the first and the tenth request to a TLS service 20 ms away,
// with the connection opened ahead and without.
func Connect(ctx context.Context, dir string, out io.Writer) error {
	return goBench(ctx, dir, filepath.Join("platform", "connect"), "BenchmarkFirstRequest", out)
}

// Contract runs the generator on 10 to 3,000 operations, and merge, lint and emit
// next to kin-openapi's load and validation of the result.
func Contract(ctx context.Context, dir string, out io.Writer) error {
	if err := Generate(ctx, dir, out); err != nil {
		return err
	}
	return goBench(ctx, dir, filepath.Join("contract", "pipeline"), "BenchmarkPipeline", out)
}

// repeated is how often a benchmark with a table runs, all its cases in turn.
const repeated = 5

// compare runs a package's benchmark and prints its cases next to the first.
func compare(ctx context.Context, dir, folder, name string, out io.Writer, env ...string) error {
	var output bytes.Buffer
	for range repeated {
		if err := goBench(ctx, dir, folder, name, &output, env...); err != nil {
			return fmt.Errorf("%w\n%s", err, output.Bytes())
		}
	}
	r := readResults(output.Bytes())
	if len(r.cases) == 0 {
		return fmt.Errorf("%s in %s printed no figures:\n%s", name, folder, output.Bytes())
	}
	return r.print(out)
}

// goBench runs a package's benchmark; dir is in the workspace.
func goBench(ctx context.Context, dir, folder, name string, out io.Writer, env ...string) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	cmd := command.Go(filepath.Join(ws.Root, folder), "test", "-count", "1", "-run", "^$", "-bench", name, "-benchtime", "0.5s", ".")
	cmd.Env, cmd.Stdout, cmd.Stderr = env, out, out
	return cmd.Run(ctx)
}
