package scaffold

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/git"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra"
	"github.com/meridian-api/meridian/infra/environments"
)

// ProjectOptions say what a new project is.
type ProjectOptions struct {
	// Module is the path of the project, before the names of its modules, such as
	// "github.com/acme/shop".
	Module string
	// Dir is the folder to write, which must not exist; by default the last element of Module
	// without a major version.
	Dir string
	// Name is the name of the system; by default it is derived from Module.
	Name string
	// Context is the first bounded context; by default orders.
	Context string
	// Version is the version of module infra that the project requires.
	Version string
}

// projectData is the data of a project's templates.
type projectData struct {
	names
	Module, Meridian, Version string
	Go, Title                 string
	// Tools are the commands that targets run. Their versions are those that module infra
	// requires.
	Tools []string
}

// Project writes a project of one's own, which requires Meridian's modules: go.work, a
// module infra, a magefile, workflows and a bounded context. It needs the go command and
// a module proxy. If it fails, it removes the folder.
func Project(ctx context.Context, o ProjectOptions, out io.Writer) (err error) {
	if o.Context == "" {
		o.Context = "orders"
	}
	s, data, err := newProjectData(o)
	if err != nil {
		return err
	}
	dir := o.Dir
	if dir == "" {
		dir = lastElement(o.Module)
	}
	if err := os.Mkdir(dir, 0o755); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("the folder %s exists: name another one, or remove it", dir)
	} else if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	if err := data.write(dir, s); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: requires %s/infra %s\n", dir, data.Meridian, data.Version)
	if s.Name != lastElement(o.Module) {
		fmt.Fprintf(out, "%s: names the system %s, for people %s (%s)\n", dir, s.Name, s.Title, workspace.SystemFile)
	}
	tidy := command.Go(filepath.Join(dir, "infra"), "mod", "tidy")
	tidy.Env = []string{"GOWORK=off"}
	if err := tidy.Run(ctx); err != nil {
		return err
	}
	if err := Context(ctx, dir, o.Context, nil, io.Discard); err != nil {
		return err
	}
	if err := initialize(ctx, dir); err != nil {
		return err
	}
	count, lines, err := size(dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, `%s: %d files, %d lines: go.work, infra and the context %s
Run it: cd %s && go tool mage up
Test it: go tool mage test
`, dir, count, lines, o.Context, dir)
	return nil
}

// newProjectData checks the options and returns the names of the system.
func newProjectData(o ProjectOptions) (s workspace.System, d projectData, err error) {
	if err := module.CheckPath(o.Module); err != nil {
		return s, d, fmt.Errorf("the project's path: %w", err)
	}
	if !strings.HasPrefix(o.Version, "v") {
		return s, d, fmt.Errorf("the version of Meridian is %q: run this command with 'go run %s/infra/cmd/meridian@latest'",
			o.Version, workspace.Meridian)
	}
	if s, err = newSystem(o.Module, o.Name); err != nil {
		return s, d, err
	}
	n, err := newNames(o.Context, "")
	if err != nil {
		return s, d, err
	}
	return s, projectData{
		names: n, Module: o.Module, Meridian: workspace.Meridian, Version: o.Version,
		Go: infra.GoMod().Go.Version, Title: s.Title, Tools: tools(),
	}, nil
}

// tools returns the commands that module infra declares as its tools, such as mage, and the
// commands of Meridian that this repository's targets find in its workspace.
func tools() []string {
	var paths []string
	for _, name := range []string{
		"infra/cmd/dynamodb", "infra/cmd/meridian", "infra/cmd/terraform-provider-aws",
		"platform/lambda/add-claims", "platform/lambda/rotate-secret",
	} {
		paths = append(paths, workspace.Meridian+"/"+name)
	}
	for _, t := range infra.GoMod().Tool {
		paths = append(paths, t.Path)
	}
	slices.Sort(paths) // as in every go.mod
	return paths
}

// write writes the files of the project that are not the context's.
func (d projectData) write(dir string, s workspace.System) error {
	const top = "templates/project"
	err := fs.WalkDir(templates, top, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(templates, name)
		if strings.HasSuffix(name, suffix) {
			data, err = render(name, d)
		}
		if err != nil {
			return err
		}
		relative := strings.TrimSuffix(strings.TrimPrefix(name, top+"/"), suffix)
		return writeFile(filepath.Join(dir, filepath.FromSlash(relative)), data)
	})
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, filepath.FromSlash(workspace.SystemFile)), append(text, '\n')); err != nil {
		return err
	}
	settings, err := environments.Starter(s)
	if err != nil {
		return err
	}
	for name, data := range settings {
		if err := writeFile(filepath.Join(dir, filepath.FromSlash(workspace.Environments), name), data); err != nil {
			return err
		}
	}
	return nil
}

// initialize makes the folder a git repository with a commit, in which checks and
// deployments find versions, unless it is in a repository.
func initialize(ctx context.Context, dir string) error {
	if _, err := git.Root(ctx, dir); err == nil {
		return nil
	}
	commit := []string{"-c", "commit.gpgsign=false"}
	if _, err := git.Run(ctx, dir, "config", "user.email"); err != nil {
		commit = append(commit, "-c", "user.name=meridian new", "-c", "user.email=meridian@localhost")
	}
	for _, args := range [][]string{
		{"init", "-q", "-b", "main"}, {"add", "--all"}, append(commit, "commit", "-q", "-m", "Begin with Meridian"),
	} {
		if err := (command.Command{Name: "git", Args: args, Dir: dir}).Run(ctx); err != nil {
			return err
		}
	}
	return nil
}

// size returns the number of files of a project and of their lines. Generated files and
// go.sum are left out of the lines, because people do not edit them.
func size(dir string) (files, lines int, err error) {
	err = fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == ".git" || name == workspace.Dist):
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		files++
		switch path.Base(name) {
		case "openapi.json", "service.json", "go.sum", "go.work.sum":
			return nil
		}
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		lines += strings.Count(string(data), "\n")
		return err
	})
	return files, lines, err
}
