package modrelease

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/exp/apidiff"
	"golang.org/x/tools/go/packages"

	"github.com/meridian-api/meridian/contract/client"
	"github.com/meridian-api/meridian/contract/compat"
	"github.com/meridian-api/meridian/contract/git"
	"github.com/meridian-api/meridian/infra/modproxy"
)

// apiChanges returns the differences between the Go APIs of a release and of the module
// in dir, which the go command reads with the variables of env. Programs and internal
// packages have no API.
func (w *workshop) apiChanges(ctx context.Context, last modproxy.Release, dir string, env []string) ([]Change, error) {
	old := filepath.Join(w.temp, "old", last.Folder)
	if err := export(ctx, w.root, last, old); err != nil {
		return nil, err
	}
	if err := w.proxy.Need(ctx, w.own(last)...); err != nil {
		return nil, err
	}
	before, err := api(ctx, last.Module.Path, old, w.env)
	if err != nil {
		return nil, fmt.Errorf("read the Go API of %s: %w", last.Tag(), err)
	}
	after, err := api(ctx, last.Module.Path, dir, env)
	if err != nil {
		return nil, err
	}
	var changes []Change
	for _, c := range apidiff.ModuleChanges(before, after).Changes {
		kind := compat.Breaking
		if c.Compatible {
			kind = compat.Compatible
		}
		changes = append(changes, Change{Of: API, Kind: kind, Text: oneLine(c.Message)})
	}
	slices.SortFunc(changes, func(a, b Change) int {
		return strings.Compare(string(a.Kind)+a.Text, string(b.Kind)+b.Text) // breaking before compatible
	})
	return changes, nil
}

// api returns the exported packages of the module in dir, with their types.
func api(ctx context.Context, path, dir string, env []string) (*apidiff.Module, error) {
	list, err := packages.Load(&packages.Config{
		Context: ctx, Dir: dir, Env: append(os.Environ(), env...),
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedFiles,
	}, "./...")
	if err != nil {
		return nil, err
	}
	m := &apidiff.Module{Path: path}
	var errs []error
	for _, p := range list {
		for _, e := range p.Errors {
			errs = append(errs, e)
		}
		if p.Types != nil && p.Name != "main" && hasAPI(path, p.PkgPath) {
			m.Packages = append(m.Packages, p.Types)
		}
	}
	return m, errors.Join(errs...)
}

// hasAPI reports whether a release promises the Go API of a package of the module. A
// generated client follows the contract, whose
// changes are compared by themselves; apidiff would call every new operation breaking,
// because it is a new method of the client's interfaces.
func hasAPI(module, path string) bool {
	return !internal(path) && path != module+"/"+client.Package
}

// internal reports whether other modules cannot import a package.
func internal(path string) bool {
	return slices.Contains(strings.Split(path, "/"), "internal")
}

// export writes the files of a release into dir.
func export(ctx context.Context, root string, r modproxy.Release, dir string) error {
	entries, err := git.Files(ctx, root, r.Commit, r.Folder)
	if err != nil {
		return err
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Hash)
	}
	contents, err := git.Objects(ctx, root, names)
	if err != nil {
		return err
	}
	for i, e := range entries {
		if e.Symlink() {
			continue // the zip of a module leaves them out
		}
		name := filepath.Join(dir, filepath.FromSlash(e.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, contents[i], 0o644); err != nil {
			return err
		}
	}
	return nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
