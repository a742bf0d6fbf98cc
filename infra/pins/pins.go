// Package pins lets an environment deploy contexts at releases: a context that the
// environment's file pins is built from its tag and on its own, and any other context
// comes from the working tree.
package pins

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/zip"

	"github.com/meridian-api/meridian/contract/git"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/modproxy"
	"github.com/meridian-api/meridian/infra/provision"
)

// The folders below workspace.Dist of the source code of pinned contexts, and of the
// module proxy from which the go command reads the releases that these require.
const (
	sources = "pinned"
	proxy   = "modproxy"
)

// Apply returns the workspace with contexts pinned: versions has their releases, such as
// "v1.4.0", by name. It writes the source code of the releases, read from git's objects,
// into dist. It fails if this clone does not have a tag, or if the release is not of a
// context whose generated files this version of contract reads.
func Apply(ctx context.Context, ws workspace.Workspace, versions map[string]string) (workspace.Workspace, error) {
	if len(versions) == 0 {
		return ws, nil
	}
	dist := filepath.Join(ws.Root, workspace.Dist)
	p, err := modproxy.Open(ctx, ws.Root, filepath.Join(dist, proxy))
	if err != nil {
		return ws, fmt.Errorf("read the releases: %w", err)
	}
	ws.Pins = map[string]workspace.Pin{}
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		r, err := find(ctx, ws.Root, p, name, versions[name])
		if err != nil {
			return ws, err
		}
		if err := p.Need(ctx, r.Module); err != nil {
			return ws, fmt.Errorf("%s: %w", r.Tag(), err)
		}
		env, err := p.Env(ctx)
		if err != nil {
			return ws, err
		}
		pin := workspace.Pin{
			Version: r.Module.Version, Commit: r.Commit, Env: append(env, "GOWORK=off"),
			Dir: filepath.Join(dist, sources, name+"@"+r.Module.Version),
		}
		if err := extract(p.Dir, r.Module, pin.Dir); err != nil {
			return ws, fmt.Errorf("%s: %w", r.Tag(), err)
		}
		if err := check(name, r.Tag(), pin.Dir); err != nil {
			return ws, err
		}
		ws.Pins[name] = pin
	}
	return ws, nil
}

// Check applies the pins of every environment with a file in the monorepo around dir, so
// that a pin that cannot be deployed is found before the environment is.
func Check(ctx context.Context, dir string) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	files, err := workspace.ReadEnvironments[provision.Environment](ws.Root)
	if err != nil {
		return err
	}
	var errs []error
	for _, file := range files {
		if _, err := Apply(ctx, ws, file.Settings.Modules); err != nil {
			errs = append(errs, fmt.Errorf("%s/%s: %w", provision.Environments, filepath.Base(file.Path), err))
		}
	}
	return errors.Join(errs...)
}

// find returns the release of a context.
func find(ctx context.Context, root string, p *modproxy.Proxy, name, version string) (modproxy.Release, error) {
	if semver.Canonical(version) != version || version == "" {
		return modproxy.Release{}, fmt.Errorf("%s is pinned to %q, which is not a version such as v1.4.0", name, version)
	}
	var known []string
	for _, r := range p.Releases() {
		if r.Folder != name {
			continue
		}
		if r.Module.Version == version {
			return r, nil
		}
		known = append(known, r.Module.Version)
	}
	hint := "fetch it with 'git fetch --tags'"
	if shallow, err := git.Run(ctx, root, "rev-parse", "--is-shallow-repository"); err != nil {
		return modproxy.Release{}, err
	} else if strings.TrimSpace(shallow) == "true" {
		hint = "the clone is shallow: fetch it with 'git fetch --unshallow --tags' (actions/checkout: fetch-depth: 0)"
	}
	has := "has no release of " + name
	if known != nil {
		has = fmt.Sprintf("has the releases %s of %s", strings.Join(known, ", "), name)
	}
	return modproxy.Release{},
		fmt.Errorf("%s is pinned to %s, but this clone has no tag %s/%s: %s, or pin another version (the clone %s)",
			name, version, name, version, hint, has)
}

// extract writes the files of a module, whose zip the proxy in folder proxy has, into
// dir, unless dir has exactly these files.
func extract(proxy string, m module.Version, dir string) error {
	escaped, err := module.EscapePath(m.Path)
	if err != nil {
		return err
	}
	archive := filepath.Join(proxy, filepath.FromSlash(escaped), "@v", m.Version+".zip")
	want, err := dirhash.HashZip(archive, dirhash.Hash1)
	if err != nil {
		return err
	}
	if got, err := dirhash.HashDir(dir, m.String(), dirhash.Hash1); err == nil && got == want {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	// Another process never finds a part of the files.
	fresh, err := os.MkdirTemp(filepath.Dir(dir), ".extract-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	if err := zip.Unzip(filepath.Join(fresh, "module"), m, archive); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(filepath.Join(fresh, "module"), dir)
}

// check checks that a release is of a context with a name, and that this version of
// contract reads its generated files.
func check(name, tag, dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, manifest.File))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s has no %s: only contexts can be pinned", tag, manifest.File)
	}
	if err != nil {
		return err
	}
	service, err := manifest.Parse(tag+":"+manifest.File, data)
	if err != nil {
		return err
	}
	if service.Name != name {
		return fmt.Errorf("%s:%s is of the context %s and not of %s", tag, manifest.File, service.Name, name)
	}
	if data, err = os.ReadFile(filepath.Join(dir, manifest.SpecFile)); err != nil {
		return fmt.Errorf("%s: %w", tag, err)
	}
	var root map[string]any
	if err := json.Unmarshal(data, &root); err != nil {
		return fmt.Errorf("%s:%s: %w", tag, manifest.SpecFile, err)
	}
	return manifest.CheckSpecFormat(tag+":"+manifest.SpecFile, root)
}
