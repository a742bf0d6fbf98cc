// Package check has what a change must pass: checks of the repository, and the run
// of its tests. A check returns an error with a line for each finding.
package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/modules"
)

// maxColumns is the longest line of a test, with a tab as one column: the rows of a
// table are read side by side.
const maxColumns = 120

// Format checks that gofmt would change no Go file below root, and that the lines
// of tests have at most 120 columns. It does not read testdata and what is built.
func Format(root string) error {
	return eachFile(root, func(path string) error {
		if filepath.Ext(path) != ".go" {
			return nil
		}
		return checkFormat(path)
	}, "testdata")
}

// eachFile calls check for every file below root that is not built, installed or in one of
// the skipped folders, and joins the errors.
func eachFile(root string, check func(path string) error, skipped ...string) error {
	skipped = append(skipped, workspace.Dist, "node_modules", ".git")
	var errs []error
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(skipped, d.Name()):
			return filepath.SkipDir
		case d.Type().IsRegular():
			errs = append(errs, check(path))
		}
		return nil
	})
	return errors.Join(append(errs, err)...)
}

func checkFormat(path string) error {
	source, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	formatted, err := format.Source(source)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if !bytes.Equal(source, formatted) {
		return fmt.Errorf("%s: not formatted: run gofmt -w on it", path)
	}
	if strings.HasSuffix(path, "_test.go") {
		return checkColumns(path, string(source))
	}
	return nil
}

func checkColumns(path, source string) error {
	var errs []error
	line := 0
	for text := range strings.Lines(source) {
		line++
		text = strings.TrimSuffix(text, "\n")
		if columns := utf8.RuneCountInString(text); columns > maxColumns {
			errs = append(errs, fmt.Errorf("%s:%d: %d columns: break the line at %d", path, line, columns, maxColumns))
		}
	}
	return errors.Join(errs...)
}

// Vet runs go vet on every module.
func Vet(ctx context.Context, modules []Module) error {
	return runInEach(ctx, modules, "vet", "./...")
}

// Static runs staticcheck on every module.
func Static(ctx context.Context, modules []Module) error {
	return runInEach(ctx, modules, "tool", "staticcheck", "./...")
}

// Standalone checks that every module and its tests compile without the workspace,
// as for a team that uses a release of one module: the module's own go.mod must have
// everything that the module needs. Its siblings come from the working tree; the
// release of a module compiles it with their releases.
func Standalone(ctx context.Context, root string) error {
	set, err := modules.Load(root)
	if err != nil {
		return err
	}
	var errs []error
	for _, m := range set.Modules {
		errs = append(errs, set.Standalone(ctx, m, "vet", "./..."))
	}
	return errors.Join(errs...)
}

// ModuleFiles checks every go.mod, go.work and the modules' licenses.
func ModuleFiles(root string) error {
	set, err := modules.Load(root)
	if err != nil {
		return err
	}
	return set.Check()
}

// runInEach runs the go command in the folder of every module.
func runInEach(ctx context.Context, modules []Module, args ...string) error {
	var errs []error
	for _, m := range modules {
		errs = append(errs, command.Go(m.Dir, args...).Run(ctx))
	}
	return errors.Join(errs...)
}

// topLevel are the files and folders that the root may contain in addition to the
// modules and to names that begin with a dot.
var topLevel = []string{"go.work", "go.work.sum", "magefile.go", "README.md", "LICENSE", workspace.Dist}

// TopLevel checks that root contains nothing but the modules and topLevel.
func TopLevel(root string, modules []Module) error {
	allowed := slices.Clone(topLevel)
	for _, m := range modules {
		allowed = append(allowed, filepath.Base(m.Dir))
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		if !slices.Contains(allowed, e.Name()) && !strings.HasPrefix(e.Name(), ".") {
			errs = append(errs, fmt.Errorf("%s: not allowed in the root folder: move it into a module", e.Name()))
		}
	}
	return errors.Join(errs...)
}
