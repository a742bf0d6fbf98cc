package docs

import (
	"context"
	"io"

	"github.com/meridian-api/meridian/contract/command"
)

// Merge writes both documents into dist and prints where; verbose lists what the
// deployable one leaves out, and why.
func Merge(ctx context.Context, verbose bool, out io.Writer) error {
	if verbose {
		return contract(ctx, out, "deployable", "-v")
	}
	return contract(ctx, out, "deployable")
}

// Lint lints the monorepo's documents and prints what it finds.
func Lint(ctx context.Context, out io.Writer) error { return contract(ctx, out, "lint") }

// contract runs the contract command, which has users of its own.
func contract(ctx context.Context, out io.Writer, args ...string) error {
	cmd := command.Go("", append([]string{"run", "github.com/meridian-api/meridian/contract/cmd/contract"}, args...)...)
	cmd.Stdout, cmd.Stderr = out, out
	return cmd.Run(ctx)
}
