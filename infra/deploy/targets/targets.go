// Package targets has the targets that deploy, for a magefile that imports them with
// mage:import. Package infra/targets runs that magefile and has the help texts.
package targets

import (
	"context"
	"os"

	"github.com/magefile/mage/mg"

	"github.com/meridian-api/meridian/infra/deploy"
)

// Deploy works on an environment on AWS.
type Deploy mg.Namespace

func (Deploy) All(ctx context.Context, create, drain, json *bool, allowDataLoss, moveDomain *string) error {
	return deploy.All(ctx, ".", os.Getenv, deploy.OptionsOf(create, drain, json, allowDataLoss, moveDomain), os.Stdout)
}

func (Deploy) Doctor(ctx context.Context) error { return deploy.Doctor(ctx, ".", os.Getenv, os.Stdout) }

func (Deploy) Plan(ctx context.Context) error { return deploy.Plan(ctx, ".", os.Getenv, os.Stdout) }

func (Deploy) Rehearse(ctx context.Context) error {
	return deploy.Rehearse(ctx, ".", os.Getenv, os.Stdout)
}

func (Deploy) Module(ctx context.Context, name string, drain *bool, allowDataLoss *string) error {
	return deploy.Module(ctx, ".", os.Getenv, name, deploy.OptionsOf(nil, drain, nil, allowDataLoss, nil), os.Stdout)
}

func (Deploy) Region(ctx context.Context, region string, drain *bool) error {
	return deploy.Region(ctx, ".", os.Getenv, region, deploy.OptionsOf(nil, drain, nil, nil, nil), os.Stdout)
}

func (Deploy) Destroy(ctx context.Context, confirm *string) error {
	return deploy.Destroy(ctx, ".", os.Getenv, deploy.ConfirmationOf(confirm, os.Stdin), os.Stdout)
}

func (Deploy) Status(ctx context.Context, drift *bool) error {
	return deploy.Status(ctx, ".", os.Getenv, drift, os.Stdout)
}

func (Deploy) Import(ctx context.Context, stack, address, id string) error {
	return deploy.Import(ctx, ".", os.Getenv, stack, address, id, os.Stdout)
}

func (Deploy) Rollback(ctx context.Context, region *string) error {
	return deploy.Rollback(ctx, ".", os.Getenv, region, os.Stdout)
}

func (Deploy) Drain(ctx context.Context, region string) error {
	return deploy.DrainRegion(ctx, ".", os.Getenv, region, os.Stdout)
}

func (Deploy) Undrain(ctx context.Context, region string) error {
	return deploy.UndrainRegion(ctx, ".", os.Getenv, region, os.Stdout)
}

func (Deploy) Regions(ctx context.Context, regions string) error {
	return deploy.SetRegions(ctx, ".", os.Getenv, regions, os.Stdout)
}

func (Deploy) Claims(ctx context.Context) error { return deploy.Claims(ctx, ".", os.Getenv, os.Stdout) }

func (Deploy) Reap(ctx context.Context, confirm *string) error {
	return deploy.Reap(ctx, ".", os.Getenv, deploy.ConfirmationOf(confirm, os.Stdin), os.Stdout)
}

func (Deploy) Unlock(ctx context.Context) error { return deploy.Unlock(ctx, ".", os.Getenv, os.Stdout) }
