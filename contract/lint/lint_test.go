package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/internal/specimen"
	"github.com/meridian-api/meridian/contract/lint/linttest"
)

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

func TestBaseHasNoFindings(t *testing.T) {
	for name, mode := range map[string]Mode{"imported": Import, "a contract": Contract} {
		t.Run(name, func(t *testing.T) {
			checkClean(t, linttest.Document(mode == Contract), mode)
		})
	}
}

// checkClean lints a document that must not have findings.
func checkClean(t *testing.T, document string, mode Mode) {
	t.Helper()
	if findings := lintText(t, "d.yaml", document, mode); len(findings) > 0 {
		t.Errorf("findings:\n%s", describe(findings))
	}
}

func TestRules(t *testing.T) {
	covered := map[string]bool{unsupported.id: true} // see TestSubset
	for _, test := range linttest.Cases() {
		covered[test.Rule] = true
		mode := Import
		if test.Contract {
			mode = Contract
		}
		t.Run(test.Name, func(t *testing.T) {
			findings := lintText(t, "d.yaml", test.Bad, mode)
			at := slices.IndexFunc(findings, func(f Finding) bool { return f.Rule == test.Rule })
			if at < 0 {
				t.Fatalf("the rule %s was not broken:\n%s", test.Rule, describe(findings))
			}
			f := findings[at]
			if f.Line == 0 || f.Column == 0 || f.Message == "" || f.Fix == "" || f.Severity == "" {
				t.Errorf("incomplete: %+v", f)
			}
			if test.Pointer != "" && f.Pointer != test.Pointer {
				t.Errorf("pointer %s, want %s", f.Pointer, test.Pointer)
			}
			// Each component of a circle has a finding; other mistakes have one.
			if len(findings) > 1 && (f.Rule != refCycle.id || len(findings) > 2) {
				t.Errorf("more findings than one:\n%s", describe(findings))
			}
			checkClean(t, test.Good, mode)
		})
	}
	for _, r := range Rules() {
		if !covered[r.ID] {
			t.Errorf("no test breaks the rule %s", r.ID)
		}
	}
}

func TestSubset(t *testing.T) {
	subset := &Subset{
		Members: map[string][]string{
			"Info Object":    {"title", "version"},
			"OpenAPI Object": {"openapi", "info", "paths", "components"},
		},
		Reasons: map[string]string{"x-amazon-apigateway-policy": "there are no policies"},
		Rules:   []string{"ref-siblings"},
	}
	sibling := "a: {$ref: '#/components/schemas/Thing', description: x}"
	tests := map[string]struct {
		edits []string
		want  string // the only finding, or empty
	}{
		"a supported member":   {edits: []string{"#ITEM", "summary: x"}},
		"a vendor's extension": {edits: []string{"#ROOT", "x-vendor: {}"}},
		"a warning":            {edits: []string{"#OPERATION", "deprecated: true"}},
		"a warning that the subset names": {
			edits: []string{"#PROPERTY", sibling},
			want:  "ref-siblings: description beside $ref is ignored",
		},
		"an error": {edits: []string{"#OPERATION", "tags: x"}, want: "wrong-type: tags is a string, not an array"},
		"a member": {edits: []string{"#ROOT", "tags: []"}, want: "unsupported: tags is not supported"},
		"a nested member": {
			edits: []string{"info: {", "info: {description: x, "},
			want:  "unsupported: description is not supported",
		},
		"an extension with a reason": {
			edits: []string{"#ROOT", "x-amazon-apigateway-policy: {}"},
			want:  "unsupported: x-amazon-apigateway-policy is not supported: there are no policies",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			opts := Options{Mode: Import, Subset: subset}
			doc, err := Read("d.yaml", []byte(linttest.Document(false, test.edits...)), opts)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range Run(doc, opts) {
				got = append(got, f.Rule+": "+f.Message)
				if f.Severity != Error {
					t.Errorf("severity %s of %s", f.Severity, f.Message)
				}
			}
			if text := strings.Join(got, "\n"); text != test.want {
				t.Errorf("findings:\n%s\nwant: %s", text, test.want)
			}
		})
	}
}

// A thousand warnings must not hide an error from a program with a subset.
func TestSubsetReportsErrorsAfterManyWarnings(t *testing.T) {
	var many strings.Builder
	for i := range maxFindings + 1 {
		fmt.Fprintf(&many, "- {name: p%d, in: query, style: form, schema: {type: string}}\n      ", i)
	}
	text := linttest.Document(false, "#PARAMETER", many.String(), "#RESPONSE", "summary: x")
	opts := Options{Mode: Import, Subset: &Subset{}}
	doc, err := Read("d.yaml", []byte(text), opts)
	if err != nil {
		t.Fatal(err)
	}
	if findings := Run(doc, opts); len(findings) != 1 || findings[0].Rule != "unknown-keyword" {
		t.Errorf("findings:\n%s", describe(findings))
	}
}

// AWS accepts models that lead back to themselves or to each other, without a
// warning. Recorded: testdata/recorded/circular-models.txtar.
func TestModelsMayReferInACircle(t *testing.T) {
	const house = `House: {type: object, properties: {next: {$ref: "#/components/schemas/House"}, ` +
		`contains: {type: array, items: {$ref: "#/components/schemas/Thing"}}}}`
	const property = `a: {$ref: "#/components/schemas/House"}`
	checkClean(t, linttest.Document(false, "#MODEL", house, "#PROPERTY", property), Import)
}

