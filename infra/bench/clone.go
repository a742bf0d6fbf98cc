package bench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/meridian-api/meridian/contract/git"
	"github.com/meridian-api/meridian/contract/workspace"
)

// newClone copies the files of the monorepo around dir that git tracks or would track,
// with changes that are not committed, into a temporary folder. The caller removes it.
func newClone(ctx context.Context, dir string) (workspace.Workspace, error) {
	from, err := workspace.Find(dir)
	if err != nil {
		return workspace.Workspace{}, err
	}
	list, err := git.Run(ctx, from.Root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return workspace.Workspace{}, err
	}
	root, err := os.MkdirTemp("", "meridian-bench-")
	if err != nil {
		return workspace.Workspace{}, err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(list, "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(from.Root, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed, but not committed
		}
		if err == nil {
			err = writeFiles(root, map[string]string{name: string(data)})
		}
		if err != nil {
			return workspace.Workspace{}, errors.Join(err, os.RemoveAll(root))
		}
	}
	ws, err := workspace.Find(root)
	if err != nil {
		return workspace.Workspace{}, errors.Join(err, os.RemoveAll(root))
	}
	return ws, nil
}

// addContexts adds synthetic contexts until the workspace has that many contexts and
// functions.
func addContexts(ws workspace.Workspace, contexts, functions int) (workspace.Workspace, error) {
	present, err := ws.Contexts()
	if err != nil {
		return ws, err
	}
	for _, c := range present {
		m, err := c.Manifest()
		if err != nil {
			return ws, err
		}
		functions -= len(m.Functions)
	}
	requirements, sums, err := requirements(ws.Root)
	if err != nil {
		return ws, err
	}
	name := filepath.Join(ws.Root, "go.work")
	data, err := os.ReadFile(name)
	if err != nil {
		return ws, err
	}
	work, err := modfile.ParseWork(name, data, nil)
	if err != nil {
		return ws, err
	}
	for i, left := 0, contexts-len(present); left > 0; i, left = i+1, left-1 {
		own := functions / left
		functions -= own
		s := synthetic{name: "part" + letters(i), operations: own - 1}
		dir := filepath.Join(ws.Root, s.name)
		if err := errors.Join(s.write(dir, requirements, sums), s.writeLambdas(dir)); err != nil {
			return ws, err
		}
		if err := work.AddUse("./"+s.name, ""); err != nil {
			return ws, err
		}
	}
	if err := os.WriteFile(name, modfile.Format(work.Syntax), 0o644); err != nil {
		return ws, err
	}
	return workspace.Find(ws.Root)
}

// size returns the size of the files below a folder in bytes.
func size(folder string) (int64, error) {
	var sum int64
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			sum += info.Size()
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("size of %s: %w", folder, err)
	}
	return sum, nil
}
