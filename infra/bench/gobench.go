package bench

import (
	"context"
	"io"
	"path/filepath"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/gocmd"
)

// Adapter runs the adapter against a hand-written handler, gin, chi and huma on
// one event, in one run.
func Adapter(ctx context.Context, ws workspace.Workspace, out io.Writer) error {
	return goBench(ctx, filepath.Join(ws.Root, "infra", "bench", "peers"), "BenchmarkAdapter", out, "GOWORK=off")
}

// Secrets runs a cache hit with 1 and 16 goroutines for each processor.
func Secrets(ctx context.Context, ws workspace.Workspace, out io.Writer) error {
	return goBench(ctx, filepath.Join(ws.Root, "platform", "secrets"), "BenchmarkHit", out)
}

// Connect runs the first and the tenth request to a TLS service 20 ms away,
// with the connection opened ahead and without.
func Connect(ctx context.Context, ws workspace.Workspace, out io.Writer) error {
	return goBench(ctx, filepath.Join(ws.Root, "platform", "connect"), "BenchmarkFirstRequest", out)
}

func goBench(ctx context.Context, dir, name string, out io.Writer, env ...string) error {
	return gocmd.Command{
		Dir: dir, Args: []string{"test", "-run", "^$", "-bench", name, "."}, Env: env, Stdout: out, Stderr: out,
	}.Run(ctx)
}
