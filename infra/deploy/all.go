package deploy

import (
	"context"
	"io"

	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/docs"
	"github.com/meridian-api/meridian/infra/provision"
)

// All builds the functions, the documents and the portal's site of the monorepo
// around dir, and applies every Terraform root of the environment that ENV names.
// It reads ENV and the other settings of package provision through getenv.
func All(ctx context.Context, dir string, getenv func(string) string, out io.Writer) error {
	// A misspelt environment must not cost the time of a build.
	if err := provision.Named(dir, getenv); err != nil {
		return err
	}
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	if err := build.Generate(ctx, ws, false); err != nil {
		return err
	}
	if _, err := build.Package(ctx, ws); err != nil {
		return err
	}
	if err := pipeline.Check(dir); err != nil {
		return err
	}
	if err := pipeline.WriteDocuments(dir, false, out); err != nil {
		return err
	}
	if err := docs.Site(ctx, dir, out); err != nil {
		return err
	}
	return provision.Deploy(ctx, dir, getenv, out)
}
