package pipeline_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/manifest/manifesttest"
	"github.com/meridian-api/meridian/contract/pipeline"
)

// TestComposeOfTheWorkingTree composes the contexts of this monorepo, which must be
// what Merge returns.
func TestComposeOfTheWorkingTree(t *testing.T) {
	merged, err := pipeline.Merge("../..")
	if err != nil {
		t.Fatal(err)
	}
	var parts []pipeline.Part
	for i, c := range merged.Contexts {
		data, err := c.SpecData()
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, pipeline.Part{Name: c.SpecPath(), Specification: data, Manifest: merged.Services[i]})
	}
	specification, document, err := pipeline.Compose(merged.Root, parts)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(merged.Document), string(specification)); diff != "" {
		t.Errorf("specification (-merged +composed):\n%s", diff)
	}
	want, err := deployable.From(merged.Doc, merged.Services, deployable.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want.Document), string(document)); diff != "" {
		t.Errorf("document (-merged +composed):\n%s", diff)
	}
}

func TestComposeNamesThePart(t *testing.T) {
	_, _, err := pipeline.Compose("../..", []pipeline.Part{
		{Name: "accounts/openapi.json of v1.2.0", Specification: []byte("{"), Manifest: &manifest.Service{Name: "accounts"}},
	})
	if err == nil || !strings.HasPrefix(err.Error(), "accounts/openapi.json of v1.2.0: ") {
		t.Errorf("error %v", err)
	}
}

// TestComposeReadsEveryFormat merges and deploys the files of releases. Compose lints the
// document, so API Gateway imports it.
func TestComposeReadsEveryFormat(t *testing.T) {
	for _, f := range manifesttest.Fixtures() {
		s, err := manifest.Parse(manifest.File, f.Manifest)
		if err != nil {
			t.Fatal(err)
		}
		specification, document, err := pipeline.Compose("../..",
			[]pipeline.Part{{Name: f.Name, Specification: f.Specification, Manifest: s}})
		if err != nil {
			t.Errorf("format %d: %v", f.Format, err)
		}
		if !bytes.Contains(f.Specification, []byte(manifest.SpecFormat)) {
			t.Errorf("format %d: the fixture does not have %s", f.Format, manifest.SpecFormat)
		}
		// API Gateway's import fails on extensions of its own that it does not know and
		// warns about others; the format says nothing about the merged document.
		for name, data := range map[string][]byte{"specification": specification, "document": document} {
			if bytes.Contains(data, []byte(manifest.SpecFormat)) {
				t.Errorf("format %d: the %s has %s", f.Format, name, manifest.SpecFormat)
			}
		}
	}
}

func TestReadersRefuseANewerFormat(t *testing.T) {
	newer := manifesttest.Newer()
	dir := t.TempDir()
	if err := newer.Write(dir); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"go.work": "go 1.26.0\n\nuse ./orders\n", "orders/go.mod": "module example.com/orders\n",
		"orders/api/gen/main.go": "package main\n",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, read := range map[string]func() error{
		"Merge": func() error { _, err := pipeline.Merge(dir); return err },
		"Build": func() error { _, err := pipeline.Build(dir); return err },
		"Lint":  func() error { _, err := pipeline.Lint(dir); return err },
		"Check": func() error { return pipeline.Check(dir) },
		"Compose": func() error {
			_, _, err := pipeline.Compose("../..", []pipeline.Part{
				{Name: "orders/openapi.json", Specification: newer.Specification, Manifest: &manifest.Service{Name: "orders"}}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			var format *manifest.FormatError
			if err := read(); !errors.As(err, &format) || format.File != "orders/openapi.json" {
				t.Errorf("error %v, want a FormatError about orders/openapi.json", err)
			}
		})
	}
}
