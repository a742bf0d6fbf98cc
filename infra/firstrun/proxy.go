// Package firstrun takes a project of one's own from an empty module cache to a running
// system, as a new user does: it has no file of this checkout and no release of Meridian,
// but a module proxy in a folder.
package firstrun

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"

	"github.com/meridian-api/meridian/contract/git"
	"github.com/meridian-api/meridian/contract/workspace"
)

// version is the version of Meridian's modules in the proxy. It is lower than every
// release, which it is not.
const version = "v0.0.1"

// modules are Meridian's modules that a project requires.
var modules = []string{"platform", "contract", "infra"}

// WriteProxy writes a module proxy into dir that has Meridian's modules as the working tree
// at root has them, as one version that requires itself of its siblings.
func WriteProxy(ctx context.Context, root, dir string) error {
	for _, name := range modules {
		if err := writeModule(ctx, root, name, dir); err != nil {
			return fmt.Errorf("module proxy: %s: %w", name, err)
		}
	}
	return nil
}

func writeModule(ctx context.Context, root, name, dir string) error {
	files, err := filesOf(ctx, filepath.Join(root, name))
	if err != nil {
		return err
	}
	goMod, err := requireSiblings(files["go.mod"])
	if err != nil {
		return err
	}
	files["go.mod"] = goMod
	m := module.Version{Path: workspace.Meridian + "/" + name, Version: version}
	escaped, err := module.EscapePath(m.Path)
	if err != nil {
		return err
	}
	to := filepath.Join(dir, filepath.FromSlash(escaped), "@v")
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for file, data := range map[string]string{
		"list":            version + "\n",
		version + ".info": fmt.Sprintf(`{"Version": %q, "Time": "2026-01-01T00:00:00Z"}`, version),
		version + ".mod":  string(goMod),
	} {
		if err := os.WriteFile(filepath.Join(to, file), []byte(data), 0o644); err != nil {
			return err
		}
	}
	var list []zip.File
	for file, data := range files {
		list = append(list, content{file, data})
	}
	out, err := os.Create(filepath.Join(to, version+".zip"))
	if err != nil {
		return err
	}
	defer out.Close()
	if err := zip.Create(out, m, list); err != nil {
		return err
	}
	return out.Close()
}

// filesOf returns the contents of the files of the module in dir that are not ignored, by
// name, without links and modules within.
func filesOf(ctx context.Context, dir string) (map[string][]byte, error) {
	out, err := git.Run(ctx, dir, "ls-files", "--cached", "--others", "--exclude-standard", "-z")
	if err != nil {
		return nil, err
	}
	names := strings.FieldsFunc(out, func(c rune) bool { return c == 0 })
	var within []string
	for _, name := range names {
		if folder, file := path.Split(name); file == "go.mod" && folder != "" {
			within = append(within, folder)
		}
	}
	files := map[string][]byte{}
	for _, name := range names {
		if slices.ContainsFunc(within, func(folder string) bool { return strings.HasPrefix(name, folder) }) {
			continue
		}
		file := filepath.Join(dir, filepath.FromSlash(name))
		info, err := os.Lstat(file)
		if err != nil || !info.Mode().IsRegular() {
			continue // a file that was removed since the last commit, or a link
		}
		if files[name], err = os.ReadFile(file); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// requireSiblings returns a go.mod that requires Meridian's modules at version.
func requireSiblings(data []byte) ([]byte, error) {
	file, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		return nil, err
	}
	for _, r := range file.Require {
		if path.Dir(r.Mod.Path) != workspace.Meridian {
			continue
		}
		if err := file.AddRequire(r.Mod.Path, version); err != nil {
			return nil, err
		}
	}
	return file.Format()
}

// content is a file of a zip.
type content struct {
	name string
	data []byte
}

func (c content) Path() string                { return c.name }
func (c content) Lstat() (os.FileInfo, error) { return info{c}, nil }
func (c content) Open() (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(string(c.data))), nil
}

type info struct{ content }

func (i info) Name() string       { return path.Base(i.name) }
func (i info) Size() int64        { return int64(len(i.data)) }
func (i info) Mode() fs.FileMode  { return 0o644 }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return false }
func (i info) Sys() any           { return nil }
