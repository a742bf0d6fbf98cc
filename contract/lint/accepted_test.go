package lint

import (
	"testing"

	"github.com/meridian-api/meridian/contract/lint/linttest"
)

// TestImportAccepts checks what API Gateway imports without a warning, though
// OpenAPI or the developer guide says otherwise. Recorded in testdata/recorded:
// payload-format, version-number, no-responses and root-security.
func TestImportAccepts(t *testing.T) {
	const get = "{get: {security: [], responses: {}, x-amazon-apigateway-integration: {type: mock}}}"
	tests := map[string][]string{
		"the payload format of REST APIs":           {"timeoutInMillis: 29000", "payloadFormatVersion: '1.0'"},
		"the payload format as a number":            {"timeoutInMillis: 29000", "payloadFormatVersion: 1.0"},
		"a number for the API's version":            {`version: "1"`, "version: 1"},
		"a vendor's extension of the components":    {"#COMPONENTS", "x-a: {}"},
		"no responses":                              {"#PATHS", "/a: " + get},
		"a path parameter that is declared nowhere": {"#PATHS", "/a/{x}: " + get},
	}
	for name, edits := range tests {
		t.Run(name, func(t *testing.T) {
			checkClean(t, linttest.Document(false, edits...), Import)
		})
	}
}
