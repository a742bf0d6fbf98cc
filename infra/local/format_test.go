package local_test

import (
	"net/http"
	"os"
	"testing"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/manifest/manifesttest"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/infra/local"
)

// TestCloudServesEveryFormat serves the generated files of releases.
func TestCloudServesEveryFormat(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range manifesttest.Fixtures() {
		s, err := manifest.Parse(manifest.File, f.Manifest)
		if err != nil {
			t.Fatal(err)
		}
		_, document, err := pipeline.Compose("../..",
			[]pipeline.Part{{Name: f.Name, Specification: f.Specification, Manifest: s}})
		if err != nil {
			t.Fatal(err)
		}
		binaries, health := map[string]string{}, ""
		for name, function := range s.Functions {
			binaries[name] = self
			function.Environment[asFunction] = "1"
			if function.Health {
				health = function.Path
			}
		}
		cloud := startCloud(t, local.Release{Document: document, Services: []*manifest.Service{s},
			Binaries: map[string]map[string]string{s.Name: binaries}})
		response, err := http.Get(cloud.URL() + health)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("format %d: %s has the status %s", f.Format, health, response.Status)
		}
	}
}
