package compat

import (
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/internal/fields"
	"github.com/meridian-api/meridian/contract/manifest"
)

func TestResourceChanges(t *testing.T) {
	for group, tests := range map[string][]resourceTest{
		"tables": tableTests, "indexes": indexTests, "functions": functionTests, "secrets and scopes": secretTests,
	} {
		for _, test := range tests {
			t.Run(group+"/"+test.name, func(t *testing.T) {
				got := resourceChanges(source{ref: "orders/v1.0.0", file: "orders/service.json"},
					source{file: "orders/service.json"},
					orders(test.before...), orders(test.after...))
				if len(got) != len(test.want) {
					t.Fatalf("changes %+v, want %q", got, test.want)
				}
				for i, c := range got {
					if text := string(c.Verdict) + ": " + c.ID + ": " + c.Text; !strings.HasPrefix(text, test.want[i]) {
						t.Errorf("change %q, want %q", text, test.want[i])
					}
					if safe := c.Verdict == CompatibleChange || c.Verdict == DocumentationChange; safe != (c.Advice == "") {
						t.Errorf("change %q has the advice %q", c.Text, c.Advice)
					}
					if c.Verdict == DestroysData && c.Level != Breaking {
						t.Errorf("change %q destroys data and is %s", c.Text, c.Level)
					}
				}
			})
		}
	}
}

// TestEveryRuleHasARow fails if a rule is added without a row in the tables above.
func TestEveryRuleHasARow(t *testing.T) {
	tested := map[string]bool{}
	for _, tests := range [][]resourceTest{tableTests, indexTests, functionTests, secretTests} {
		for _, test := range tests {
			for _, want := range test.want {
				tested[strings.Split(want, ": ")[1]] = true
			}
		}
	}
	source, err := os.ReadFile("verdict.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	for _, found := range regexp.MustCompile(`rule\{"([a-z-]+)"`).FindAllSubmatch(source, -1) {
		declared[string(found[1])] = true
	}
	if diff := cmp.Diff(declared, tested); diff != "" {
		t.Errorf("rules of verdict.go (-) and of the tables' rows (+):\n%s", diff)
	}
}

// comparedElsewhere has the members of a manifest that resourceChanges does not compare,
// with the reason.
var comparedElsewhere = map[string]string{
	"Format":                  "Parse reads every format into one form",
	"Name":                    "contexts are compared by their names",
	"Title":                   "the specification has it",
	"Version":                 "the gate compares it",
	"Functions[].OperationID": "the specification has it",
	"Functions[].Method":      "the specification has it",
	"Functions[].Path":        "the specification has it",
	"Functions[].Source":      "a folder of the source code, which is not deployed",
}

// TestEveryMemberIsCompared fails if a member is added to the manifest and the
// comparison does not see it change.
func TestEveryMemberIsCompared(t *testing.T) {
	before, elsewhere := fields.Filled[manifest.Service](), maps.Clone(comparedElsewhere)
	for _, c := range fields.Changes[manifest.Service]() {
		changes := resourceChanges(source{}, source{}, &before, &c.Value)
		switch reason := elsewhere[c.Path]; {
		case reason == "" && len(changes) == 0:
			t.Errorf("%s changes and is not compared: add a rule with a verdict", c.Path)
		case reason != "" && len(changes) > 0:
			t.Errorf("%s is compared, but comparedElsewhere has it (%s)", c.Path, reason)
		}
		delete(elsewhere, c.Path)
	}
	if len(elsewhere) > 0 {
		t.Errorf("the manifest does not have the members %v of comparedElsewhere", elsewhere)
	}
}
