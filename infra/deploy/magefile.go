//go:build mage

// These are the targets that deploy: infra/targets runs them from here.
package main

import (
	"context"
	"os"

	"github.com/magefile/mage/mg"

	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/deploy/scenario"
	// mage:import
	_ "github.com/meridian-api/meridian/infra/deploy/targets"
)

// Generate writes the generated files, before scenarios deploy them.
func Generate(ctx context.Context) error { return build.GenerateAt(ctx, ".") }

// Deploy has the target that is about this repository's own deployment and not a project's.
type Deploy mg.Namespace

func (Deploy) Test(ctx context.Context, all *bool) error {
	return scenario.Run(ctx, ".", os.Getenv, all, os.Stdout)
}
