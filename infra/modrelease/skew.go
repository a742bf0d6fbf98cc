package modrelease

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/go/packages"

	"github.com/meridian-api/meridian/infra/modules"
)

// compileErrors returns the errors of the types of a module, its tests included, with
// the newest releases of its siblings, as lines that begin with a path from the root.
func (w *workshop) compileErrors(ctx context.Context, m modules.Module) ([]string, error) {
	dir, err := os.MkdirTemp(w.temp, "skew-")
	if err != nil {
		return nil, err
	}
	name, err := m.WriteMod(dir, func(file *modfile.File) error {
		for _, required := range w.set.Requires(m) {
			newest, _ := w.newest(required.Path)
			if err := file.AddRequire(required.Path, newest.Module.Version); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	list, err := packages.Load(&packages.Config{
		Context: ctx, Dir: m.Dir, Env: append(os.Environ(), w.env...), Tests: true,
		Mode:       packages.LoadSyntax,
		BuildFlags: []string{"-modfile=" + name, "-mod=mod"},
	}, "./...")
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, p := range list {
		for _, e := range p.Errors {
			// The imported package has an error of its own, and the compiler repeats the types'.
			if strings.HasPrefix(e.Msg, "could not import") || strings.HasPrefix(e.Msg, "# ") {
				continue
			}
			lines = append(lines, w.relative(e.Pos)+oneLine(e.Msg))
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines), nil
}

// relative returns a position as a path from the root, a line and a colon, or "".
func (w *workshop) relative(position string) string {
	file, rest, _ := strings.Cut(position, ":")
	line, _, _ := strings.Cut(rest, ":")
	path, err := filepath.Rel(w.clone, file)
	if err != nil || !filepath.IsAbs(file) || line == "" {
		return ""
	}
	return filepath.ToSlash(path) + ":" + line + ": "
}
