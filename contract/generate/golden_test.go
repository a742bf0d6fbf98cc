package generate_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/generate"
	"github.com/meridian-api/meridian/contract/generate/fixture/api"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/schema"
)

var update = flag.Bool("update", false, "write the golden files")

// fixture is the folder of a context with every feature. Its generated files are
// golden files.
const fixture = "fixture"

func TestGolden(t *testing.T) {
	if *update {
		if err := generate.Write(api.Service(), fixture); err != nil {
			t.Fatal(err)
		}
	}
	doc, m, err := generate.Generate(api.Service(), fixture)
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]any{manifest.SpecFile: doc, manifest.File: m} {
		got, err := canonical.JSON(v)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(fixture, name))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s differs: if that is intended, run 'go test ./contract/generate -update' (-want +got):\n%s",
				name, cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")))
		}
	}
}

// The order of maps must not change the generated files.
func TestGenerateIsDeterministic(t *testing.T) {
	var first []byte
	for range 5 {
		doc, m, err := generate.Generate(api.Service(), fixture)
		if err != nil {
			t.Fatal(err)
		}
		got, err := canonical.JSON([]any{doc, m})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = got
		}
		if !bytes.Equal(got, first) {
			t.Fatal("two runs return different documents")
		}
	}
}

// Other programs load the file. They must get the document that was written.
func TestLoadedFileEqualsDocument(t *testing.T) {
	for _, format := range schema.Formats() {
		openapi3.DefineStringFormatValidator(format, openapi3.NewCallbackValidator(func(string) error { return nil }))
	}
	want, err := os.ReadFile(filepath.Join(fixture, manifest.SpecFile))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(want)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaFormatValidation(),
		openapi3.ProhibitExtensionsWithRef()); err != nil {
		t.Error(err)
	}
	got, err := canonical.JSON(doc)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the loaded document differs (-written +loaded):\n%s",
			cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")))
	}
}
