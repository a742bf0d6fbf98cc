package scaffold

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"go/format"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"text/template"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra"
	"github.com/meridian-api/meridian/infra/build"
	"github.com/meridian-api/meridian/infra/modules"
)

//go:embed all:templates
var templates embed.FS

// suffix ends the names of templates, so that the go command does not take them for
// packages.
const suffix = ".tmpl"

// contextData is the data of a context's templates.
type contextData struct {
	names
	Module   string // the module's path
	Platform string // the path of module platform
	Contract string // the path of module contract
	Go       string // the go directive
	Requires []module.Version
}

// Context writes the bounded context name with one operation each to read, write and
// list, adds it to go.work and to the lists under .github, and generates its
// specification. one is the singular of the name; with nil or "" it is derived. It
// refuses a folder that exists. If it fails, it removes the folder and restores the
// files that it changed.
func Context(ctx context.Context, root, name string, one *string, out io.Writer) (err error) {
	data, err := newContextData(root, name, one)
	if err != nil {
		return err
	}
	others, err := contexts(root)
	if err != nil {
		return err
	}
	dir := filepath.Join(root, name)
	if err := os.Mkdir(dir, 0o755); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("the folder %s exists: choose another name, or remove it", name)
	} else if err != nil {
		return err
	}
	changes := changes{}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir), changes.undo())
		}
	}()
	count, err := data.write(dir)
	if err != nil {
		return err
	}
	if err := register(root, name, others, changes); err != nil {
		return err
	}
	if err := modules.TidyNew(ctx, root, name, io.Discard); err != nil {
		return err
	}
	if err := build.GenerateAt(ctx, root); err != nil {
		return err
	}
	fmt.Fprintf(out, `
%s: %d files, with the operations get%s, put%s, list%s and check%s
%s
Run it: go tool mage up
Test it: go test ./%s/...
Begin with %s/%s.go and %s/api/%s.go, which say what %s is.
`, name, count, data.Type, data.Type, data.Types, data.Types, changes.list(root), name, name, data.One, name, data.One, data.AOne)
	return nil
}

// newContextData reads from the workspace what a new context must require.
func newContextData(root, name string, one *string) (contextData, error) {
	n, err := newNames(name, value(one))
	if err != nil {
		return contextData{}, err
	}
	set, err := modules.Load(root)
	if err != nil {
		return contextData{}, err
	}
	own, err := set.Find("infra")
	if err != nil {
		return contextData{}, fmt.Errorf("a context's path begins like the path of module infra: %w", err)
	}
	d := contextData{names: n, Module: path.Dir(own.Path()) + "/" + name, Go: own.File.Go.Version}
	for _, r := range infra.GoMod().Require {
		switch path.Base(r.Mod.Path) {
		case "platform":
			d.Platform = r.Mod.Path
		case "contract":
			d.Contract = r.Mod.Path
		default:
			if r.Mod.Path != "github.com/guregu/dynamo/v2" && r.Mod.Path != "github.com/google/go-cmp" {
				continue
			}
		}
		d.Requires = append(d.Requires, r.Mod)
	}
	if d.Platform == "" || d.Contract == "" {
		return contextData{}, errors.New("module infra must require the modules platform and contract")
	}
	return d, nil
}

// write writes the files of the context into dir and returns their number.
func (d contextData) write(dir string) (int, error) {
	const top = "templates/context"
	count := 0
	err := fs.WalkDir(templates, top, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := render(name, d)
		if err != nil {
			return err
		}
		relative := strings.TrimSuffix(strings.TrimPrefix(name, top+"/"), suffix)
		relative = strings.NewReplacer("@context", d.Context, "@one", d.One).Replace(relative)
		count++
		return writeFile(filepath.Join(dir, filepath.FromSlash(relative)), data)
	})
	if err != nil {
		return 0, err
	}
	license, err := os.ReadFile(filepath.Join(filepath.Dir(dir), "LICENSE"))
	if errors.Is(err, fs.ErrNotExist) {
		return count, nil
	}
	if err != nil {
		return 0, err
	}
	return count + 1, writeFile(filepath.Join(dir, "LICENSE"), license)
}

// render executes a template, and formats the result if it is Go.
func render(name string, data any) ([]byte, error) {
	t, err := template.New(path.Base(name)).Option("missingkey=error").ParseFS(templates, name)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return nil, err
	}
	switch {
	case strings.HasSuffix(name, ".go"+suffix):
		return formatGo(name, b.Bytes())
	case strings.HasSuffix(name, "go.mod"+suffix):
		file, err := modfile.Parse(name, b.Bytes(), nil)
		if err != nil {
			return nil, err
		}
		return file.Format()
	}
	return b.Bytes(), nil
}

// formatGo formats Go source code.
func formatGo(name string, source []byte) ([]byte, error) {
	formatted, err := format.Source(source)
	if err != nil {
		return nil, fmt.Errorf("format %s: %w", name, err)
	}
	return formatted, nil
}

func writeFile(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}

// contexts returns the names of the workspace's contexts.
func contexts(root string) ([]string, error) {
	ws, err := workspace.Find(root)
	if err != nil {
		return nil, err
	}
	list, err := ws.Contexts()
	var names []string
	for _, c := range list {
		names = append(names, c.Name)
	}
	return names, err
}

// value returns the value of an option, or "" if it is not set.
func value(option *string) string {
	if option == nil {
		return ""
	}
	return *option
}
