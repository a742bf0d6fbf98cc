// Package docs serves and writes the documentation portal: the merged document, what
// changed since the last releases, and a way to try requests.
package docs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"path"
	"path/filepath"
	"slices"

	"github.com/meridian-api/meridian/contract/compat"
	"github.com/meridian-api/meridian/contract/git"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/portal"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/modproxy"
	"github.com/meridian-api/meridian/infra/up/running"
)

// Config returns the portal's configuration for the monorepo around dir, without
// users and server. Without a git repository that has the releases, the portal shows
// no changes.
func Config(ctx context.Context, dir string) (portal.Config, error) {
	ws, err := workspace.Find(dir)
	if err != nil {
		return portal.Config{}, err
	}
	return ConfigOf(ctx, ws)
}

// ConfigOf does the same as Config for a workspace, in which contexts can be pinned. A
// pinned context has no changes: it is its release.
func ConfigOf(ctx context.Context, ws workspace.Workspace) (portal.Config, error) {
	merged, err := pipeline.MergeWorkspace(ws)
	if err != nil {
		return portal.Config{}, err
	}
	cfg := portal.Config{Document: merged.Document}
	changes, err := compat.RunWorkspace(ctx, ws, "")
	switch {
	case errors.Is(err, compat.ErrNoRepository):
		return cfg, nil
	case errors.Is(err, compat.ErrShallow):
		changes = nil
	case err != nil:
		return cfg, err
	}
	if cfg.Released, err = released(ctx, merged.Root); err != nil {
		return cfg, err
	}
	if cfg.Deprecations, err = compat.Deprecations(ctx, ws); err != nil {
		return cfg, err
	}
	for i, r := range changes {
		changes[i] = r.ForClients()
	}
	cfg.Changes = changes
	return cfg, nil
}

// released returns the specifications of all releases of the repository that contains
// root, the newest of each context first. They are read from the tags.
func released(ctx context.Context, root string) ([]portal.Specification, error) {
	releases, err := modproxy.Releases(ctx, root)
	if err != nil {
		return nil, err
	}
	slices.Reverse(releases) // sorted by module and ascending version
	var names []string
	for _, r := range releases {
		names = append(names, r.Commit+":"+path.Join(r.Folder, manifest.SpecFile))
	}
	documents, err := git.Objects(ctx, root, names)
	if err != nil {
		return nil, err
	}
	var list []portal.Specification
	for i, r := range releases {
		if documents[i] != nil { // only contexts have specifications
			list = append(list, portal.Specification{Context: r.Folder, Version: r.Module.Version, Document: documents[i]})
		}
	}
	return list, nil
}

// Serve serves the portal without the embedded cloud, on the loopback address and
// PORT (default 8081), until ctx is done. If the embedded cloud runs, the portal
// sends requests to it as its demo users.
func Serve(ctx context.Context, dir string, getenv func(string) string, out io.Writer) error {
	cfg, err := Config(ctx, dir)
	if err != nil {
		return err
	}
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	if err := useRunningCloud(ws.Root, &cfg); err != nil {
		return err
	}
	return portal.Serve(ctx, net.JoinHostPort("127.0.0.1", cmp.Or(getenv("PORT"), "8081")), cfg, out)
}

// useRunningCloud makes the portal send requests to the embedded cloud, as its demo
// users, if the cloud runs.
func useRunningCloud(root string, cfg *portal.Config) error {
	cloud, err := running.Read(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	cfg.ServerURL = cloud.Edge
	cfg.Users = func() (users []portal.User, err error) {
		for _, u := range cloud.Users {
			users = append(users, portal.User{Name: u.Name, AccessToken: u.AccessToken})
		}
		return users, nil
	}
	return nil
}

// Site writes a static copy of the portal to dist/site and prints the path. Any file
// server can publish it, under any path.
func Site(ctx context.Context, dir string, out io.Writer) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	return SiteOf(ctx, ws, out)
}

// SiteOf does the same as Site for a workspace, in which contexts can be pinned.
func SiteOf(ctx context.Context, ws workspace.Workspace, out io.Writer) error {
	cfg, err := ConfigOf(ctx, ws)
	if err != nil {
		return err
	}
	site := filepath.Join(ws.Root, workspace.Dist, "site")
	if err := portal.WriteSite(site, cfg); err != nil {
		return err
	}
	fmt.Fprintln(out, site)
	return nil
}
