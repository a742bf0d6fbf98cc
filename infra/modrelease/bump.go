package modrelease

import (
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/meridian-api/meridian/infra/modproxy"
	"github.com/meridian-api/meridian/infra/modules"
)

// Bump moves every module that requires the module name to its newest release, with a
// commit for each. A module that does not compile with it is left where it is, and Bump
// returns an error about it after the others are moved.
func Bump(ctx context.Context, dir, name string, out io.Writer) error {
	root, err := repositoryRoot(ctx, dir)
	if err != nil {
		return err
	}
	s, err := readState(ctx, root)
	if err != nil {
		return err
	}
	w, remove, err := openWorkshop(ctx, root, "HEAD")
	if err != nil {
		return err
	}
	defer remove()
	m, err := w.set.Find(name)
	if err != nil {
		return err
	}
	newest, found := w.newest(m.Path())
	if !found {
		return fmt.Errorf("%s has no release: run 'go tool mage release:module %s'", name, name)
	}
	commit, failures := w.bumpAll(ctx, newest, out)
	if commit == w.head {
		fmt.Fprintf(out, "nothing to commit on %s\n", s.branch)
		return failures
	}
	return errors.Join(w.advance(ctx, commit), failures)
}

// bumpAll commits the requirement in the clone, for each module that has an older one,
// and returns the last commit.
func (w *workshop) bumpAll(ctx context.Context, newest modproxy.Release, out io.Writer) (string, error) {
	commit := w.head
	var failures []error
	for _, dependent := range w.set.Modules {
		required := dependent.Required(newest.Module.Path)
		if required == "" || semver.Compare(required, newest.Module.Version) >= 0 {
			continue
		}
		moved, err := w.bump(ctx, dependent, newest, required)
		if err != nil {
			fmt.Fprintf(out, "%s stays at %s %s\n", dependent.Name, newest.Folder, required)
			failures = append(failures, fmt.Errorf("%s does not compile with %s: %w", dependent.Name, newest.Tag(), err))
			if err := w.checkout(ctx, commit); err != nil {
				return commit, err
			}
			continue
		}
		commit = moved
		fmt.Fprintf(out, "%s moves from %s %s to %s in %.12s\n", dependent.Name, newest.Folder, required, newest.Module.Version, commit)
	}
	return commit, errors.Join(failures...)
}

// bump moves one module in the clone and returns the commit.
func (w *workshop) bump(ctx context.Context, m modules.Module, newest modproxy.Release, required string) (string, error) {
	if err := w.require(m, newest); err != nil {
		return "", err
	}
	for _, required := range w.set.Requires(m) {
		if _, err := released(w.releases, required); err == nil {
			if err := w.proxy.Need(ctx, required); err != nil {
				return "", err
			}
		}
	}
	// What is not released comes from the working tree.
	local := func(sibling modules.Module) bool {
		_, err := released(w.releases, module.Version{Path: sibling.Path(), Version: m.Required(sibling.Path())})
		return err != nil
	}
	if err := w.tidy(ctx, m, local); err != nil {
		return "", err
	}
	if err := w.set.VetModule(ctx, m, w.env, local); err != nil {
		return "", err
	}
	return w.commit(ctx, fmt.Sprintf("%s: %s%s %s\n\nIt required %s.", m.Name, bumpVerb, newest.Folder, newest.Module.Version, required))
}
