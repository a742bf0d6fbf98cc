package lint

import "testing"

// TestWhatAnImportTakes checks what API Gateway imports without a warning, though
// OpenAPI or the developer guide says otherwise. Recorded in testdata/recorded:
// payload-format, version-number, no-responses and root-security.
func TestWhatAnImportTakes(t *testing.T) {
	tests := map[string][]string{
		"the payload format of REST APIs":           integrated("{type: mock, payloadFormatVersion: '1.0'}"),
		"the payload format as a number":            integrated("{type: mock, payloadFormatVersion: 1.0}"),
		"a number for the API's version":            {`version: "1"`, "version: 1"},
		"no responses":                              {"#PATHS", `/a: {get: {security: [], responses: {}, ` + integration + "}}"},
		"a path parameter that is declared nowhere": {"#PATHS", "/a/{x}: " + get("a", "")},
	}
	for name, edits := range tests {
		t.Run(name, func(t *testing.T) {
			if f := lintText(t, "d.yaml", edited(t, Import, edits...), Import); len(f) > 0 {
				t.Errorf("findings:\n%s", describe(f))
			}
		})
	}
}
