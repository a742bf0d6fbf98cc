package lint

import (
	"testing"

	"github.com/meridian-api/meridian/contract/recorded"
)

// TestRecorded compares the lint's verdict on a document with what API Gateway
// was recorded to do with it: testdata/recorded/README.md.
func TestRecorded(t *testing.T) {
	cases, err := recorded.Load("testdata/recorded")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			document, _ := c.Section("document")
			findings := lintText(t, "d.yaml", document, Import)
			found := make(map[string]string)
			if got, want := verdict(findings), c.Field("import"); got != want {
				found["verdict"] = "got " + got + ", want " + want + "\n" + describe(findings)
			}
			if rule := c.Field("rule"); rule != "" && !reports(findings, rule) {
				found["rule"] = "no finding of " + rule + "\n" + describe(findings)
			}
			c.Judge(t, found)
		})
	}
}

// verdict returns what an import would do: refused, warned or taken.
func verdict(findings []Finding) string {
	worst := "taken"
	for _, f := range findings {
		if f.Severity == Error {
			return "refused"
		}
		worst = "warned"
	}
	return worst
}

func reports(findings []Finding, rule string) bool {
	for _, f := range findings {
		if f.Rule == rule {
			return true
		}
	}
	return false
}
