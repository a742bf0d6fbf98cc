package deployable_test

import (
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/manifest"
)

// patchSpec returns a specification with one operation, which accepts two media
// types with inline schemas.
func patchSpec(second string) string {
	return `{"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{"/things":{"patch":{
		"operationId":"patchThings","security":[],"responses":{"204":{"description":"ok"}},
		"requestBody":{"required":true,"content":{
			"application/json":{"schema":{"type":"object","additionalProperties":{"type":"string"}}},
			"application/merge-patch+json":{"schema":` + second + `}}}}}}}`
}

func TestMediaTypesWithOneSchemaShareAModel(t *testing.T) {
	services := []*manifest.Service{{Name: "things", Functions: map[string]manifest.Function{
		"patch-things": {OperationID: "patchThings", Method: "PATCH", Path: "/things", TimeoutSeconds: 3}}}}
	from := func(second string) (*deployable.Result, error) {
		doc, err := openapi3.NewLoader().LoadFromData([]byte(patchSpec(second)))
		if err != nil {
			t.Fatal(err)
		}
		return deployable.From(doc, services, deployable.Options{})
	}
	result, err := from(`{"additionalProperties":{"type":"string"},"type":"object"}`)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(result.Document), `"$ref": "#/components/schemas/PatchThingsBody"`); n != 2 {
		t.Errorf("%d references to the model:\n%s", n, result.Document)
	}
	_, err = from(`{"type":"object","additionalProperties":{"type":"integer"}}`)
	if err == nil || !strings.Contains(err.Error(), "make the schema a component") {
		t.Errorf("error %v for two schemas with one name", err)
	}
}
