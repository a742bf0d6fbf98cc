// Package workspace finds the bounded contexts of the monorepo in go.work: a module
// with a generator is a context. No other list of contexts exists.
package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// Dist is the folder, below the root, of everything that is built.
const Dist = "dist"

// Environments is the folder, below the root, with the settings of each environment.
const Environments = "infra/environments"

// Meridian is the path of Meridian's own modules, before their names: platform, contract
// and infra. A project has them in its workspace or requires their releases.
const Meridian = "github.com/meridian-api/meridian"

// LocalPort is the default port of the embedded cloud.
const LocalPort = "8080"

// workFile marks the root of the monorepo.
const workFile = "go.work"

// Generator is the folder of the command that writes a context's specification. A
// module that has it is a bounded context.
const Generator = "api/gen"

// Workspace is the monorepo.
type Workspace struct {
	// Root is the folder of go.work.
	Root string
	// Modules are the folders of all modules, in go.work's order.
	Modules []string
	// Pins are the contexts that are at a release and not as the working tree has them,
	// by name. A pinned context need not be in the working tree.
	Pins map[string]Pin
}

// Pin is the source code of a context at a release.
type Pin struct {
	// Version is the release, such as "v1.4.0".
	Version string
	// Commit is the commit of the release, in full.
	Commit string
	// Dir is the folder with the module's source code.
	Dir string
	// Env has the variables with which the go command builds the module on its own: with
	// the releases that its go.mod requires, and not with the working tree.
	Env []string
}

// Find reads the go.work in dir or in the closest folder above it.
func Find(dir string) (Workspace, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return Workspace{}, fmt.Errorf("find %s: %w", workFile, err)
	}
	for root := start; ; root = filepath.Dir(root) {
		name := filepath.Join(root, workFile)
		data, err := os.ReadFile(name)
		switch {
		case err == nil:
			return parse(root, name, data)
		case !errors.Is(err, fs.ErrNotExist):
			return Workspace{}, fmt.Errorf("find %s: %w", workFile, err)
		case root == filepath.Dir(root):
			return Workspace{}, fmt.Errorf("no %s in %s or above it: run inside the monorepo", workFile, start)
		}
	}
}

func parse(root, name string, data []byte) (Workspace, error) {
	file, err := modfile.ParseWork(name, data, nil)
	if err != nil {
		return Workspace{}, err // it has the file and the line
	}
	w := Workspace{Root: root}
	for _, use := range file.Use {
		dir := filepath.FromSlash(use.Path)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(root, dir)
		}
		w.Modules = append(w.Modules, dir)
	}
	return w, nil
}

// CheckUsed checks that go.work uses each context in the folders beside it. Otherwise
// nothing would build, test or deploy the context, and nothing would say so.
func (w Workspace) CheckUsed() error {
	generators, err := filepath.Glob(filepath.Join(w.Root, "*", filepath.FromSlash(Generator), "main.go"))
	if err != nil {
		return err
	}
	var errs []error
	for _, generator := range generators {
		dir := filepath.Dir(filepath.Dir(filepath.Dir(generator)))
		if !slices.Contains(w.Modules, dir) {
			errs = append(errs, fmt.Errorf("%s is a context that go.work does not use: run 'go work use ./%[1]s', or remove the folder", filepath.Base(dir)))
		}
	}
	return errors.Join(errs...)
}

// Contexts returns the bounded contexts sorted by name. It fails if two contexts have
// the same name, because their functions would have the same names.
func (w Workspace) Contexts() ([]Context, error) {
	var list []Context
	for name, pin := range w.Pins {
		c, err := w.context(pin.Dir)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", name, pin.Version, err)
		}
		c.Name, c.Pin = name, &pin
		list = append(list, c)
	}
	for _, dir := range w.Modules {
		if _, pinned := w.Pins[filepath.Base(dir)]; pinned {
			continue
		}
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(Generator)))
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("find the generator of %s: %w", w.relative(dir), err)
		}
		c, err := w.context(dir)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b Context) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(list); i++ {
		if list[i].Name == list[i-1].Name {
			return nil, fmt.Errorf("the contexts %s and %s have the same name %s: rename one folder",
				w.relative(list[i-1].Dir), w.relative(list[i].Dir), list[i].Name)
		}
	}
	return list, nil
}

// Only returns the workspace with one of its contexts. Modules that are not contexts stay.
func (w Workspace) Only(context string) Workspace {
	pins := maps.Clone(w.Pins)
	maps.DeleteFunc(pins, func(name string, _ Pin) bool { return name != context })
	w.Pins = pins
	w.Modules = slices.DeleteFunc(slices.Clone(w.Modules), func(dir string) bool {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(Generator)))
		return err == nil && info.IsDir() && filepath.Base(dir) != context
	})
	return w
}

// context reads the context in folder dir.
func (w Workspace) context(dir string) (Context, error) {
	name := filepath.Join(dir, "go.mod")
	data, err := os.ReadFile(name)
	if err != nil {
		return Context{}, fmt.Errorf("context %s: %w", filepath.Base(dir), err)
	}
	module := modfile.ModulePath(data)
	if module == "" {
		return Context{}, fmt.Errorf("context %s: %s has no module directive", filepath.Base(dir), w.relative(name))
	}
	return Context{Name: filepath.Base(dir), Dir: dir, Module: module, root: w.Root}, nil
}

// relative returns the path from the root with slashes, for messages.
func (w Workspace) relative(path string) string { return relative(w.Root, path) }

func relative(root, path string) string {
	if rel, err := filepath.Rel(root, path); err == nil {
		return filepath.ToSlash(rel)
	}
	return path
}
