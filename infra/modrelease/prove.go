package modrelease

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/infra/modproxy"
	"github.com/meridian-api/meridian/infra/modules"
)

// test runs the tests of a module of the clone, built against the releases of its
// siblings. A test itself runs as in the working tree, with the user's settings, because
// tests build and run fixtures and, in infra, the other modules of the workspace.
func (w *workshop) test(ctx context.Context, m modules.Module) error {
	return w.goRun(ctx, m.Dir, "test", "-timeout=60m", "-exec", quoted(append([]string{"env"}, w.restore...)), "./...")
}

// quoted joins arguments for the go command's flag -exec.
func quoted(arguments []string) string {
	var list []string
	for _, word := range arguments {
		if quote := "'"; strings.ContainsAny(word, " \t\n\"") || word == "" {
			word = quote + word + quote
		}
		list = append(list, word)
	}
	return strings.Join(list, " ")
}

// outside proves a release from a module that has nothing to do with the repository: it
// requires the release and builds every package that it can import. It returns their
// number.
func (w *workshop) outside(ctx context.Context, m modules.Module, r modproxy.Release) (int, error) {
	dir := filepath.Join(w.temp, "outside")
	if err := os.RemoveAll(dir); err != nil {
		return 0, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module outside.example/user\n\ngo "+m.File.Go.Version+"\n"), 0o644); err != nil {
		return 0, err
	}
	// The sums of others' modules are known. The sums of the repository's own are left out,
	// so that the modules come from the proxy.
	sums, err := w.foreignSums(m)
	if err != nil {
		return 0, err
	}
	if err := os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o644); err != nil {
		return 0, err
	}
	if err := w.goRun(ctx, dir, "get", r.Module.String()); err != nil {
		return 0, err
	}
	importable, err := w.importable(ctx, dir, r.Module.Path)
	if err != nil {
		return 0, err
	}
	if len(importable) == 0 {
		return 0, nil
	}
	text := "package user\n\nimport (\n"
	for _, path := range importable {
		text += "\t_ \"" + path + "\"\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "user.go"), []byte(text+")\n"), 0o644); err != nil {
		return 0, err
	}
	// With -mod=mod, because it imports more than what go get has seen.
	return len(importable), w.goRun(ctx, dir, "build", "-mod=mod", "./...")
}

// importable returns the packages of a required module that other modules can import.
func (w *workshop) importable(ctx context.Context, dir, path string) ([]string, error) {
	c := command.Go(dir, "list", "-e", "-f", "{{if and .GoFiles (ne .Name \"main\")}}{{.ImportPath}}{{end}}", path+"/...")
	c.Env = w.env
	out, err := c.Output(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(strings.Fields(string(out)), internal), nil
}

// foreignSums returns the lines of a module's go.sum about modules of other repositories.
func (w *workshop) foreignSums(m modules.Module) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(m.Dir, "go.sum"))
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	var text strings.Builder
	for line := range strings.Lines(string(data)) {
		path, _, _ := strings.Cut(line, " ")
		if _, own := w.set.ByPath(path); !own {
			text.WriteString(line)
		}
	}
	return []byte(text.String()), nil
}

// commands is the folder of a module's commands for users.
const commands = "cmd"

// install installs the commands of a release as a user does and returns their names.
func (w *workshop) install(ctx context.Context, m modules.Module, version module.Version) ([]string, error) {
	if _, err := os.Stat(filepath.Join(m.Dir, commands)); err != nil {
		return nil, nil // the module has no commands
	}
	dir := filepath.Join(w.temp, "bin")
	c := command.Go(w.temp, "install", fmt.Sprintf("%s/%s/...@%s", version.Path, commands, version.Version))
	// The build has checked the same modules in the same cache against go.sum, which
	// go install does not read.
	c.Env = append(slices.Clone(w.env), "GOBIN="+dir, "GOSUMDB=off")
	if err := c.Run(ctx); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names, err
}
