package lint

import (
	"slices"
	"testing"

	"github.com/meridian-api/meridian/contract/lint/linttest"
)

// TestImportedIsAWarning edits documents so that they are not OpenAPI, or of no use, and
// AWS imports them all the same. A program that serves the document refuses it.
func TestImportedIsAWarning(t *testing.T) {
	const noResponses = "/a: {get: {security: [], x-amazon-apigateway-integration: {type: mock}}}"
	tests := map[string]struct {
		edits []string
		rule  string
	}{
		"no info":                        {[]string{"info: {title: Things, version: \"1\"}", ""}, "missing-member"},
		"no title":                       {[]string{"title: Things, ", ""}, "missing-member"},
		"an operation without responses": {[]string{"#PATHS", noResponses}, "missing-member"},
		"a response without description": {[]string{"description: OK", ""}, "missing-member"},
		"a number as description":        {[]string{"description: OK", "description: 200"}, "wrong-type"},
		"a list of types":                {[]string{"#PROPERTY", "a: {type: [string, 'null']}"}, "wrong-type"},
		"a keyword of draft 4":           {[]string{"#SCHEMA", "patternProperties: {a: {}}"}, "unknown-keyword"},
		"a misspelt member":              {[]string{"#OPERATION", "sumary: a"}, "unknown-keyword"},
		"an extension of HTTP APIs":      {[]string{"#ROOT", "x-amazon-apigateway-cors: {}"}, "extension-http-api"},
		"an unknown extension":           {[]string{"#ROOT", "x-amazon-apigateway-throttle: {}"}, "extension-unknown"},
		"an extension elsewhere":         {[]string{"#OPERATION", "x-amazon-apigateway-policy: {}"}, "extension-place"},
		"a validator with one flag":      {[]string{"#ROOT", validators("validateRequestBody: true")}, "extension-value"},
		"an unknown integration flag":    {[]string{"timeoutInMillis: 29000", "timeout: 3"}, "integration"},
		"one operationId twice":          {[]string{"#PATHS", "/a: " + mockGet("getThing")}, "operation-id-duplicate"},
		"a reserved path":                {[]string{"#PATHS", "/ping: " + mockGet("a")}, "path-reserved"},
		"a path parameter that the path lacks": {
			[]string{"#PARAMETER", "- {name: a, in: path, required: true, schema: {type: string}}"}, "path-parameter-unknown"},
		"an array as response": {
			[]string{`{$ref: "#/components/schemas/Thing"}`, "{type: array, items: {}}"}, "response-schema"},
		"a response without model": {
			[]string{`{$ref: "#/components/schemas/Thing"}`, `{$ref: "#/components/schemas/A"}`}, "unresolved-ref"},
		"a response by reference": {[]string{
			"      responses:", `      responses: {"404": {$ref: "#/components/responses/R"}}` + "\n      x-a:",
			"#COMPONENTS", "responses: {R: {description: x}}"}, "response-ref"},
		"an OAuth scheme": {
			[]string{"#COMPONENTS", "securitySchemes: {s: {type: oauth2, flows: {}}}"}, "security-scheme-type"},
		"an undefined security scheme": {[]string{"security: []", "security: [{a: []}]"}, "security-undefined"},
		"a keyword of OpenAPI alone":   {[]string{"#PROPERTY", "a: {type: string, nullable: true}"}, "schema-keyword"},
		"an array without items":       {[]string{"#PROPERTY", "a: {type: array}"}, "missing-member"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			text := linttest.Document(false, test.edits...)
			checkSeverity(t, text, test.rule, Options{Mode: Import}, Warning)
			checkSeverity(t, text, test.rule, Options{Mode: Import, Subset: &Subset{}}, Error)
		})
	}
}

// checkSeverity checks that a document has findings of one rule only, with a severity.
func checkSeverity(t *testing.T, text, rule string, opts Options, want Severity) {
	t.Helper()
	doc, err := Read("d.yaml", []byte(text), opts)
	if err != nil {
		t.Fatal(err)
	}
	findings := Run(doc, opts)
	other := func(f Finding) bool { return f.Rule != rule || f.Severity != want }
	if len(findings) == 0 || slices.ContainsFunc(findings, other) {
		t.Errorf("got %s\nwant: %s of %s", describe(findings), want, rule)
	}
}

func validators(flags string) string {
	return "x-amazon-apigateway-request-validators: {v: {" + flags + "}}"
}

func mockGet(id string) string {
	return "{get: {operationId: " + id + ", security: [], responses: {}, x-amazon-apigateway-integration: {type: mock}}}"
}
