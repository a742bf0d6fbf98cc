package release

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestStoredReleaseComesBackWithItsFiles(t *testing.T) {
	s := openStore(t)
	r := testRelease(t, "one")
	if err := s.Keep(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if err := s.Keep(t.Context(), r); err != nil {
		t.Errorf("a second time: %v", err)
	}
	got, err := s.Release(t.Context(), r.ID())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.JSON(), r.JSON()) || got.ID() != r.ID() {
		t.Errorf("got %s\nwant %s", got.JSON(), r.JSON())
	}
	zip, err := s.Read(t.Context(), got.Functions["accounts"]["get-account"])
	if err != nil || string(zip) != "zip one" {
		t.Errorf("the package is %q, %v", zip, err)
	}
	if _, err := s.Release(t.Context(), "unknown"); !errors.Is(err, ErrNotKept) {
		t.Errorf("an unknown release: %v", err)
	}
}

func TestIDFollowsFromTheContent(t *testing.T) {
	one, again, two := testRelease(t, "one"), testRelease(t, "one"), testRelease(t, "two")
	if one.ID() != again.ID() || one.ID() == two.ID() || len(one.ID()) != 12 {
		t.Errorf("identifiers %s, %s, %s", one.ID(), again.ID(), two.ID())
	}
}

func TestKeepRefusesAFileThatChangedAfterTheBuild(t *testing.T) {
	s, r := openStore(t), testRelease(t, "one")
	if err := os.WriteFile(r.Document.path, []byte("other"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := s.Keep(t.Context(), r); err == nil {
		t.Fatal("it was stored")
	}
	if _, err := s.Release(t.Context(), r.ID()); !errors.Is(err, ErrNotKept) {
		t.Errorf("the incomplete release can be read: %v", err)
	}
}

func TestReadRefusesAStoredFileThatWasChanged(t *testing.T) {
	s, r := openStore(t), testRelease(t, "one")
	if err := s.Keep(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if err := s.bucket.Write(t.Context(), blobName(r.Document.SHA256), []byte("other"), false); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Read(t.Context(), r.Document); err == nil {
		t.Error("the changed file was read")
	}
}

func TestReadRefusesAnUnknownFormat(t *testing.T) {
	s := openStore(t)
	if err := s.bucket.Write(t.Context(), releaseName("later"), []byte(`{"format": 2}`), false); err != nil {
		t.Fatal(err)
	}
	_, err := s.Release(t.Context(), "later")
	want := "releases/later.json has format 2, and this version reads format 1: use the version of infra that wrote it"
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestPruneKeepsTheNewestThoseInUseAndTheirFiles(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), "file://"+dir)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for i := range 5 {
		r := testRelease(t, fmt.Sprint(i))
		if err := s.Keep(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		age := time.Now().Add(time.Duration(i) * time.Minute)
		name := filepath.Join(dir, filepath.FromSlash(releaseName(r.ID())))
		if err := os.Chtimes(name, age, age); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.ID())
	}
	if err := s.Prune(t.Context(), 2, ids[0]); err != nil {
		t.Fatal(err)
	}
	stored, err := s.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, one := range stored {
		left = append(left, one.ID)
		r, err := s.Release(t.Context(), one.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Files() {
			if _, err := s.Read(t.Context(), f); err != nil {
				t.Errorf("%s: %v", one.ID, err)
			}
		}
	}
	if want := []string{ids[4], ids[3], ids[0]}; !slices.Equal(left, want) {
		t.Errorf("left are %q, want %q", left, want)
	}
	if blobs, err := s.keys(t.Context(), "blobs/"); err != nil || len(blobs) != 3*filesOfARelease {
		t.Errorf("%d files are left, %v; want %d", len(blobs), err, 3*filesOfARelease)
	}
}

func TestRecords(t *testing.T) {
	s := openStore(t)
	type record struct{ Holder string }
	var got record
	if found, err := s.ReadRecord(t.Context(), "lock", &got); found || err != nil {
		t.Errorf("before it is written: %v, %v", found, err)
	}
	if err := s.CreateRecord(t.Context(), "lock", record{"ada"}); err != nil {
		t.Fatal(err)
	}
	if err := s.CreateRecord(t.Context(), "lock", record{"bob"}); !errors.Is(err, ErrRecorded) {
		t.Errorf("a second holder: %v", err)
	}
	if found, err := s.ReadRecord(t.Context(), "lock", &got); !found || err != nil || got.Holder != "ada" {
		t.Errorf("read %+v, %v, %v", got, found, err)
	}
	if err := s.WriteRecord(t.Context(), "lock", record{"bob"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ReadRecord(t.Context(), "lock", &got); err != nil || got.Holder != "bob" {
		t.Errorf("after a write: %+v, %v", got, err)
	}
	for range 2 {
		if err := s.DeleteRecord(t.Context(), "lock"); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	if err := s.CreateRecord(t.Context(), "lock", record{"eve"}); err != nil {
		t.Errorf("after the delete: %v", err)
	}
}

func openStore(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), "file://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// filesOfARelease is how many files of its own a testRelease has.
const filesOfARelease = 5

func testRelease(t *testing.T, name string) *Release {
	t.Helper()
	dir := t.TempDir()
	file := func(kind string) File {
		path := filepath.Join(dir, kind)
		if err := os.WriteFile(path, []byte(kind+" "+name), 0o644); err != nil {
			t.Fatal(err)
		}
		f, err := fileOf(path)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	return &Release{
		Format: format, Commit: "4f2c", Toolchain: "go1.26.0", Target: "linux-arm64",
		Modules:  map[string]string{"accounts": "v0.0.0-4f2c"},
		Document: file("document"), Specification: file("specification"),
		Manifests: map[string]File{"accounts": file("manifest")},
		Functions: map[string]map[string]File{"accounts": {"get-account": file("zip")}},
		SBOMs:     map[string]File{"accounts": file("sbom")},
	}
}
