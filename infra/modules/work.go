package modules

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/meridian-api/meridian/contract/workspace"
)

// Work returns the content that go.work should have: it replaces each version that a
// module requires of a sibling with the sibling's folder, and nothing else.
func (s Set) Work() ([]byte, error) {
	name := filepath.Join(s.Root, "go.work")
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	file, err := modfile.ParseWork(name, data, nil)
	if err != nil {
		return nil, err
	}
	for _, r := range slices.Clone(file.Replace) {
		if _, own := s.ByPath(r.Old.Path); own {
			if err := file.DropReplace(r.Old.Path, r.Old.Version); err != nil {
				return nil, err
			}
		}
	}
	file.Cleanup()
	replacements := s.replacements()
	if len(replacements) == 0 {
		return modfile.Format(file.Syntax), nil
	}
	// File.AddReplace would leave one of them outside the block.
	text := string(modfile.Format(file.Syntax)) + "\nreplace (\n" + strings.Join(replacements, "\n") + "\n)\n"
	if file, err = modfile.ParseWork(name, []byte(text), nil); err != nil {
		return nil, err
	}
	return modfile.Format(file.Syntax), nil
}

// replacements returns the sorted lines of go.work's replacements.
func (s Set) replacements() []string {
	var lines []string
	for _, m := range s.Modules {
		for _, version := range s.Requires(m) {
			sibling, _ := s.ByPath(version.Path)
			lines = append(lines, fmt.Sprintf("%s %s => ./%s", version.Path, version.Version, sibling.Name))
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// WriteWork writes go.work as Work returns it.
func (s Set) WriteWork() error {
	data, err := s.Work()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.Root, "go.work"), data, 0o644)
}

// Check checks that no go.mod replaces a module, that go.work replaces what the
// modules require of each other, and that every module has the root's LICENSE, if there is one, which
// the zip of a module otherwise lacks, and that go.work uses every context.
func (s Set) Check() error {
	ws, err := workspace.Find(s.Root)
	if err != nil {
		return err
	}
	errs := []error{ws.CheckUsed()}
	license, err := os.ReadFile(filepath.Join(s.Root, "LICENSE"))
	licensed := !errors.Is(err, fs.ErrNotExist)
	if err != nil && licensed {
		return err
	}
	for _, m := range s.Modules {
		for _, r := range m.File.Replace {
			errs = append(errs, fmt.Errorf("%s/go.mod replaces %s: a module that requires this one ignores it, and go install refuses it: remove it", m.Name, r.Old.Path))
		}
		if !licensed {
			continue
		}
		own, err := os.ReadFile(filepath.Join(m.Dir, "LICENSE"))
		if err != nil || !bytes.Equal(own, license) {
			errs = append(errs, fmt.Errorf("%s/LICENSE is not the root's LICENSE: copy it", m.Name))
		}
	}
	want, err := s.Work()
	if err != nil {
		return errors.Join(append(errs, err)...)
	}
	got, err := os.ReadFile(filepath.Join(s.Root, "go.work"))
	if err == nil && !bytes.Equal(got, want) {
		err = errors.New("go.work does not replace exactly the versions that the modules require of each other: run 'go tool mage tidy'")
	}
	return errors.Join(append(errs, err)...)
}