func TestReferences(t *testing.T) {
	tests := map[string]struct {
		edits []string
		rule  string // of the only finding, or empty
	}{
		"to a name with a slash": {edits: []string{
			"#PROPERTY", `a: {$ref: "#/components/schemas/a~1b"}`, "#MODEL", "a/b: {type: object}",
		}},
		"to a name with a tilde": {edits: []string{
			"#PROPERTY", `a: {$ref: "#/components/schemas/a~0b"}`, "#MODEL", "a~b: {type: object}",
		}},
		"to the first item of an array": {
			edits: []string{"#PARAMETER", `- {$ref: "#/tags/0"}`, "#ROOT", "tags: [{name: x}]"},
			rule:  "ref-kind",
		},
		"to an item after the last": {
			edits: []string{"#PARAMETER", `- {$ref: "#/tags/1"}`, "#ROOT", "tags: [{name: x}]"},
			rule:  "ref-kind",
		},
		"to an item before the first": {
			edits: []string{"#PARAMETER", `- {$ref: "#/tags/-1"}`, "#ROOT", "tags: [{name: x}]"},
			rule:  "ref-kind",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var rules []string
			for _, f := range lintText(t, "d.yaml", linttest.Document(true, test.edits...), Contract) {
				rules = append(rules, f.Rule)
			}
			if got := strings.Join(rules, " "); got != test.rule {
				t.Errorf("rules %q, want %q", got, test.rule)
			}
		})
	}
}

func TestFindingsAreInOrderAndBounded(t *testing.T) {
	var many strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&many, "  wrong%d: {}\n", i)
	}
	findings := lintText(t, "d.yaml", linttest.Document(false, "  #PATHS\n", many.String()), Import)
	if len(findings) != maxFindings {
		t.Errorf("%d findings, want %d", len(findings), maxFindings)
	}
	if !slices.IsSortedFunc(findings, func(a, b Finding) int { return a.Line - b.Line }) {
		t.Error("the findings are not in the order of their lines")
	}
}

func TestFindingsNameGoTypeAndField(t *testing.T) {
	text := linttest.Document(true,
		"#SCHEMA", "x-source-type: example.org/things.Thing",
		"name: {type: string}", "name: {type: string, enum: [a, a], x-source-field: Thing.Name}")
	want := []Finding{{
		Rule: "enum-duplicate", Severity: Error, File: "d.yaml", Line: 30, Column: 40,
		Pointer: "/components/schemas/Thing/properties/name/enum/1",
		GoType:  "example.org/things.Thing", GoField: "Thing.Name",
		Message: `the enum contains "a" twice`, Fix: "keep one of the two",
	}}
	if diff := cmp.Diff(want, lintText(t, "d.yaml", text, Contract)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// Names may be megabytes long. The findings below them must not be.
func TestFindingsAreShort(t *testing.T) {
	long := "/" + strings.Repeat("x", 100_000)
	text := linttest.Document(true, "#PATHS", "? "+long+"\n  : {"+long+": 1}")
	findings := lintText(t, "d.yaml", text, Contract)
	if len(findings) != 1 {
		t.Fatalf("%d findings, want 1", len(findings))
	}
	if f := findings[0]; len(f.Message) > 2*maxText || len(f.Pointer) > 3*maxText {
		t.Errorf("message of %d bytes, pointer of %d bytes", len(f.Message), len(f.Pointer))
	}
}

// FuzzLint checks that every document, in JSON and in YAML, is either refused by
// Read or linted with complete findings.
func FuzzLint(f *testing.F) {
	const circle = `{"openapi":"3.0.3","info":{},` +
		`"paths":{"/a/{x}":{"get":{"parameters":[{"$ref":"#/components/parameters/A"}]}}},` +
		`"components":{"parameters":{"A":{"$ref":"#/components/parameters/A"}}}}`
	f.Add([]byte(linttest.Document(false)), true)
	f.Add([]byte(specimen.Everything), true)
	f.Add([]byte(circle), false)
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
					t.Errorf("%q: incomplete finding %+v", data, found)
				}
			}
		}
	})
}

func TestReadRefuses(t *testing.T) {
	large := `{"a":"` + strings.Repeat("x", maxImport) + `"}`
	tests := map[string]struct {
		file, text, want string
	}{
		"an array": {
			file: "d.json", text: "[]",
			want: "d.json:1:1: an OpenAPI document is an object, not an array",
		},
		"null": {
			file: "d.yaml", text: "null",
			want: "d.yaml:1:1: an OpenAPI document is an object, not null",
		},
		"more than 6 MB": {
			file: "d.json", text: large,
			want: "the document has 6291464 bytes, more than the 6291456 that API Gateway imports: split the API",
		},
		"a syntax error": {
			file: "d.json", text: "{\n\"openapi\": 3.0.0}",
			want: `d.json:2:12: "3.0.0" is not a valid number`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Read(test.file, []byte(test.text), Options{Mode: Import})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
	t.Run("but not large contracts", func(t *testing.T) {
		if _, err := Read("d.json", []byte(large), Options{Mode: Contract}); err != nil {
			t.Error(err)
		}
	})
	t.Run("a contract of more than 64 MB", func(t *testing.T) {
		if _, err := Read("d.json", make([]byte, 64<<20+1), Options{Mode: Contract}); err == nil {
			t.Error("Read accepts the document")
		} else if !strings.Contains(err.Error(), "67108865 bytes") {
			t.Errorf("error %v, want the size in it", err)
		}
	})
}
