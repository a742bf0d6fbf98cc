package lint

import (
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/internal/specimen"
	"github.com/meridian-api/meridian/contract/manifest"
)

// TestWhatTheBuilderLeavesOutTheLintFinds lints a document that has everything as it is. What the deployable document
// leaves out since API Gateway would refuse or drop it, the lint must find there.
func TestWhatTheBuilderLeavesOutTheLintFinds(t *testing.T) {
	raw, err := Read("everything.yaml", []byte(specimen.Everything), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range Run(raw, Options{}) {
		found = append(found, f.Pointer)
	}
	doc, err := openapi3.NewLoader().LoadFromData([]byte(specimen.Everything))
	if err != nil {
		t.Fatal(err)
	}
	service := &manifest.Service{Name: "things", Functions: map[string]manifest.Function{}}
	for path, item := range doc.Paths.Map() {
		for method, o := range item.Operations() {
			service.Functions[o.OperationID] = manifest.Function{OperationID: o.OperationID, Method: method, Path: path, TimeoutSeconds: 3}
		}
	}
	built, err := deployable.From(doc, []*manifest.Service{service}, deployable.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range built.Stripped {
		if !strings.Contains(s.Why, "API Gateway") {
			continue // left out for other reasons: documentation is served elsewhere
		}
		ok := false
		for _, place := range found {
			at := s.Place + "/" + s.Keyword
			if strings.HasPrefix(at+"/", place+"/") || strings.HasPrefix(place, at) {
				ok = true
			}
		}
		if !ok {
			t.Errorf("not found: %+v", s)
		}
	}
}

// TestAContractMayHaveEverything lints the same document as a contract: the builder takes care of the rest.
func TestAContractMayHaveEverything(t *testing.T) {
	if f := lintText(t, "everything.yaml", specimen.Everything, Contract); len(f) > 0 {
		t.Errorf("got\n%s", describe(f))
	}
}
