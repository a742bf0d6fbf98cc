// Package check holds the checks that every change must pass besides the tests.
// Each answers nil or an error that tells all findings, a line each.
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
	"strings"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/workspace"
)

// Format finds Go files below root that gofmt would change.
func Format(root string) error {
	var errs []error
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == workspace.Dist || d.Name() == "testdata" || d.Name() == ".git") {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		formatted, err := format.Source(source)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", path, err))
		} else if !bytes.Equal(source, formatted) {
			errs = append(errs, fmt.Errorf("%s: run gofmt -w on it", path))
		}
		return nil
	})
	return errors.Join(append(errs, err)...)
}

// Vet runs go vet on every module.
func Vet(ctx context.Context, modules []Module) error {
	return inEach(ctx, modules, nil, "vet", "./...")
}

// Static runs staticcheck on every module.
func Static(ctx context.Context, modules []Module) error {
	return inEach(ctx, modules, nil, "tool", "staticcheck", "./...")
}

// Alone checks every module without the workspace, its tests too, as a team
// that has checked out a release of one module would: what a module needs
// stands in its own go.mod.
func Alone(ctx context.Context, modules []Module) error {
	return inEach(ctx, modules, []string{"GOWORK=off"}, "vet", "./...")
}

func inEach(ctx context.Context, modules []Module, env []string, args ...string) error {
	var errs []error
	for _, m := range modules {
		cmd := command.Go(m.Dir, args...)
		cmd.Env = env
		errs = append(errs, cmd.Run(ctx))
	}
	return errors.Join(errs...)
}

// topLevel are the names that the repository's root may hold besides dot-files.
var topLevel = map[string]bool{
	"go.work": true, "go.work.sum": true, "magefile.go": true, "README.md": true, "LICENSE": true,
	"accounts": true, "profiles": true, "platform": true, "contract": true, "infra": true, workspace.Dist: true,
}

// TopLevel finds files and folders in root that the design has no place for.
func TopLevel(root string, modules []Module) error {
	allowed := func(name string) bool {
		for _, m := range modules {
			if filepath.Base(m.Dir) == name {
				return true
			}
		}
		return topLevel[name] || strings.HasPrefix(name, ".")
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		if !allowed(e.Name()) {
			errs = append(errs, fmt.Errorf("%s: the root holds the modules, go.work, the magefile, the README and the licence alone", e.Name()))
		}
	}
	return errors.Join(errs...)
}
