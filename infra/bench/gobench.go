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

// Adapter compares the adapter with a hand-written handler, gin, chi and huma on one
// event.
func Adapter(ctx context.Context, dir string, out io.Writer) error {
	fmt.Fprintf(out, "A request through the adapter, with a proxy event of %.1f kB; medians of %d\n\n", float64(len(event))/1e3, repeated)
	return compare(ctx, dir, filepath.Join("infra", "bench", "peers"), "BenchmarkAdapter", out)
}

// Secrets compares a cache hit in 1 and 16 goroutines with one behind a lock.
func Secrets(ctx context.Context, dir string, out io.Writer) error {
	fmt.Fprintf(out, "A hit in the cache of secrets; medians of %d\n\n", repeated)
	return compare(ctx, dir, filepath.Join("platform", "secrets"), "BenchmarkHit", out)
}

// Connect compares the first request to a TLS service 20 ms away with the tenth, with
// and without a connection that is opened in advance.
func Connect(ctx context.Context, dir string, out io.Writer) error {
	return goBench(ctx, dir, filepath.Join("platform", "connect"), "BenchmarkFirstRequest", out)
}

// Contract measures the generator on 10 to 3,000 operations, and compares merge, lint
// and emit with kin-openapi's load and validation of the result.
func Contract(ctx context.Context, dir string, out io.Writer) error {
	if err := Generate(ctx, dir, out); err != nil {
		return err
	}
	return goBench(ctx, dir, filepath.Join("contract", "pipeline"), "BenchmarkPipeline", out)
}

// Portal measures how long Chromium takes to open the documentation of 1,000 operations,
// in 50 contexts and in one.
func Portal(ctx context.Context, dir string, out io.Writer) error {
	return goBench(ctx, dir, filepath.Join("infra", "e2e"), "BenchmarkPortal", out)
}

// repeated is the number of times that compare runs a benchmark.
const repeated = 5

// compare runs a package's benchmark and prints a table of its cases with their ratio
// to the first.
func compare(ctx context.Context, dir, folder, name string, out io.Writer) error {
	var output bytes.Buffer
	for range repeated {
		if err := goBench(ctx, dir, folder, name, &output); err != nil {
			return fmt.Errorf("%w\n%s", err, output.Bytes())
		}
	}
	r := readResults(output.Bytes())
	if len(r.cases) == 0 {
		return fmt.Errorf("%s in %s printed no figures:\n%s", name, folder, output.Bytes())
	}
	return r.print(out)
}

// goBench runs a benchmark of the package in folder, a path from the root of the
// monorepo around dir.
func goBench(ctx context.Context, dir, folder, name string, out io.Writer) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	cmd := command.Go(filepath.Join(ws.Root, folder), "test", "-count", "1", "-run", "^$", "-bench", name, "-benchtime", "0.5s", ".")
	cmd.Stdout, cmd.Stderr = out, out
	return cmd.Run(ctx)
}
