package modrelease

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"golang.org/x/mod/semver"

	"github.com/meridian-api/meridian/infra/modproxy"
	"github.com/meridian-api/meridian/infra/modules"
)

// maxSkew is the number of lines that Status prints for the skew of one module.
const maxSkew = 10

// Status prints, for every module, the last release, the number of commits that touch it
// since, the next version with its reason, its dependents with the versions that they
// require, and the skew: what the module uses of a sibling that no release of the sibling
// has. It reads HEAD and no uncommitted change.
func Status(ctx context.Context, dir string, out io.Writer) error {
	w, remove, err := openWorkshop(ctx, dir, "HEAD")
	if err != nil {
		return err
	}
	defer remove()
	table := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "MODULE\tRELEASE\tCOMMITS\tNEXT\tREQUIRED BY")
	var skews strings.Builder
	for _, m := range w.set.Modules {
		if err := w.status(ctx, m, table); err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		if err := w.skew(ctx, m, &skews); err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err = io.WriteString(out, skews.String())
	return err
}

// status prints a module's row of the table.
func (w *workshop) status(ctx context.Context, m modules.Module, table io.Writer) error {
	subjects, err := w.commits(ctx, m)
	if err != nil {
		return err
	}
	last, released := w.newest(m.Path())
	next := "-"
	if !released || len(subjects) > 0 {
		if next, err = w.next(ctx, m, last, released); err != nil {
			return err
		}
	}
	var dependents []string
	for _, dependent := range w.set.Modules {
		required := dependent.Required(m.Path())
		if required == "" {
			continue
		}
		text := dependent.Name + " " + required
		if released && semver.Compare(required, last.Module.Version) < 0 {
			text += " (behind)"
		}
		dependents = append(dependents, text)
	}
	version := "-"
	if released {
		version = last.Module.Version
	}
	_, err = fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\n", m.Name, version, len(subjects), next, list(dependents, "-"))
	return err
}

// next returns the version of a module's next release, or the reason against one.
func (w *workshop) next(ctx context.Context, m modules.Module, last modproxy.Release, released bool) (string, error) {
	var changes []Change
	var err error
	if released {
		// In the workspace, because the module may use what its siblings have not released.
		if changes, err = w.changes(ctx, m, last, nil); err != nil {
			return "", err
		}
	}
	declared, err := w.declared(m)
	if err != nil {
		return "", err
	}
	version, err := Next(m.Name, last.Module.Version, changes, declared, "")
	if err != nil {
		return "refused: breaking", nil
	}
	if released {
		version += " (" + string(level(changes)) + ")"
	}
	return version, nil
}

// skew prints what a module uses of its siblings that no release has: the errors of
// compiling it with their newest releases.
func (w *workshop) skew(ctx context.Context, m modules.Module, out io.Writer) error {
	var missing []string
	for _, required := range w.set.Requires(m) {
		newest, released := w.newest(required.Path)
		if !released {
			sibling, _ := w.set.ByPath(required.Path)
			missing = append(missing, sibling.Name+" has no release")
			continue
		}
		if err := w.proxy.Need(ctx, newest.Module); err != nil {
			return err
		}
	}
	if missing == nil && len(w.set.Requires(m)) > 0 {
		found, err := w.compileErrors(ctx, m)
		if err != nil {
			return err
		}
		missing = found
	}
	for i, line := range missing {
		if i == maxSkew {
			fmt.Fprintf(out, "%s: skew: %d more\n", m.Name, len(missing)-i)
			break
		}
		fmt.Fprintf(out, "%s: skew: %s\n", m.Name, line)
	}
	return nil
}
