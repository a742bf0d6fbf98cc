package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/internal/specimen"
)

// base is a document without findings in either mode. Tests edit it: a comment
// in capitals is a place for more.
const base = `openapi: 3.0.3
info: {title: Things, version: "1"}
#ROOT
paths:
  #PATHS
  /things/{thingId}:
    #ITEM
    get:
      operationId: getThing
      security: []
      #OPERATION
      parameters:
      - {name: thingId, in: path, required: true, schema: {type: string}}
      #PARAMETER
      responses:
        "200":
          description: OK
          content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
          #RESPONSE
      ` + integration + `
components:
  #COMPONENTS
  schemas:
    #MODEL
    Thing:
      type: object
      #SCHEMA
      properties:
        #PROPERTY
        name: {type: string}
`

// address is one of a function, as API Gateway writes it.
const address = `"arn:${AWS::Partition}:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:f/invocations"`

const integration = `x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: ` + address + `, timeoutInMillis: 29000}`

// edited is base with replacements, in pairs of old and new. In the mode
// Contract it has no integration, which is API Gateway's own.
func edited(t *testing.T, mode Mode, edits ...string) string {
	t.Helper()
	text := base
	if mode == Contract {
		text = bare(text)
	}
	for i := 0; i < len(edits); i += 2 {
		if !strings.Contains(text, edits[i]) {
			t.Fatalf("the base has no %q", edits[i])
		}
		text = strings.Replace(text, edits[i], edits[i+1], 1)
	}
	return text
}

// bare is text without integrations.
func bare(text string) string { return strings.ReplaceAll(text, integration, "") }

func lintText(t *testing.T, name, text string, mode Mode) []Finding {
	t.Helper()
	opts := Options{Mode: mode}
	doc, err := Read(name, []byte(text), opts)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return Run(doc, opts)
}

func describe(findings []Finding) string {
	var b strings.Builder
	if err := WriteText(&b, findings); err != nil {
		return err.Error()
	}
	return b.String()
}

func TestBaseIsClean(t *testing.T) {
	for _, mode := range []Mode{Import, Contract} {
		if f := lintText(t, "d.yaml", edited(t, mode), mode); len(f) > 0 {
			t.Errorf("mode %d:\n%s", mode, describe(f))
		}
	}
}

// AWS takes models that lead back to themselves or to each other, without a warning.
// Recorded: testdata/recorded/circular-models.txtar.
func TestModelsInACircleAreClean(t *testing.T) {
	text := edited(t, Import, append(property(`{$ref: "#/components/schemas/House"}`), "#MODEL", `House: {type: object, properties: {next: {$ref: "#/components/schemas/House"}, contains: {type: array, items: {$ref: "#/components/schemas/Thing"}}}}`)...)
	if f := lintText(t, "d.yaml", text, Import); len(f) > 0 {
		t.Errorf("got\n%s", describe(f))
	}
}

// ruleTest is a document that breaks a rule, and one close to it that does not.
type ruleTest struct {
	rule string
	mode Mode
	bad  []string // edits
	good []string
	// place is where the finding is, if it matters.
	place string
}

// get is an operation for another path.
func get(id, more string) string {
	return fmt.Sprintf(`{get: {operationId: %s, security: [], %s responses: {"200": {description: OK}}, %s}}`, id, more, integration)
}

// variable declares a path parameter.
func variable(name string) string {
	return fmt.Sprintf(`parameters: [{name: %s, in: path, required: true, schema: {type: string}}],`, name)
}

func TestRules(t *testing.T) {
	covered := map[string]bool{}
	for _, test := range slices.Concat(openapiTests, pathTests, operationTests, parameterTests, schemaTests, securityTests, extensionTests, limitTests()) {
		covered[test.rule] = true
		t.Run(fmt.Sprintf("%s/%.40s", test.rule, strings.Join(test.bad, " ")), func(t *testing.T) {
			findings := lintText(t, "d.yaml", edited(t, test.mode, test.bad...), test.mode)
			at := slices.IndexFunc(findings, func(f Finding) bool { return f.Rule == test.rule })
			if at < 0 {
				t.Fatalf("the rule was not broken:\n%s", describe(findings))
			}
			if f := findings[at]; f.Line == 0 || f.Column == 0 || f.Message == "" || f.Fix == "" || f.Severity == "" {
				t.Errorf("incomplete: %+v", f)
			}
			if test.place != "" && findings[at].Place != test.place {
				t.Errorf("place %s, want %s", findings[at].Place, test.place)
			}
			if len(findings) > 1 && slices.ContainsFunc(findings, func(f Finding) bool { return f.Rule != test.rule }) {
				t.Errorf("more was found than the rule:\n%s", describe(findings))
			}
			if findings := lintText(t, "d.yaml", edited(t, test.mode, test.good...), test.mode); len(findings) > 0 {
				t.Errorf("the good document has findings:\n%s", describe(findings))
			}
		})
	}
	for _, r := range Rules() {
		if !covered[r.ID] {
			t.Errorf("no test breaks the rule %s", r.ID)
		}
	}
}

