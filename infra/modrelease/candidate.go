package modrelease

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/semver"

	"github.com/meridian-api/meridian/contract/git"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/modproxy"
	"github.com/meridian-api/meridian/infra/modules"
)

// releaseVerb and bumpVerb begin the subjects of the commits that this package makes,
// after the module's name.
const (
	releaseVerb = "release v"
	bumpVerb    = "require "
)

// requireReleases writes the newest release of each sibling into a module's go.mod in
// the clone, with the sums, and returns the requirements. It fails if a sibling has no
// release.
func (w *workshop) requireReleases(ctx context.Context, m modules.Module) ([]string, error) {
	var requires []string
	var errs []error
	for _, required := range w.set.Requires(m) {
		newest, found := w.newest(required.Path)
		if !found {
			sibling, _ := w.set.ByPath(required.Path)
			errs = append(errs, fmt.Errorf("%s requires %s, which has no release: run 'go tool mage release:module %s' first",
				m.Name, sibling.Name, sibling.Name))
			continue
		}
		version := newest.Module.Version
		text := newest.Folder + " " + version
		switch semver.Compare(required.Version, version) {
		case -1:
			text += " (was " + required.Version + ")"
		case 1:
			errs = append(errs, fmt.Errorf("%s requires %s %s, which this branch does not have: its newest is %s",
				m.Name, newest.Folder, required.Version, version))
			continue
		}
		requires = append(requires, text)
		if err := w.proxy.Need(ctx, newest.Module); err != nil {
			return nil, err
		}
		if err := w.require(m, newest); err != nil {
			return nil, err
		}
	}
	if errs != nil {
		return nil, errors.Join(errs...)
	}
	return requires, w.tidy(ctx, m, func(modules.Module) bool { return false })
}

// require writes a version of a sibling into a module's go.mod in the clone.
func (w *workshop) require(m modules.Module, sibling modproxy.Release) error {
	name := filepath.Join(m.Dir, "go.mod")
	if err := m.File.AddRequire(sibling.Module.Path, sibling.Module.Version); err != nil {
		return err
	}
	m.File.Cleanup()
	data, err := m.File.Format()
	if err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}

// tidy writes go.mod and go.sum of a module in the clone, and go.work. Siblings for
// which local returns true come from the clone, the others from the proxy.
func (w *workshop) tidy(ctx context.Context, m modules.Module, local func(modules.Module) bool) error {
	if err := w.set.TidyModule(ctx, m, w.env, local, new(bytes.Buffer)); err != nil {
		return err
	}
	var err error
	if w.set, err = modules.Load(w.clone); err != nil {
		return err
	}
	return w.set.WriteWork()
}

// setVersion writes the version into the API of a context in the clone and generates its
// files. It returns false if the API has that version.
func (w *workshop) setVersion(ctx context.Context, m modules.Module, version string) (bool, error) {
	files, err := filepath.Glob(filepath.Join(m.Dir, "api", "*.go"))
	if err != nil {
		return false, err
	}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			return false, err
		}
		literal, err := versionLiteral(name, source)
		if err != nil {
			return false, err
		}
		if literal == nil {
			continue
		}
		if literal.Value == strconv.Quote(version) {
			return false, nil
		}
		start := int(literal.Pos()) - 1 // of the only file of its set
		edited := string(source[:start]) + strconv.Quote(version) + string(source[start+len(literal.Value):])
		if err := os.WriteFile(name, []byte(edited), 0o644); err != nil {
			return false, err
		}
		return true, w.goRun(ctx, m.Dir, "run", "./api/gen")
	}
	return false, fmt.Errorf("%s/api has no rest.Service with a Version: the version of a release cannot be set", m.Name)
}

// versionLiteral returns the literal of the field Version of a rest.Service in a file,
// or nil.
func versionLiteral(name string, source []byte) (*ast.BasicLit, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var found *ast.BasicLit
	ast.Inspect(file, func(n ast.Node) bool {
		composite, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		selector, ok := composite.Type.(*ast.SelectorExpr)
		if !ok || selector.Sel.Name != "Service" {
			return true
		}
		for _, element := range composite.Elts {
			pair, ok := element.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			if key, ok := pair.Key.(*ast.Ident); ok && key.Name == "Version" {
				found, _ = pair.Value.(*ast.BasicLit)
			}
		}
		return true
	})
	return found, nil
}

// declared returns the version in a context's manifest, or "" for another module.
func (w *workshop) declared(m modules.Module) (string, error) {
	service, err := manifest.Read(m.Dir)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return service.Version, nil
}

// writeChangelog turns the unreleased changes of a module in the clone into a version
// and returns their text.
func (w *workshop) writeChangelog(ctx context.Context, m modules.Module, version string, changes []Change) (string, error) {
	name := filepath.Join(m.Dir, "CHANGELOG.md")
	data, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	changelog, err := ParseChangelog(string(data))
	if err != nil {
		return "", fmt.Errorf("%s/CHANGELOG.md: %w", m.Name, err)
	}
	subjects, err := w.commits(ctx, m)
	if err != nil {
		return "", err
	}
	notes := Notes(changelog, Propose(m.Name, subjects), changes)
	return notes, os.WriteFile(name, []byte(changelog.Release(version, time.Now().UTC(), notes)), 0o644)
}

// commit commits everything in the clone and returns the commit.
func (w *workshop) commit(ctx context.Context, message string) (string, error) {
	if _, err := git.Run(ctx, w.clone, "add", "--all"); err != nil {
		return "", err
	}
	if _, err := git.Run(ctx, w.clone, "commit", "--quiet", "--cleanup=whitespace", "--message="+message); err != nil {
		return "", err
	}
	hash, err := git.Run(ctx, w.clone, "rev-parse", "HEAD")
	return strings.TrimSpace(hash), err
}
