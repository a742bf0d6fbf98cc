package terraform

import (
	"os"
	"path"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTheEmbeddedFilesAreTheRepositorys compares the files that a project applies with
// this repository's, where each root has a link to base.tf.
func TestTheEmbeddedFilesAreTheRepositorys(t *testing.T) {
	got, err := Files(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	own, err := Files("../..")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]byte{}
	for name, data := range own {
		if path.Base(path.Dir(name)) != "tests" && name[0] != '.' {
			want[name] = data
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-repository +embedded):\n%s", diff)
	}
	if len(got["api/base.tf"]) == 0 || len(got["modules/settings/names.tf"]) == 0 {
		t.Errorf("got the files %v, want roots and modules", got)
	}
}

func TestFilesLeaveOutWhatTerraformWrites(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"base.tf", "api/root.tf", "api/.terraform/modules.json", "api/terraform.tfstate"} {
		file := filepath.Join(root, Folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Files(root)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]byte{"base.tf": []byte("base.tf"), "api/root.tf": []byte("api/root.tf")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
