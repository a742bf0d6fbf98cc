package modproxy

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"time"

	"golang.org/x/mod/zip"

	"github.com/meridian-api/meridian/contract/git"
)

// Zip writes the module's zip, read from git's objects of the repository that contains
// dir. The package zip.CreateFromVCS reads no linked working trees, and lets the
// attributes export-ignore and export-subst change the content, which the go command
// does not.
func (r Release) Zip(ctx context.Context, dir string, out io.Writer) error {
	entries, err := git.Files(ctx, dir, r.Commit, r.Folder)
	if err != nil {
		return err
	}
	names := []string{r.Commit + ":LICENSE"}
	licensed := false
	for _, e := range entries {
		names = append(names, e.Hash)
		licensed = licensed || e.Path == "LICENSE"
	}
	contents, err := git.Objects(ctx, dir, names)
	if err != nil {
		return err
	}
	if contents[0] != nil && !licensed {
		return errors.New("the module has no LICENSE of its own, so the go command adds the root's to it: copy LICENSE into the module")
	}
	files := make([]zip.File, len(entries))
	for i, e := range entries {
		files[i] = file{entry: e, content: contents[i+1]}
	}
	return zip.Create(out, r.Module, files)
}

// file is a file of a commit. It implements zip.File and fs.FileInfo.
type file struct {
	entry   git.Entry
	content []byte
}

func (f file) Path() string                 { return f.entry.Path }
func (f file) Lstat() (fs.FileInfo, error)  { return f, nil }
func (f file) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(f.content)), nil }
func (f file) Name() string                 { return path.Base(f.entry.Path) }
func (f file) Size() int64                  { return int64(len(f.content)) }
func (f file) ModTime() time.Time           { return time.Time{} }
func (f file) IsDir() bool                  { return false }
func (f file) Sys() any                     { return nil }

func (f file) Mode() fs.FileMode {
	if f.entry.Symlink() {
		return fs.ModeSymlink
	}
	return 0o644
}
