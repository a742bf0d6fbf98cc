// Package modrelease releases the modules of the workspace one by one, each against the
// releases of the others: what a team that requires a module gets is what was tested.
//
// A release is an annotated tag such as "accounts/v1.4.0" on a commit that sets the
// version. Everything is prepared and proved in a clone; the user's branch and tags
// change at the end and together, or not at all.
package modrelease

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/semver"

	"github.com/meridian-api/meridian/contract/compat"
	"github.com/meridian-api/meridian/contract/git"
	"github.com/meridian-api/meridian/infra/modproxy"
	"github.com/meridian-api/meridian/infra/modules"
)

// Options are the options of Module.
type Options struct {
	// Version is the version to release, or "" for the lowest that the changes allow.
	Version string
	// DryRun shows everything and changes nothing.
	DryRun bool
}

// OptionsOf returns the options that a command line has; nil means that an option is
// not set.
func OptionsOf(version *string, dryRun *bool) Options {
	var o Options
	if version != nil {
		o.Version = *version
	}
	if dryRun != nil {
		o.DryRun = *dryRun
	}
	return o
}

// Module releases the module name of the repository around dir: it commits and tags the
// version. It prints every step.
func Module(ctx context.Context, dir, name string, options Options, out io.Writer) error {
	root, err := repositoryRoot(ctx, dir)
	if err != nil {
		return err
	}
	s, err := readState(ctx, root)
	if err != nil {
		if !options.DryRun {
			return err
		}
		fmt.Fprintf(out, "Without -dryRun this is refused:\n%v\n\n", err)
	}
	w, remove, err := openWorkshop(ctx, root, "HEAD")
	if err != nil {
		return err
	}
	defer remove()
	r := run{workshop: w, out: out}
	if err := r.prepare(ctx, name, options.Version, s.tags); err != nil {
		return err
	}
	if err := r.prove(ctx); err != nil {
		return err
	}
	if options.DryRun {
		return r.show(ctx)
	}
	return r.publish(ctx, s)
}

// run is a release that is being made.
type run struct {
	*workshop
	out       io.Writer
	module    modules.Module
	version   string
	diff      []Change // from the last release
	notes     string   // as in the changelog
	commit    string
	candidate modproxy.Release
}

// step runs a part of the release and prints its result, a line, with the time it took.
func (r *run) step(name string, do func() (string, error)) error {
	start := time.Now()
	result, err := do()
	if err != nil {
		result = "FAILED"
	}
	fmt.Fprintf(r.out, "  %-10s %6.1fs  %s\n", name, time.Since(start).Seconds(), result)
	return err
}

// prepare makes the commit of the release in the clone.
func (r *run) prepare(ctx context.Context, name, requested string, tags []string) error {
	m, err := r.set.Find(name)
	if err != nil {
		return err
	}
	r.module = m
	last, released := r.newest(m.Path())
	fmt.Fprintf(r.out, "%s after %s\n", name, lastTag(last, released))
	subjects, err := r.commits(ctx, m)
	if err != nil {
		return err
	}
	if released && len(subjects) == 0 {
		return fmt.Errorf("%s has no change since %s: there is nothing to release", name, last.Tag())
	}
	if err := r.buildAgainstReleases(ctx); err != nil {
		return err
	}
	changes, err := r.compare(ctx, last, released)
	if err != nil {
		return err
	}
	declared, err := r.declared(r.module)
	if err != nil {
		return err
	}
	r.diff = changes
	if r.version, err = Next(name, last.Module.Version, changes, declared, requested); err != nil {
		return err
	}
	tag := name + "/" + r.version
	if slices.Contains(tags, tag) {
		return fmt.Errorf("tag %s exists: releases are not moved", tag)
	}
	if err := r.write(ctx, declared, changes); err != nil {
		return err
	}
	r.candidate, err = modproxy.At(ctx, r.clone, r.commit, name, r.version)
	if err != nil {
		return err
	}
	if err := r.proxy.Add(r.candidate); err != nil {
		return err
	}
	return r.proxy.Need(ctx, r.candidate.Module)
}

func lastTag(last modproxy.Release, released bool) string {
	if !released {
		return "no release"
	}
	return last.Tag()
}

// buildAgainstReleases moves the module to its siblings' releases and compiles it, with
// its tests.
func (r *run) buildAgainstReleases(ctx context.Context) error {
	err := r.step("requires", func() (string, error) {
		requires, err := r.requireReleases(ctx, r.module)
		return list(requires, "no sibling"), err
	})
	if err != nil {
		return err
	}
	if r.module, err = r.set.Find(r.module.Name); err != nil {
		return err
	}
	return r.step("compile", func() (string, error) {
		if err := r.goRun(ctx, r.module.Dir, "vet", "./..."); err != nil {
			return "", fmt.Errorf("%s does not compile with the releases of its siblings. It compiles in the workspace if it uses "+
				"what they have not released: release them first (go tool mage release:status shows it)\n%w", r.module.Name, err)
		}
		return "without the workspace, tests included", nil
	})
}

