package foreign_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/foreign"
	"github.com/meridian-api/meridian/contract/generate"
	"github.com/meridian-api/meridian/contract/generate/fixture/api"
	"github.com/meridian-api/meridian/contract/openapi31"
	"github.com/meridian-api/meridian/contract/pipeline"
)

func TestFixture(t *testing.T) { foreign.Test(t, api.Service(), "../generate/fixture") }

// TestDocuments validates complete documents of both versions against the JSON Schemas
// of OpenAPI: the public document, and the fixture's, which has more kinds of types.
func TestDocuments(t *testing.T) {
	ajv := foreign.Validators()[0]
	if os.Getenv(ajv.Variable) == "" {
		t.Skipf("%s is not set: it is %s", ajv.Variable, ajv.Install)
	}
	merged, err := pipeline.Merge("../..")
	if err != nil {
		t.Fatal(err)
	}
	doc, _, err := generate.Generate(api.Service(), "../generate/fixture")
	if err != nil {
		t.Fatal(err)
	}
	fixture, err := canonical.JSON(doc)
	if err != nil {
		t.Fatal(err)
	}
	const broken = `{"openapi": "3.1.0", "info": {"title": "t", "version": "1"},
		"components": {"schemas": {"A": {"type": "nul"}}}}`
	documents := map[string][]byte{"public": merged.Document, "fixture": fixture, "broken": []byte(broken)}
	for _, name := range []string{"public", "fixture"} {
		if documents[name+" in 3.1"], err = openapi31.Convert(documents[name]); err != nil {
			t.Fatal(err)
		}
	}
	dir, arguments := t.TempDir(), []string{"openapi.mjs"}
	for name, document := range documents {
		file := filepath.Join(dir, name+".json")
		if err := os.WriteFile(file, document, 0o600); err != nil {
			t.Fatal(err)
		}
		arguments = append(arguments, file)
	}
	out, err := exec.CommandContext(t.Context(), "node", arguments...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	found := false
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, filepath.Join(dir, "broken.json")) {
			found = true
			continue
		}
		t.Error(strings.TrimPrefix(line, dir))
	}
	if !found {
		t.Error("the document with an unknown type is valid, so the test proves nothing")
	}
}
