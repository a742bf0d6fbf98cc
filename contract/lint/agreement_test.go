package lint

import (
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/internal/specimen"
	"github.com/meridian-api/meridian/contract/manifest"
)

// TestLintFindsWhatDeployableStrips lints a document with everything as it is. The
// lint must find what package deployable strips because API Gateway would refuse
// or drop it.
func TestLintFindsWhatDeployableStrips(t *testing.T) {
	raw, err := Read("everything.yaml", []byte(specimen.Everything), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range Run(raw, Options{}) {
		found = append(found, f.Pointer)
	}
	for _, s := range strippedOfEverything(t) {
		if !strings.Contains(s.Why, "API Gateway") {
			continue // other reasons, such as documentation that is served elsewhere
		}
		at := s.Pointer + "/" + s.Keyword
		ok := slices.ContainsFunc(found, func(pointer string) bool {
			return strings.HasPrefix(at+"/", pointer+"/") || strings.HasPrefix(pointer, at)
		})
		if !ok {
			t.Errorf("the lint does not find %+v", s)
		}
	}
}

func strippedOfEverything(t *testing.T) []deployable.Stripped {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(specimen.Everything))
	if err != nil {
		t.Fatal(err)
	}
	service := &manifest.Service{Name: "things", Functions: map[string]manifest.Function{}}
	for path, item := range doc.Paths.Map() {
		for method, o := range item.Operations() {
			service.Functions[o.OperationID] = manifest.Function{
				OperationID: o.OperationID, Method: method, Path: path, TimeoutSeconds: 3,
			}
		}
	}
	built, err := deployable.From(doc, []*manifest.Service{service}, deployable.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return built.Stripped
}

// A contract may contain everything, because package deployable rewrites it.
func TestContractMayContainEverything(t *testing.T) {
	checkClean(t, specimen.Everything, Contract)
}
