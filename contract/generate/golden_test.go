package generate_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/generate"
	"github.com/meridian-api/meridian/contract/generate/internal/fixture/api"
	"github.com/meridian-api/meridian/contract/manifest"
)

var update = flag.Bool("update", false, "write the golden files")

// fixture is the folder of a context with every feature; its generated files
// are the golden ones.
const fixture = "internal/fixture"

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
	for name, v := range map[string]any{generate.File: doc, manifest.File: m} {
		got, err := canonical.JSON(v)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(fixture, name))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s differs: if that is meant, run 'go test ./contract/generate -update' and review the change", name)
		}
	}
}

var _ = openapi3.T{}
