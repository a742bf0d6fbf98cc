//go:build mage

// These are the targets that evaluate the Terraform in Go: the root's magefile runs them
// from here.
package main

import (
	"context"
	"os"

	"github.com/magefile/mage/mg"

	"github.com/meridian-api/meridian/infra/provision/mutate"
)

// Infra has the targets that are about this repository's own Terraform and not a project's.
type Infra mg.Namespace

func (Infra) Mutants(ctx context.Context, sample, seed *int) error {
	return mutate.Run(ctx, ".", mutate.NewOptions(sample, seed, mg.Verbose()), os.Stdout)
}

func (Infra) Values() error { return mutate.WriteValues(".") }
