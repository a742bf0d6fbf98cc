package firstrun

import (
	"archive/zip"
	"io"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheModulesHaveWhatAProjectNeeds checks the zips of the proxy that Run reads: what a
// project needs is in the modules as they are released, and not beside them.
func TestTheModulesHaveWhatAProjectNeeds(t *testing.T) {
	dir := t.TempDir()
	if err := WriteProxy(t.Context(), "../..", dir); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, file, text string }{
		{name: "infra", file: "go.mod", text: "github.com/meridian-api/meridian/platform " + version},
		{name: "infra", file: "terraform/api/root.tf", text: "module"},
		{name: "infra", file: "scaffold/templates/project/.github/workflows/ci.yml", text: "go tool mage ci"},
		{name: "infra", file: "environments/template.json", text: "{environment}"},
		{name: "contract", file: "go.mod", text: "github.com/meridian-api/meridian/platform " + version},
		{name: "platform", file: "lambda/add-claims/main.go", text: "package main"},
	} {
		t.Run(test.name+"/"+test.file, func(t *testing.T) {
			module := "github.com/meridian-api/meridian/" + test.name
			z, err := zip.OpenReader(filepath.Join(dir, filepath.FromSlash(module), "@v", version+".zip"))
			if err != nil {
				t.Fatal(err)
			}
			defer z.Close()
			f, err := z.Open(module + "@" + version + "/" + test.file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			data, err := io.ReadAll(f)
			if err != nil || !strings.Contains(string(data), test.text) {
				t.Errorf("got %q, %v; want a text with %q", data, err, test.text)
			}
		})
	}
}
