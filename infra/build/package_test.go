package build

import (
	"archive/zip"
	"bytes"
	"io"
	"testing"
)

func TestZip(t *testing.T) {
	binary := bytes.Repeat([]byte("machine code "), 10_000)
	first, err := Zip(binary)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Zip(binary)
	if err != nil || !bytes.Equal(first, second) {
		t.Fatalf("two packages of the same binary differ, or error %v", err)
	}
	r, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.File) != 1 || r.File[0].Name != "bootstrap" || r.File[0].Mode().Perm() != 0o755 {
		t.Fatalf("the package contains %v, want the executable bootstrap only", r.File)
	}
	f, err := r.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := io.ReadAll(f); err != nil || !bytes.Equal(got, binary) {
		t.Errorf("bootstrap has %d bytes, want the binary's %d; error %v", len(got), len(binary), err)
	}
}