func TestFindingsAreInOrderAndBounded(t *testing.T) {
	var many strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&many, "  wrong%d: {}\n", i)
	}
	findings := lintText(t, "d.yaml", edited(t, Import, "  #PATHS\n", many.String()), Import)
	if len(findings) != maxFindings {
		t.Errorf("%d findings, want %d", len(findings), maxFindings)
	}
	if !slices.IsSortedFunc(findings, func(a, b Finding) int { return a.Line - b.Line }) {
		t.Error("the findings are not in the order of their lines")
	}
}

func TestFindingsNameGoTypeAndField(t *testing.T) {
	text := edited(t, Contract,
		"#SCHEMA", "x-go-type: example.org/things.Thing",
		"name: {type: string}", "name: {type: string, enum: [a, a], x-go-field: Thing.Name}")
	findings := lintText(t, "d.yaml", text, Contract)
	if len(findings) != 1 || findings[0].GoType != "example.org/things.Thing" || findings[0].GoField != "Thing.Name" {
		t.Errorf("findings: %+v", findings)
	}
	if findings[0].Place != "/components/schemas/Thing/properties/name/enum/1" || findings[0].Line != 30 || findings[0].Column != 40 {
		t.Errorf("place: %+v", findings[0])
	}
}

// Names may be megabytes long; the findings below them are not.
func TestFindingsAreShort(t *testing.T) {
	long := "/" + strings.Repeat("x", 100_000)
	findings := lintText(t, "d.yaml", edited(t, Contract, "#PATHS", "?"+" "+long+"\n  : {"+long+": 1}"), Contract)
	if len(findings) != 1 {
		t.Fatalf("%d findings", len(findings))
	}
	if f := findings[0]; len(f.Message) > 2*maxText || len(f.Place) > 3*maxText {
		t.Errorf("message of %d, place of %d bytes", len(f.Message), len(f.Place))
	}
}

// FuzzLint lets no document stop the lint, and holds JSON and YAML to the same findings.
func FuzzLint(f *testing.F) {
	f.Add([]byte(base), true)
	f.Add([]byte(specimen.Everything), true)
	f.Add([]byte(`{"openapi":"3.0.3","info":{},"paths":{"/a/{x}":{"get":{"parameters":[{"$ref":"#/components/parameters/A"}]}}},"components":{"parameters":{"A":{"$ref":"#/components/parameters/A"}}}}`), false)
	f.Add([]byte("openapi: 3.0.0\npaths: &p\n  /a: {<<: {get: *p}}\n"), true)
	f.Fuzz(func(t *testing.T, data []byte, imported bool) {
		opts := Options{Mode: Contract}
		if imported {
			opts.Mode = Import
		}
		for _, name := range []string{"d.json", "d.yaml"} {
			doc, err := Read(name, data, opts)
			if err != nil {
				continue
			}
			for _, found := range Run(doc, opts) {
				if _, ok := known[found.Rule]; !ok || found.Line == 0 || found.Message == "" {
					t.Errorf("%q: %+v", data, found)
				}
			}
		}
	})
}

func TestReadRefuses(t *testing.T) {
	tests := map[string]struct {
		name, text string
		mode       Mode
		want       string
	}{
		"an array":       {"d.json", "[]", Import, "d.json:1:1: an OpenAPI document is an object, not an array"},
		"null":           {"d.yaml", "null", Import, "d.yaml:1:1: an OpenAPI document is an object, not null"},
		"6 MB and more":  {"d.json", `{"a":"` + strings.Repeat("x", maxImport) + `"}`, Import, "the document has 6291464 bytes, and API Gateway imports 6291456 at most: split the API"},
		"a syntax error": {"d.json", "{\n\"openapi\": 3.0.0}", Import, `d.json:2:12: "3.0.0" is not a valid number`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Read(test.name, []byte(test.text), Options{Mode: test.mode})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
	if _, err := Read("d.json", []byte(`{"a":"`+strings.Repeat("x", maxImport)+`"}`), Options{Mode: Contract}); err != nil {
		t.Errorf("in the mode Contract: %v", err)
	}
}
