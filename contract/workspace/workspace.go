// Package workspace finds the bounded contexts of the monorepo: nothing lists
// them but go.work and their own files.
package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// Dist is the folder, below the root, of everything that is built.
const Dist = "dist"

// workFile is the file at the root of the monorepo.
const workFile = "go.work"

// generator is the folder that makes a module a bounded context: the command
// that writes its specification.
const generator = "api/gen"

// Workspace is the monorepo.
type Workspace struct {
	// Root is the folder of go.work.
	Root string
	// Modules are the folders of all modules, in go.work's order.
	Modules []string
}

// Find walks up from dir to the folder that holds go.work and reads it.
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
			return Workspace{}, fmt.Errorf("there is no %s in %s or above it: run inside the monorepo", workFile, start)
		}
	}
}

func parse(root, name string, data []byte) (Workspace, error) {
	file, err := modfile.ParseWork(name, data, nil)
	if err != nil {
		return Workspace{}, err // it names file and line
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

// Contexts are the modules that have a generator for their specification,
// sorted by name. It fails on a module that cannot be read and on two contexts
// of one name, whose Lambdas would get the same names.
func (w Workspace) Contexts() ([]Context, error) {
	var list []Context
	for _, dir := range w.Modules {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(generator)))
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("look for the generator of %s: %w", w.relative(dir), err)
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
			return nil, fmt.Errorf("%s and %s are both contexts called %s: rename one folder",
				w.relative(list[i-1].Dir), w.relative(list[i].Dir), list[i].Name)
		}
	}
	return list, nil
}

func (w Workspace) context(dir string) (Context, error) {
	name := filepath.Join(dir, "go.mod")
	data, err := os.ReadFile(name)
	if err != nil {
		return Context{}, fmt.Errorf("context %s: %w", filepath.Base(dir), err)
	}
	module := modfile.ModulePath(data)
	if module == "" {
		return Context{}, fmt.Errorf("context %s: %s names no module", filepath.Base(dir), w.relative(name))
	}
	return Context{Name: filepath.Base(dir), Dir: dir, Module: module, root: w.Root}, nil
}

// relative is a path for people: from the root, with slashes.
func (w Workspace) relative(path string) string { return relative(w.Root, path) }

func relative(root, path string) string {
	if rel, err := filepath.Rel(root, path); err == nil {
		return filepath.ToSlash(rel)
	}
	return path
}
