// Package ci runs everything that a change must pass, in the order of how soon
// a mistake shows.
package ci

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/compat"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/check"
	"github.com/meridian-api/meridian/infra/docs"
)

// Run runs all checks, then the README's test command with the race
// detector.
// It goes on after a failed check, so that one run tells all.
func Run(ctx context.Context, root string, out io.Writer) error {
	ws, err := workspace.Find(root)
	if err != nil {
		return err
	}
	modules, err := check.Modules(ctx, ws.Root)
	if err != nil {
		return err
	}
	var failed []error
	step := func(name string, do func() error) {
		start := time.Now()
		err := do()
		verdict := "ok"
		if err != nil {
			verdict = "FAILED\n" + err.Error()
			failed = append(failed, errors.New(name))
		}
		fmt.Fprintf(out, "%-34s %5.1fs  %s\n", name, time.Since(start).Seconds(), verdict)
	}
	step("top level", func() error { return check.TopLevel(ws.Root, modules) })
	step("format", func() error { return check.Format(ws.Root) })
	step("generated files are up to date", func() error { return build.Generate(ctx, ws, true) })
	step("contract: check, merge, lint", func() error {
		if err := pipeline.Check(ws.Root); err != nil {
			return err
		}
		_, err := pipeline.Build(ws.Root)
		return err
	})
	step("contract: compatible as versioned", func() error { return docs.Diff(ctx, ws.Root, nil, compat.Print, io.Discard) })
	step("imports", func() error { return check.Imports(ctx, modules) })
	step("vet", func() error { return check.Vet(ctx, modules) })
	step("staticcheck", func() error { return check.Static(ctx, modules) })
	step("modules stand on their own", func() error { return check.Alone(ctx, modules) })
	step("functions: size and linking", func() error {
		binaries, err := build.Package(ctx, ws)
		if err != nil {
			return err
		}
		return check.Binaries(binaries)
	})
	step("tests", func() error {
		fmt.Fprintln(out, "go tool mage test")
		tests := command.Go(ws.Root, "tool", "mage", "test")
		tests.Env, tests.Stdout, tests.Stderr = []string{RaceVariable + "=1"}, out, out
		return tests.Run(ctx)
	})
	if failed != nil {
		return fmt.Errorf("failed: %w", errors.Join(failed...))
	}
	return nil
}
