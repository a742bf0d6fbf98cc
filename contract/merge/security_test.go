package merge

import (
	"encoding/json"
	"testing"
)

// TestMergeMovesDocumentSecurityToOperations merges a document that secures all
// operations with one that has no security.
func TestMergeMovesDocumentSecurityToOperations(t *testing.T) {
	accounts := load(t, "accounts", `
security: [{token: []}]
paths:
  /a:
    get: {`+ok+`}
    put: {`+ok+`, security: [{token: [write]}]}
    post: {`+ok+`, security: []}
components: {securitySchemes: {token: {type: http, scheme: bearer}}}
`)
	profiles := load(t, "profiles", "paths: {/b: {get: {"+ok+"}}}")
	doc, err := Merge(about, []Source{accounts, profiles})
	if err != nil {
		t.Fatal(err)
	}
	if doc.Security != nil {
		t.Errorf("the merged document has the security %v, which would apply to all contexts", doc.Security)
	}
	for _, test := range []struct{ path, method, want string }{
		{path: "/a", method: "GET", want: `[{"token":[]}]`},
		{path: "/a", method: "PUT", want: `[{"token":["write"]}]`},
		{path: "/a", method: "POST", want: `[]`},
		{path: "/b", method: "GET", want: `null`},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			got, err := json.Marshal(doc.Paths.Value(test.path).GetOperation(test.method).Security)
			if err != nil || string(got) != test.want {
				t.Errorf("security %s, error %v; want %s", got, err, test.want)
			}
		})
	}
}
