package check

import (
	"bytes"
	"fmt"
	"os"
)

// Conflicts checks that no file below root has a conflict that git wrote into it. The
// compiler finds it in Go code, and nothing does in the values of a test or in prose.
func Conflicts(root string) error {
	return eachFile(root, checkConflicts)
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