// compare returns what changed since the last release.
func (r *run) compare(ctx context.Context, last modproxy.Release, released bool) ([]Change, error) {
	var changes []Change
	err := r.step("compare", func() (string, error) {
		if !released {
			return "first release", nil
		}
		var err error
		if changes, err = r.changes(ctx, r.module, last, r.env); err != nil {
			return "", err
		}
		return fmt.Sprintf("%d breaking, %d compatible changes", count(changes, compat.Breaking), count(changes, compat.Compatible)), nil
	})
	for _, c := range changes {
		if c.Kind != compat.None {
			fmt.Fprintf(r.out, "             %-10s %s: %s\n", c.Kind, c.Of, c.Text)
		}
	}
	return changes, err
}

// write writes the version and the changelog, and commits them.
func (r *run) write(ctx context.Context, declared string, changes []Change) error {
	return r.step("write", func() (string, error) {
		if declared != "" {
			if _, err := r.setVersion(ctx, r.module, semver.Canonical(r.version)[1:]); err != nil {
				return "", err
			}
		}
		var err error
		if r.notes, err = r.writeChangelog(ctx, r.module, r.version, changes); err != nil {
			return "", err
		}
		message := r.module.Name + ": " + releaseVerb + r.version[1:]
		if r.commit, err = r.workshop.commit(ctx, message+"\n\n"+r.notes); err != nil {
			return "", err
		}
		return r.version, nil
	})
}

// prove tests the candidate and uses it as another module does.
func (r *run) prove(ctx context.Context) error {
	err := r.step("test", func() (string, error) {
		return "built with the releases of its siblings", r.test(ctx, r.module)
	})
	if err != nil {
		return err
	}
	err = r.step("outside", func() (string, error) {
		n, err := r.outside(ctx, r.module, r.candidate)
		return fmt.Sprintf("go get %s, %d packages built", r.candidate.Module, n), err
	})
	if err != nil {
		return err
	}
	return r.step("install", func() (string, error) {
		names, err := r.install(ctx, r.module, r.candidate.Module)
		return list(names, "no command"), err
	})
}

// show prints the commit that the release would have.
func (r *run) show(ctx context.Context) error {
	diff, err := git.Run(ctx, r.clone, "show", "--no-color", "--stat", "--patch", "--format=%B", r.commit, "--",
		"go.work", r.module.Name+"/go.mod", r.module.Name+"/CHANGELOG.md", r.module.Name+"/api")
	if err != nil {
		return err
	}
	fmt.Fprintf(r.out, "\nWould commit:\n\n%s\nWould tag:\n\n%s\n", diff, r.tagMessage())
	return nil
}

// tagMessage returns the notes of the release: the text of the changelog, and the
// differences that the version was computed from. The portal's page Changes shows the
// same differences of the contract.
func (r *run) tagMessage() string {
	text := r.candidate.Tag() + "\n\n" + strings.TrimSpace(r.notes) + "\n"
	var differences []string
	for _, c := range r.diff {
		if c.Kind != compat.None {
			differences = append(differences, fmt.Sprintf("- %s: %s (%s)", c.Of, c.Text, c.Kind))
		}
	}
	if differences != nil {
		text += "\n### Differences\n\n" + strings.Join(differences, "\n") + "\n"
	}
	return text
}

// publish moves the user's branch to the commit and tags it.
func (r *run) publish(ctx context.Context, s state) error {
	if err := r.advance(ctx, r.commit); err != nil {
		return err
	}
	// A signal must not come between the branch and the tag.
	kept := context.WithoutCancel(ctx)
	tag := r.candidate.Tag()
	_, err := git.Run(kept, r.root, "tag", "--annotate", "--cleanup=whitespace", "--message="+r.tagMessage(), tag, r.commit)
	if err != nil {
		_, undo := git.Run(kept, r.root, "reset", "--quiet", "--keep", r.head)
		return errors.Join(fmt.Errorf("tag %s: %w", tag, err), undo)
	}
	fmt.Fprintf(r.out, "\nCommitted %.12s on %s and tagged it %s.\n", r.commit, s.branch, tag)
	if s.remote != "" {
		fmt.Fprintf(r.out, "Publish it: git push --atomic %s %s %s\n", s.remote, s.branch, tag)
	}
	return nil
}

// advance moves the user's branch forward to a commit of the clone. It fails if the
// branch or the working tree changed in the meantime.
func (w *workshop) advance(ctx context.Context, commit string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	kept := context.WithoutCancel(ctx)
	head, err := git.Run(kept, w.root, "rev-parse", "HEAD")
	if err != nil {
		return err
	}
	dirty, err := git.Run(kept, w.root, "status", "--porcelain")
	if err != nil {
		return err
	}
	if head[:len(w.head)] != w.head || dirty != "" {
		return errors.New("the branch or the working tree changed while the release was tested: run it again")
	}
	_, err = git.Run(kept, w.root, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", filepath.ToSlash(w.clone), commit)
	if err != nil {
		return err
	}
	_, err = git.Run(kept, w.root, "merge", "--quiet", "--ff-only", commit)
	return err
}
