package check

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/meridian-api/meridian/contract/workspace"
)

// Conflicts checks that no file below root has a conflict that git wrote into it. The
// compiler finds it in Go code, and nothing does in the values of a test or in prose.
func Conflicts(root string) error {
	var errs []error
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{workspace.Dist, "node_modules", ".git"}, d.Name()):
			return filepath.SkipDir
		case d.Type().IsRegular():
			errs = append(errs, checkConflicts(path))
		}
		return nil
	})
	return errors.Join(append(errs, err)...)
}

func checkConflicts(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	line := 0
	for text := range bytes.Lines(data) {
		line++
		if bytes.HasPrefix(text, []byte("<<<<<<< ")) {
			return fmt.Errorf("%s:%d: a conflict of a merge: resolve it, and remove git's markers", path, line)
		}
	}
	return nil
}
