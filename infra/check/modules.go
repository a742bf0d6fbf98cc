package check

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"path"

	"github.com/meridian-api/meridian/contract/command"
)

// Module is a module of the workspace.
type Module struct {
	// Path is the module's import path, Dir its folder.
	Path, Dir string
}

// Name returns the last element of the module's path.
func (m Module) Name() string { return path.Base(m.Path) }

// Modules returns the modules of the workspace that root is in.
func Modules(ctx context.Context, root string) ([]Module, error) {
	out, err := command.Go(root, "list", "-m", "-json").Output(ctx)
	if err != nil {
		return nil, err
	}
	return decodeAll[Module](out)
}

// pkg is the part of go list's output that the checks use.
type pkg struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
	Deps                               []string
}

func packages(ctx context.Context, m Module, patterns ...string) ([]pkg, error) {
	args := append([]string{"list", "-json=ImportPath,Imports,TestImports,XTestImports,Deps"}, patterns...)
	out, err := command.Go(m.Dir, args...).Output(ctx)
	if err != nil {
		return nil, err
	}
	return decodeAll[pkg](out)
}

func decodeAll[T any](data []byte) ([]T, error) {
	var list []T
	d := json.NewDecoder(bytes.NewReader(data))
	for {
		var v T
		if err := d.Decode(&v); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
}
