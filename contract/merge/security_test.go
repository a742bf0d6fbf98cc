package merge

import (
	"encoding/json"
	"testing"
)

// TestSecurityOfADocumentIsItsOperationsOwn merges a document that has security for all with one that has none.
func TestSecurityOfADocumentIsItsOperationsOwn(t *testing.T) {
	doc, err := Merge([]Source{load(t, "accounts", `
security: [{token: []}]
paths:
  /a:
    get: {`+ok+`}
    put: {`+ok+`, security: [{token: [write]}]}
    post: {`+ok+`, security: []}
components: {securitySchemes: {token: {type: http, scheme: bearer}}}
`), load(t, "profiles", `
paths: {/b: {get: {`+ok+`}}}
`)})
	if err != nil {
		t.Fatal(err)
	}
	if doc.Security != nil {
		t.Errorf("the document has %v, which would be everybody's", doc.Security)
	}
	for route, want := range map[[2]string]string{
		{"/a", "GET"}: `[{"token":[]}]`, {"/a", "PUT"}: `[{"token":["write"]}]`, {"/a", "POST"}: `[]`, {"/b", "GET"}: `null`,
	} {
		got, err := json.Marshal(doc.Paths.Value(route[0]).GetOperation(route[1]).Security)
		if err != nil || string(got) != want {
			t.Errorf("%s %s: got %s, %v, want %s", route[1], route[0], got, err, want)
		}
	}
}
