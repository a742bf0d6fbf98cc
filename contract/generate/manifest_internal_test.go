package generate

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/internal/fields"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/rest"
)

// declared are all resources that a context can declare.
type declared struct {
	Table  resource.Table
	Secret resource.Secret
	Grant  resource.Grant
}

func (d declared) manifest() *manifest.Service {
	g := &generation{svc: rest.Service{Tables: []resource.Table{d.Table}, Secrets: []resource.Secret{d.Secret}}}
	g.operations = []*operation{{Description: rest.Description{ID: "get", Uses: rest.Uses{d.Grant}}}}
	return g.manifest()
}

// TestManifestHasEveryDeclaration fails if a member is added to the declarations of
// package resource and the manifest does not contain it: what the manifest does not
// contain is neither deployed nor compared with the release.
func TestManifestHasEveryDeclaration(t *testing.T) {
	before := fields.Filled[declared]().manifest()
	for _, c := range fields.Changes[declared]() {
		if cmp.Equal(before, c.Value.manifest()) {
			t.Errorf("%s changes and the manifest does not", c.Path)
		}
	}
}
