package inputs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"github.com/meridian-api/meridian/contract/command"
)

// variables are the settings of the go command that change what it builds on this
// machine.
var variables = []string{
	"GOVERSION", "GOROOT", "GOOS", "GOARCH", "GOFLAGS", "GOEXPERIMENT", "GOFIPS140", "GOAMD64", "GOARM64",
	"CGO_ENABLED", "CC", "CGO_CFLAGS", "CGO_LDFLAGS",
}

// readSettings returns the digest of what every command depends on: the go command's
// settings, and the files that select the versions of modules.
func (t *Tree) readSettings(ctx context.Context) (string, error) {
	if t.variables == nil {
		out, err := command.Go(t.ws.Root, append([]string{"env", "-json"}, variables...)...).Output(ctx)
		if err != nil {
			return "", err
		}
		t.variables = out
	}
	h := newHash()
	h.add(string(t.variables))
	files := []string{filepath.Join(t.ws.Root, "go.work"), filepath.Join(t.ws.Root, "go.work.sum")}
	for _, m := range t.ws.Modules {
		files = append(files, filepath.Join(m, "go.mod"), filepath.Join(m, "go.sum"))
	}
	for _, path := range files {
		f, err := t.read(path, false)
		if err != nil && !missing(err) {
			return "", err
		}
		h.add(t.name(path), f.Hash)
	}
	return h.sum(), nil
}

// listed is a package as `go list -json` prints it.
type listed struct {
	ImportPath    string
	Dir           string
	Standard      bool
	DepOnly       bool
	Imports       []string
	EmbedPatterns []string
	Module        *struct {
		Main    bool
		Replace *struct{ Version string }
	}
}

// editable reports whether the package's files can change while its version stays.
func (p listed) editable() bool {
	return !p.Standard && p.Module != nil && (p.Module.Main || p.Module.Replace != nil && p.Module.Replace.Version == "")
}

// list asks the go command for the packages of commands.
func (t *Tree) list(ctx context.Context, commands []string) error {
	args := []string{"list", "-deps", "-json=ImportPath,Dir,Standard,DepOnly,Imports,EmbedPatterns,Module", "-tags", t.tags}
	for _, c := range commands {
		args = append(args, "./"+c)
	}
	out, err := command.Go(t.ws.Root, args...).Output(ctx)
	if err != nil {
		return err
	}
	packages := map[string]listed{}
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("go list: %w", err)
		}
		packages[p.ImportPath] = p
	}
	return t.add(packages)
}

// add adds the commands among the packages.
func (t *Tree) add(packages map[string]listed) error {
	below := map[string]map[string]bool{} // editable folders by import path
	var collect func(path string) map[string]bool
	collect = func(path string) map[string]bool {
		if found, ok := below[path]; ok {
			return found
		}
		p, found := packages[path], map[string]bool{}
		if !p.Standard { // the standard library imports nothing that can be edited
			for _, i := range p.Imports {
				maps.Copy(found, collect(i))
			}
		}
		if p.editable() {
			found[t.name(p.Dir)] = true
		}
		below[path] = found
		return found
	}
	for path, p := range packages {
		if p.DepOnly {
			continue
		}
		folders := slices.Sorted(maps.Keys(collect(path)))
		t.Commands[t.name(p.Dir)] = folders
	}
	for path, p := range packages {
		if !p.editable() {
			continue
		}
		name := t.name(packages[path].Dir)
		known, had := t.Folders[name]
		if !had || !slices.Equal(known.Embeds, p.EmbedPatterns) {
			t.Folders[name] = folder{Embeds: p.EmbedPatterns}
			if err := t.scanFolder(name); err != nil {
				return err
			}
		}
		t.Folders[name] = folder{Embeds: p.EmbedPatterns, Shape: t.digests[name].shape}
	}
	return nil
}
