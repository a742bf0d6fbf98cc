package running

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/workspace"
)

// newRoot returns a monorepo's root with an empty folder dist.
func newRoot(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, workspace.Dist), 0o755); err != nil {
		t.Fatal(err)
	}
	return root
}

func TestWriteThenRead(t *testing.T) {
	root := newRoot(t)
	want := Cloud{
		Edge: "http://127.0.0.1:8080", Issuer: "http://127.0.0.1:1/pool",
		Regions: []Region{{Name: "us-east-1", URL: "http://127.0.0.1:2", DynamoDB: "http://127.0.0.1:3"}},
		Users:   []User{{Name: "ada", Subject: "s", AccessToken: "a", IDToken: "i"}},
	}
	remove, err := Write(root, want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Read(root)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read something else than written (-want +got):\n%s", diff)
	}
	info, err := os.Stat(filepath.Join(root, File))
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the file has mode %o, want 600", mode)
	}
	remove()
	if _, err := Read(root); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Read after remove: %v, want fs.ErrNotExist", err)
	}
}

func TestReadMalformed(t *testing.T) {
	root := newRoot(t)
	if err := os.WriteFile(filepath.Join(root, File), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(root); err == nil || !strings.HasPrefix(err.Error(), File+": ") {
		t.Errorf("error %v, want one that names %s", err, File)
	}
}
