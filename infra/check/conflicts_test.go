package check

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestConflicts(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "heading.md"), "Heading\n=======\n")
	write(t, filepath.Join(root, "dist", "built.tf"), "<<<<<<< HEAD\n")
	if err := Conflicts(root); err != nil {
		t.Error(err)
	}
	write(t, filepath.Join(root, "a", "testdata", "b.json"), "{\n<<<<<<< HEAD\n=======\n>>>>>>> other\n}\n")
	err := Conflicts(root)
	if err == nil || !strings.Contains(err.Error(), filepath.Join("testdata", "b.json")+":2: a conflict of a merge") {
		t.Errorf("error %v, want one about line 2 of b.json", err)
	}
}
