// Package inputs finds the files that the commands of the monorepo are built from, and
// computes a digest of them. A build or a generated file with the same digest is up to
// date, so the go command does not have to run to find that out.
package inputs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/meridian-api/meridian/contract/workspace"
)

// Tree has the packages of commands, as the go command reports them, and the state of
// their files. Only packages that can be edited are listed: neither the standard library
// nor the module cache, which go.sum and the version of Go determine.
//
// A tree is not safe for concurrent use.
type Tree struct {
	ws   workspace.Workspace
	tags string // build tags of the listings, as of the builds
	file string

	state
	// digests are the folders' digests since the last Refresh.
	digests map[string]digest
	// variables is what the go command reports about its settings. They do not change while
	// this process runs.
	variables []byte
	// settings is what every command depends on, since the last Refresh.
	settings string
}

// state is what a tree keeps between runs. Paths are relative to the root, with slashes.
type state struct {
	// Settings is the digest of the settings at the listing.
	Settings string `json:"settings"`
	// Commands has the folders of each command's packages, by the command's folder.
	Commands map[string][]string `json:"commands"`
	// Folders has each package's folder.
	Folders map[string]folder `json:"folders"`
	// Files has the files that were read.
	Files map[string]file `json:"files"`
}

// folder is a package.
type folder struct {
	// Embeds are the patterns of its go:embed directives.
	Embeds []string `json:"embeds,omitempty"`
	// Shape is the digest of what decides which packages it imports, at the listing.
	Shape string `json:"shape"`
}

// digest is the digest of a folder's files, and of what decides its imports.
type digest struct{ content, shape string }

// Open returns the tree that an earlier run has kept in a file, or an empty one. Call
// Refresh before anything else.
func Open(ws workspace.Workspace, tags, name string) *Tree {
	t := &Tree{ws: ws, tags: tags, file: name}
	// An unreadable tree is only slower: all commands are listed again.
	if data, err := os.ReadFile(name); err != nil || json.Unmarshal(data, &t.state) != nil {
		t.state = state{}
	}
	return t
}

// Refresh reads what has changed on disk. It runs the go command only for commands that
// it does not know, and for those with a package whose imports may have changed. The
// commands are folders, relative to the root and with slashes.
//
// If a package cannot be found, Refresh returns the go command's error, which has file
// and line, and the tree has the state of the last success.
func (t *Tree) Refresh(ctx context.Context, commands []string) error {
	next := &Tree{ws: t.ws, tags: t.tags, file: t.file, variables: t.variables, state: state{
		Commands: map[string][]string{}, Folders: writable(t.Folders), Files: writable(t.Files),
	}}
	var err error
	if next.settings, err = next.readSettings(ctx); err != nil {
		return err
	}
	next.Settings = next.settings
	if err := next.scan(); err != nil {
		return err
	}
	for c, folders := range t.Commands { // also commands of other callers
		if _, err := os.Stat(t.path(c)); err == nil && next.settings == t.Settings && !next.reshaped(folders) {
			next.Commands[c] = folders
		}
	}
	var unknown []string
	for _, c := range commands {
		if _, ok := next.Commands[c]; !ok {
			unknown = append(unknown, c)
		}
	}
	if len(unknown) > 0 {
		// Files that are saved during the listing differ from next's scan, so that the
		// next Refresh lists again.
		if err := next.list(ctx, unknown); err != nil {
			return err
		}
	}
	next.forget()
	if err := next.save(); err != nil {
		return err
	}
	*t = *next
	return nil
}

// reshaped reports whether a folder may have other imports than at its listing.
func (t *Tree) reshaped(folders []string) bool {
	return slices.ContainsFunc(folders, func(name string) bool {
		at, known := t.Folders[name]
		return !known || t.digests[name].shape != at.Shape
	})
}

// writable returns a copy of a map, also of nil.
func writable[K comparable, V any](m map[K]V) map[K]V {
	c := make(map[K]V, len(m))
	maps.Copy(c, m)
	return c
}

// scan computes the digest of every folder.
func (t *Tree) scan() error {
	t.digests = map[string]digest{}
	for name := range t.Folders {
		if err := t.scanFolder(name); err != nil {
			return err
		}
	}
	return nil
}

// forget removes the folders and files that no command needs.
func (t *Tree) forget() {
	needed := map[string]bool{}
	for _, folders := range t.Commands {
		for _, name := range folders {
			needed[name] = true
		}
	}
	maps.DeleteFunc(t.Folders, func(name string, _ folder) bool { return !needed[name] })
	maps.DeleteFunc(t.Files, func(_ string, f file) bool { return !f.used })
}

// save writes the state.
func (t *Tree) save() error {
	data, err := json.Marshal(t.state)
	if err != nil {
		return err
	}
	return WriteFile(t.file, data)
}

// WriteFile writes a file, and the folders above it. A reader sees either the file from
// before or all of the new one.
func WriteFile(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = temporary.Write(data)
	if err = errors.Join(err, temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), name)
	}
	if err != nil {
		os.Remove(temporary.Name())
	}
	return err
}

// Digest returns the digest of everything that a command is built from: its packages, the
// versions of its dependencies, the version of Go and the settings of the go command.
func (t *Tree) Digest(command string) (string, error) {
	folders, ok := t.Commands[command]
	if !ok {
		return "", fmt.Errorf("the command %s is not listed", command)
	}
	h := newHash()
	h.add(t.settings, t.tags)
	for _, name := range folders {
		h.add(name, t.digests[name].content)
	}
	return h.sum(), nil
}

// Packages returns the folders of a command's packages, sorted.
func (t *Tree) Packages(command string) []string { return t.Commands[command] }

// Modules returns the folders of the workspace's modules that have a package of a
// command, sorted, and the folders of packages outside the workspace.
func (t *Tree) Modules() []string {
	found := map[string]bool{}
	for name := range t.Folders {
		path := t.path(name)
		owner := path
		for _, m := range t.ws.Modules {
			if rel, err := filepath.Rel(m, path); err == nil && filepath.IsLocal(rel) {
				owner = m
			}
		}
		found[owner] = true
	}
	return slices.SortedFunc(maps.Keys(found), cmp.Compare[string])
}

// path returns the path of a name of the state.
func (t *Tree) path(name string) string {
	if name = filepath.FromSlash(name); filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(t.ws.Root, name)
}

// name returns the name of a path in the state.
func (t *Tree) name(path string) string {
	if rel, err := filepath.Rel(t.ws.Root, path); err == nil && filepath.IsLocal(rel) {
		path = rel
	}
	return filepath.ToSlash(path)
}

// missing reports whether err says that a file does not exist.
func missing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
