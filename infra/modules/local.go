package modules

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/meridian-api/meridian/contract/command"
)

// WriteMod writes a module's go.mod, after an edit, and go.sum into dir and returns
// the path of go.mod. The go command reads both in place of the module's own files if
// it is run in the module's folder with the flag -modfile and without the workspace.
func (m Module) WriteMod(dir string, edit func(*modfile.File) error) (string, error) {
	name := filepath.Join(dir, "go.mod")
	original := filepath.Join(m.Dir, "go.mod")
	data, err := os.ReadFile(original)
	if err != nil {
		return "", err
	}
	file, err := modfile.Parse(original, data, nil)
	if err != nil {
		return "", err
	}
	if err := edit(file); err != nil {
		return "", err
	}
	if data, err = file.Format(); err != nil {
		return "", err
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		return "", err
	}
	sums, err := os.ReadFile(filepath.Join(m.Dir, "go.sum"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	return name, os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o644)
}

// replaceSiblings makes a go.mod use the folders of the workspace's modules for which
// local returns true.
func (s Set) replaceSiblings(file *modfile.File, local func(Module) bool) error {
	for _, m := range s.Modules {
		if m.Path() == file.Module.Mod.Path || !local(m) {
			continue
		}
		if err := file.AddReplace(m.Path(), "", m.Dir, ""); err != nil {
			return err
		}
	}
	return nil
}

// Standalone runs the go command on a module without the workspace: its own go.mod must
// have everything that the module needs of others. Its siblings come from the working
// tree. The arguments follow the subcommand's name.
func (s Set) Standalone(ctx context.Context, m Module, subcommand string, args ...string) error {
	return s.standalone(ctx, m, nil, all, subcommand, args...)
}

// VetModule runs go vet on a module like Standalone, with variables for the go command.
// Siblings for which local returns true come from the working tree, the others from their
// releases.
func (s Set) VetModule(ctx context.Context, m Module, env []string, local func(Module) bool) error {
	return s.standalone(ctx, m, env, local, "vet", "./...")
}

// all selects every sibling.
func all(Module) bool { return true }

func (s Set) standalone(
	ctx context.Context, m Module, env []string, local func(Module) bool, subcommand string, args ...string,
) error {
	dir, err := os.MkdirTemp("", "meridian-module-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	name, err := m.WriteMod(dir, func(file *modfile.File) error { return s.replaceSiblings(file, local) })
	if err != nil {
		return err
	}
	c := command.Go(m.Dir, slices.Concat([]string{subcommand, "-modfile=" + name}, args)...)
	c.Env = append(slices.Clone(env), "GOWORK=off")
	return c.Run(ctx)
}

// Tidy runs go mod tidy on every module and writes go.work's replacements. It prints a
// line for each file that it changes.
//
// The go command's own tidy ignores the workspace, so it fails as long as a version
// that a module requires of a sibling is not published.
func Tidy(ctx context.Context, root string, out io.Writer) error {
	return tidyModules(ctx, root, out, all)
}

// TidyNew does what Tidy does for a module that was just added, and leaves the other
// modules alone.
func TidyNew(ctx context.Context, root, name string, out io.Writer) error {
	return tidyModules(ctx, root, out, func(m Module) bool { return m.Name == name })
}

// tidyModules tidies the modules for which selected returns true, and go.work.
func tidyModules(ctx context.Context, root string, out io.Writer, selected func(Module) bool) error {
	s, err := Load(root)
	if err != nil {
		return err
	}
	for _, m := range s.Modules {
		if !selected(m) {
			continue
		}
		if err := s.TidyModule(ctx, m, nil, all, out); err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
	}
	if s, err = Load(root); err != nil {
		return err
	}
	work, err := s.Work()
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(s.Root, "go.work"), "go.work", work, out)
}

// CheckTidy returns an error that names the files that Tidy would change.
func CheckTidy(ctx context.Context, root string) error {
	s, err := Load(root)
	if err != nil {
		return err
	}
	var untidy []string
	for _, m := range s.Modules {
		files, err := s.tidied(ctx, m, nil, all)
		if err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f.path(m))
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
			if !bytes.Equal(data, f.data) {
				untidy = append(untidy, m.Name+"/"+f.name)
			}
		}
	}
	if len(untidy) > 0 {
		return fmt.Errorf("%s: requirements differ from what the code imports: run 'go tool mage tidy'", strings.Join(untidy, ", "))
	}
	return nil
}

// TidyModule runs go mod tidy on a module, with variables for the go command. Siblings
// for which local returns true come from the working tree, the others from their releases.
func (s Set) TidyModule(ctx context.Context, m Module, env []string, local func(Module) bool, out io.Writer) error {
	files, err := s.tidied(ctx, m, env, local)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := replaceFile(f.path(m), m.Name+"/"+f.name, f.data, out); err != nil {
			return err
		}
	}
	return nil
}

// file is a file of a module's folder.
type file struct {
	name string
	data []byte
}

func (f file) path(m Module) string { return filepath.Join(m.Dir, f.name) }

// tidied returns go.mod and go.sum as go mod tidy writes them, and leaves the module alone.
func (s Set) tidied(ctx context.Context, m Module, env []string, local func(Module) bool) ([]file, error) {
	dir, err := os.MkdirTemp("", "meridian-module-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	name, err := m.WriteMod(dir, func(file *modfile.File) error { return s.replaceSiblings(file, local) })
	if err != nil {
		return nil, err
	}
	c := command.Go(m.Dir, "mod", "tidy", "-modfile="+name)
	c.Env = append(slices.Clone(env), "GOWORK=off")
	if err := c.Run(ctx); err != nil {
		return nil, err
	}
	mod, err := withoutReplacements(name)
	if err != nil {
		return nil, err
	}
	sums, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil {
		return nil, err
	}
	own, err := os.ReadFile(filepath.Join(m.Dir, "go.sum"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return []file{{name: "go.mod", data: mod}, {name: "go.sum", data: s.addSiblingSums(sums, own)}}, nil
}

// withoutReplacements returns a go.mod without its replace directives.
func withoutReplacements(name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	file, err := modfile.Parse(name, data, nil)
	if err != nil {
		return nil, err
	}
	for _, r := range slices.Clone(file.Replace) {
		if err := file.DropReplace(r.Old.Path, r.Old.Version); err != nil {
			return nil, err
		}
	}
	file.Cleanup()
	return file.Format()
}

// addSiblingSums adds the sums of the workspace's modules in own to sums. A go.sum has
// no sum for a module that is replaced by a folder.
func (s Set) addSiblingSums(sums, own []byte) []byte {
	var lines []string
	for line := range strings.Lines(string(own)) {
		path, _, _ := strings.Cut(line, " ")
		if _, found := s.ByPath(path); found {
			lines = append(lines, line)
		}
	}
	if lines == nil {
		return sums
	}
	lines = slices.AppendSeq(lines, strings.Lines(string(sums)))
	slices.Sort(lines) // go.sum is sorted by module and version, and the go command sorts it again
	return []byte(strings.Join(slices.Compact(lines), ""))
}

func replaceFile(path, label string, data []byte, out io.Writer) error {
	old, err := os.ReadFile(path)
	if bytes.Equal(old, data) && (err == nil || errors.Is(err, os.ErrNotExist)) {
		return nil
	}
	fmt.Fprintln(out, label)
	return os.WriteFile(path, data, 0o644)
}
