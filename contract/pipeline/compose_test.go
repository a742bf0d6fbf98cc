package pipeline_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/manifest"
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
