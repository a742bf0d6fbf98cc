//go:build mage

package main

import (
	"context"
	"os"

	"github.com/magefile/mage/mg"

	"github.com/meridian-api/meridian/infra/bench"
	"github.com/meridian-api/meridian/infra/drill"
	"github.com/meridian-api/meridian/infra/firstrun"
	"github.com/meridian-api/meridian/infra/forward"
	"github.com/meridian-api/meridian/infra/history"
	// mage:import
	_ "github.com/meridian-api/meridian/infra/targets"
)

// Drill kills and returns a Region, cuts and heals a link under load, and writes dist/drill.svg; it fails when a bound is broken.
func Drill(ctx context.Context) error { return drill.Run(ctx, ".", os.Stdout) }

// Deploy has the target that is about this repository's own deployment and not a project's.
type Deploy mg.Namespace

// Test deploys, breaks, kills and interrupts a small monorepo with Terraform on the stand-in: CI's sample, or with -all every scenario, in about half an hour.
func (Deploy) Test(all *bool) error {
	return forward.Run("infra/deploy", "deploy:test", forward.Option("all", all))
}

// Infra has the targets that are about this repository's own Terraform and not a project's.
type Infra mg.Namespace

// Mutants changes the Terraform in one place at a time and prints the changes that no test notices; -sample=N tries N of them that -seed=N chooses, and mage -v prints each.
func (Infra) Mutants(sample, seed *int) error {
	return forward.Run("infra/provision", "infra:mutants", forward.Option("sample", sample), forward.Option("seed", seed))
}

// Values writes the lists of the values that the Terraform sets in its tests, which mutants are compared with.
func (Infra) Values() error { return forward.Run("infra/provision", "infra:values") }

// History checks what the contexts promise across Regions.
type History mg.Namespace

// Check records what clients see while Regions and processes fail, and checks it with models; -seeds=N and -ops=N say how much, -seed=N repeats one.
func (History) Check(ctx context.Context, seeds, ops, seed *int) error {
	return history.Check(ctx, ".", history.OptionsOf(seeds, ops, seed), os.Stdout)
}

// Plant plants faults into the product, or only -fault=NAME, and fails unless Check finds each within a few seeds.
func (History) Plant(ctx context.Context, fault *string) error {
	return history.Plant(ctx, ".", fault, os.Stdout)
}

// Bench measures and prints ratios to peers in the same run.
type Bench mg.Namespace

// Coldstart compares the cold start of getMyAccount with a hand-written read, a bare handler, gin and huma.
func (Bench) Coldstart(ctx context.Context) error { return bench.ColdStart(ctx, ".", os.Stdout) }

// Packages measures what each package of platform adds to the cold start of a bare handler.
func (Bench) Packages(ctx context.Context) error { return bench.Packages(ctx, ".", os.Stdout) }

// Adapter compares the adapter with a hand-written handler, gin, chi and huma.
func (Bench) Adapter(ctx context.Context) error { return bench.Adapter(ctx, ".", os.Stdout) }

// Gateway compares the embedded cloud with serverless-offline: time to the first response, requests per second.
func (Bench) Gateway(ctx context.Context) error { return bench.Gateway(ctx, ".", os.Stdout) }

// Reload measures the time from the save of a file to the first response of the new code.
func (Bench) Reload(ctx context.Context) error { return bench.Reload(ctx, ".", os.Stdout) }

// Up measures the start of 2, 14 and 50 contexts, for the first time and when nothing has changed.
func (Bench) Up(ctx context.Context) error { return bench.Up(ctx, ".", os.Stdout) }

// Secrets measures a hit of the secrets cache.
func (Bench) Secrets(ctx context.Context) error { return bench.Secrets(ctx, ".", os.Stdout) }

// Connect compares the first request with the tenth, over TLS to a service 20 ms away.
func (Bench) Connect(ctx context.Context) error { return bench.Connect(ctx, ".", os.Stdout) }

// Contract compares merge and lint of up to 3,000 operations with kin-openapi's load and validation.
func (Bench) Contract(ctx context.Context) error { return bench.Contract(ctx, ".", os.Stdout) }

// Portal measures how long Chromium takes to open the portal's pages of 1,000 operations.
func (Bench) Portal(ctx context.Context) error { return bench.Portal(ctx, ".", os.Stdout) }

// Project makes a project of one's own, or the one of -module=PATH, from a module proxy and empty caches, runs it, tests it, releases its context and rehearses its deployment.
func (Bench) Project(ctx context.Context, module *string) error {
	path := firstrun.Example
	if module != nil {
		path = *module
	}
	return firstrun.Run(ctx, ".", path, os.Stdout)
}
