package workspace

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadEnvironments(t *testing.T) {
	type settings struct{ Domain string }
	root := t.TempDir()
	if files, err := ReadEnvironments[settings](root); err != nil || len(files) != 0 {
		t.Errorf("without files: got %v, %v", files, err)
	}
	writeFile(t, `{"domain": "b.example.com", "home": "us-east-1"}`, root, Environments, "prod.json")
	writeFile(t, `{}`, root, Environments, "dev.json")
	got, err := ReadEnvironments[settings](root)
	if err != nil {
		t.Fatal(err)
	}
	want := []EnvironmentFile[settings]{
		{Name: "dev", Path: filepath.Join(root, Environments, "dev.json")},
		{Name: "prod", Path: filepath.Join(root, Environments, "prod.json"), Settings: settings{"b.example.com"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	writeFile(t, `{"domain": 1}`, root, Environments, "dev.json")
	if _, err := ReadEnvironments[settings](root); err == nil || !strings.Contains(err.Error(), "dev.json: ") {
		t.Errorf("a malformed file: got the error %v, want one that names it", err)
	}
}
