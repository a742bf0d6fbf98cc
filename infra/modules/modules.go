// Package modules describes the modules of the workspace and how they require each
// other, and keeps go.mod and go.work in order.
//
// No go.mod replaces a module: it is the same file in the repository and in a
// release. In go.work, use selects the working tree for development. The go command
// also reads the go.mod of each version that a module requires of a sibling, from a
// module proxy, although it does not use it. go.work replaces exactly those versions,
// so that a clone without tags, a shallow one and one without a network work, and
// a release that is not pushed yet can be required.
package modules

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/meridian-api/meridian/contract/workspace"
)

// Module is a module of the workspace.
type Module struct {
	// Name is the name of the folder, and of tags such as "accounts/v1.4.0".
	Name string
	// Dir is the folder.
	Dir string
	// File is the parsed go.mod.
	File *modfile.File
}

// Path returns the module's path.
func (m Module) Path() string { return m.File.Module.Mod.Path }

// Set contains the modules of a workspace.
type Set struct {
	// Root is the folder of go.work.
	Root string
	// Modules are in the order of go.work.
	Modules []Module
}

// Load reads the go.work in dir or in the closest folder above it, and the go.mod of
// every module that it uses. Modules are folders of go.work's folder.
func Load(dir string) (Set, error) {
	ws, err := workspace.Find(dir)
	if err != nil {
		return Set{}, err
	}
	s := Set{Root: ws.Root}
	for _, dir := range ws.Modules {
		if filepath.Dir(dir) != filepath.Clean(ws.Root) {
			return Set{}, fmt.Errorf("go.work uses %s: a module must be a folder beside go.work", dir)
		}
		name := filepath.Join(dir, "go.mod")
		data, err := os.ReadFile(name)
		if err != nil {
			return Set{}, err
		}
		file, err := modfile.Parse(name, data, nil)
		if err != nil {
			return Set{}, err
		}
		if file.Module == nil {
			return Set{}, fmt.Errorf("%s has no module directive", name)
		}
		s.Modules = append(s.Modules, Module{Name: filepath.Base(dir), Dir: dir, File: file})
	}
	return s, nil
}

// Find returns the module with a name.
func (s Set) Find(name string) (Module, error) {
	var names []string
	for _, m := range s.Modules {
		if m.Name == name {
			return m, nil
		}
		names = append(names, m.Name)
	}
	return Module{}, fmt.Errorf("no module %q: the modules are %s", name, strings.Join(names, ", "))
}

// ByPath returns the module with a path; found is false if no module of the workspace
// has it.
func (s Set) ByPath(path string) (m Module, found bool) {
	i := slices.IndexFunc(s.Modules, func(m Module) bool { return m.Path() == path })
	if i < 0 {
		return Module{}, false
	}
	return s.Modules[i], true
}

// Requires returns the versions of other modules of the workspace that a module
// requires.
func (s Set) Requires(m Module) []module.Version {
	var versions []module.Version
	for _, r := range m.File.Require {
		if _, found := s.ByPath(r.Mod.Path); found {
			versions = append(versions, r.Mod)
		}
	}
	return versions
}

// Required returns the version of a sibling that a module requires, or "".
func (m Module) Required(path string) string {
	for _, r := range m.File.Require {
		if r.Mod.Path == path {
			return r.Mod.Version
		}
	}
	return ""
}

// Dependents returns the modules that require a module, directly or not, in go.work's
// order.
func (s Set) Dependents(m Module) []Module {
	found := map[string]bool{m.Path(): true}
	for grown := true; grown; {
		grown = false
		for _, candidate := range s.Modules {
			if found[candidate.Path()] {
				continue
			}
			for _, required := range s.Requires(candidate) {
				if found[required.Path] {
					found[candidate.Path()], grown = true, true
				}
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(s.Modules), func(candidate Module) bool {
		return candidate.Path() == m.Path() || !found[candidate.Path()]
	})
}
