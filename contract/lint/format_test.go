package lint

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var findings = []Finding{
	{
		Rule: "r", Severity: Error, File: "a,b:c%.yaml", Line: 1, Column: 2, Pointer: "/a",
		GoType: "T", GoField: "T.F", Message: "50%\nworse", Fix: "mend <it>",
	},
	{Rule: "s", Severity: Warning, File: "d.yaml", Line: 3, Column: 4, Pointer: "/b", GoType: "T", Message: "m", Fix: "f"},
}

func TestFormats(t *testing.T) {
	want := map[string]string{
		"text": "a,b:c%.yaml:1:2: error: 50%\nworse [r]\n    at /a\n    from T.F (T)\n    fix: mend <it>\n" +
			"d.yaml:3:4: warning: m [s]\n    at /b\n    from T\n    fix: f\n",
		"github": "::error file=a%2Cb%3Ac%25.yaml,line=1,col=2,title=r::50%25%0Aworse (T.F (T)). Fix: mend <it>\n" +
			"::warning file=d.yaml,line=3,col=4,title=s::m (T). Fix: f\n",
		"json": `[
  {
    "rule": "r",
    "severity": "error",
    "file": "a,b:c%.yaml",
    "line": 1,
    "column": 2,
    "pointer": "/a",
    "goType": "T",
    "goField": "T.F",
    "message": "50%\nworse",
    "fix": "mend <it>"
  },
  {
    "rule": "s",
    "severity": "warning",
    "file": "d.yaml",
    "line": 3,
    "column": 4,
    "pointer": "/b",
    "goType": "T",
    "message": "m",
    "fix": "f"
  }
]
`,
	}
	for name, format := range Formats {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			if err := format(&b, findings); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want[name], b.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
