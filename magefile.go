//go:build mage

package main

import (
	"context"
	"os"

	"github.com/magefile/mage/mg"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/bench"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/ci"
	"github.com/meridian-api/meridian/infra/up"
)

// Up builds everything and runs it on this machine, in two Regions, until Ctrl-C.
func Up(ctx context.Context) error { return up.Run(ctx, ".", os.Getenv, os.Stdout) }

// Test runs every module's tests; RACE=1 turns the race detector on.
func Test(ctx context.Context) error { return ci.Test(ctx, ".", os.Stdout) }

// CI runs all checks and the tests with the race detector.
func CI(ctx context.Context) error { return ci.Run(ctx, ".", os.Stdout) }

// Generate writes every context's openapi.json and service.json from its Go operations.
func Generate(ctx context.Context) error {
	ws, err := workspace.Find(".")
	if err != nil {
		return err
	}
	return build.Generate(ctx, ws, false)
}

// Bench measures, and prints ratios to peers of the same run.
type Bench mg.Namespace

// Coldstart compares the cold start of getMyAccount with a bare handler, gin and huma.
func (Bench) Coldstart(ctx context.Context) error {
	ws, err := workspace.Find(".")
	if err != nil {
		return err
	}
	return bench.ColdStart(ctx, ws, 20, os.Stdout)
}
