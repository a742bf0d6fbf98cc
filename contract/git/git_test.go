package git

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// newRepository returns a repository with one commit of files, tagged v1.
func newRepository(t *testing.T, files map[string]string) string {
	t.Helper()
	for name, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CEILING_DIRECTORIES": os.TempDir(),
		"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
		"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
	} {
		t.Setenv(name, value)
	}
	dir := t.TempDir()
	for name, content := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{"init", "--quiet"}, {"add", "--all"}, {"commit", "--quiet", "--message=x"}, {"tag", "v1"},
	} {
		if _, err := Run(t.Context(), dir, args...); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFiles(t *testing.T) {
	dir := newRepository(t, map[string]string{"a/b/c.txt": "c", "a/ß .txt": "s", "d.txt": "d"})
	if err := os.Symlink("c.txt", filepath.Join(dir, "a", "b", "link")); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"add", "--all"}, {"commit", "--quiet", "--message=x"}} {
		if _, err := Run(t.Context(), dir, args...); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		folder string
		want   []string
	}{
		{folder: "a", want: []string{"100644 b/c.txt", "120000 b/link", "100644 ß .txt"}},
		{folder: "", want: []string{"100644 a/b/c.txt", "120000 a/b/link", "100644 a/ß .txt", "100644 d.txt"}},
	} {
		t.Run("folder "+test.folder, func(t *testing.T) {
			files, err := Files(t.Context(), filepath.Join(dir, "a"), "HEAD", test.folder)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range files {
				got = append(got, f.Mode+" "+f.Path)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := Files(t.Context(), dir, "HEAD", "missing"); err == nil {
		t.Error("no error for a folder that does not exist")
	}
}

func TestObjects(t *testing.T) {
	dir := newRepository(t, map[string]string{"empty": "", "lines": "a\nb\n", "binary": "\x00 missing\n\xff"})
	got, err := Objects(t.Context(), dir, []string{"v1:lines", "v1:none such", "v1:empty", "v2:lines", "v1:binary"})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]byte{[]byte("a\nb\n"), nil, {}, nil, []byte("\x00 missing\n\xff")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
	if _, err := Objects(t.Context(), dir, []string{"v1:a\nb"}); err == nil {
		t.Error("no error for a path with a line break")
	}
}

func TestRunIgnoresTheRepositoryOfAHook(t *testing.T) {
	dir := newRepository(t, map[string]string{"a": "a"})
	t.Setenv("GIT_DIR", t.TempDir())
	root, err := Root(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if want, _ := filepath.EvalSymlinks(dir); root != want {
		t.Errorf("root %s, want %s", root, want)
	}
}
