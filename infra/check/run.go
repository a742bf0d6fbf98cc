package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/meridian-api/meridian/contract/compat"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/modules"
	"github.com/meridian-api/meridian/infra/pins"
	"github.com/meridian-api/meridian/infra/prose"
)

// CI runs All, and then Test with the race detector. Failed checks do not keep the
// tests from running, so that one run shows everything.
func CI(ctx context.Context, dir string, getenv func(string) string, out io.Writer) error {
	checks := All(ctx, dir, out)
	options := readTestOptions(getenv)
	options.race = true
	return errors.Join(checks, test(ctx, dir, options, out))
}

// step is one of the checks that All runs.
type step struct {
	name string
	run  func() error
}

// All runs every check of the monorepo around dir, in the order of how soon a
// mistake shows, and prints a line for each. It runs the others after one fails.
func All(ctx context.Context, dir string, out io.Writer) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	list, err := Modules(ctx, ws.Root)
	if err != nil {
		return err
	}
	return runAll([]step{
		{"top level", func() error { return TopLevel(ws.Root, list) }},
		{"go.mod, go.work, licenses", func() error { return ModuleFiles(ws.Root) }},
		{"go.mod, go.sum: tidy", func() error { return modules.CheckTidy(ctx, ws.Root) }},
		{"format", func() error { return Format(ws.Root) }},
		{"conflicts of a merge", func() error { return Conflicts(ws.Root) }},
		{"generated files are up to date", func() error { return build.Generate(ctx, ws, true) }},
		{"contract: check, merge, lint", func() error { return contract(ws.Root) }},
		{"contract: compatible as versioned", func() error { return compat.Diff(ctx, ws.Root, nil, nil, io.Discard) }},
		{"environments: pinned releases", func() error { return pins.Check(ctx, ws.Root) }},
		{"English", func() error { return prose.Check(ws.Root) }},
		{"imports", func() error { return Imports(ctx, list) }},
		{"vet", func() error { return Vet(ctx, list) }},
		{"staticcheck", func() error { return Static(ctx, list) }},
		{"modules stand on their own", func() error { return Standalone(ctx, ws.Root) }},
		{"functions: size and linking", func() error { return functions(ctx, ws) }},
	}, out)
}

// runAll runs the steps and returns an error that names those that failed.
func runAll(steps []step, out io.Writer) error {
	var failed []string
	for _, s := range steps {
		start := time.Now()
		err := s.run()
		verdict := "ok"
		if err != nil {
			verdict = "FAILED\n" + err.Error()
			failed = append(failed, s.name)
		}
		fmt.Fprintf(out, "%-34s %5.1fs  %s\n", s.name, time.Since(start).Seconds(), verdict)
	}
	if len(failed) > 0 {
		return fmt.Errorf("%d of %d checks failed: %s", len(failed), len(steps), strings.Join(failed, "; "))
	}
	return nil
}

// contract builds both documents, which lints them.
func contract(root string) error {
	if err := pipeline.Check(root); err != nil {
		return err
	}
	_, err := pipeline.Build(root)
	return err
}

// functions builds the deployment packages and checks them.
func functions(ctx context.Context, ws workspace.Workspace) error {
	binaries, err := build.Package(ctx, ws)
	if err != nil {
		return err
	}
	return Binaries(binaries)
}
