package prose

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckFindings(t *testing.T) {
	tests := map[string]struct {
		file string
		body string
		want string
	}{
		"word in a comment": {
			file: "a.go", body: "package a\n\n// Name tells the\n// spelling.\ntype Name string\n",
			want: `a.go:3: "tells": `,
		},
		"word in an error message": {
			file: "a.go", body: "package a\n\nimport \"errors\"\n\nvar err = errors.New(\"the server does not answer\")\n",
			want: `a.go:5: "answer": `,
		},
		"noun in a function comment": {
			file: "a.go", body: "package a\n\n// name is the name of a.\nfunc name() string { return \"\" }\n",
			want: `a.go:3: the comment begins "name is": `,
		},
		"vague name": {
			file: "a.go", body: "package a\n\ntype Surroundings struct{}\n",
			want: "a.go:3: the name Surroundings: write options, config or environment",
		},
		"vague local name": {
			file: "a.go", body: "package a\n\nfunc f() {\n\twhole := 1\n\t_ = whole\n}\n",
			want: "a.go:4: the name whole: ",
		},
		"parameter that shadows": {
			file: "a.go", body: "package a\n\nfunc f(print func()) { print() }\n",
			want: "a.go:3: the parameter print shadows",
		},
		"vague file": {
			file: "whole_test.go", body: "package a\n",
			want: "whole_test.go: name the file after what it contains",
		},
		"Markdown":          {file: "a.md", body: "# A\n\nNobody reads it.\n", want: `a.md:3: "Nobody": `},
		"Terraform comment": {file: "a.tf", body: "# Besides the table\n", want: `a.tf:1: "Besides": `},
		"Terraform description": {
			file: "a.tf", body: "variable \"a\" {\n  description = \"Tells the time.\"\n}\n", want: `a.tf:2: "Tells": `,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := Check(write(t, test.file, test.body))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("findings: %v\nwant one that begins: %s", err, test.want)
			}
		})
	}
}

func TestCheckAccepts(t *testing.T) {
	tests := map[string]struct{ file, body string }{
		"quotation in a comment":     {"a.go", "package a\n\n// AWS writes \"tell us\", and `answer`.\ntype A int\n"},
		"string of a test":           {"a_test.go", "package a\n\nconst a = \"the answer was late\"\n"},
		"single-word string":         {"a.go", "package a\n\nconst a = \"answer\"\n"},
		"raw string":                 {"a.go", "package a\n\nconst a = `the answer`\n"},
		"type comment with a noun":   {"a.go", "package a\n\n// A is a number.\ntype A int\n"},
		"part of a word":             {"a.md", "The storyteller retells it.\n"},
		"code in Markdown":           {"a.md", "Run `tells`:\n\n    nobody knows\n\n```\nnobody\n```\n"},
		"link target in Markdown":    {"a.md", "[page](https://example.com/answer/tells)\n"},
		"test data":                  {"testdata/a.md", "Nobody\n"},
		"build output":               {"dist/a.md", "Nobody\n"},
		"file of another kind":       {"a.txt", "Nobody\n"},
		"function with a good verb":  {"a.go", "package a\n\n// a returns 1.\nfunc a() int { return 1 }\n"},
		"function without a comment": {"a.go", "package a\n\nfunc a(n int) int { return n }\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if err := Check(write(t, test.file, test.body)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCheckReadsOnlyTheFolders(t *testing.T) {
	root := write(t, "a/a.md", "Nobody\n")
	if err := os.Mkdir(filepath.Join(root, "b"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := Check(root, "b"); err != nil {
		t.Errorf("in b: %v", err)
	}
	if err := Check(root, "b", "a"); err == nil || !strings.HasPrefix(err.Error(), "a/a.md:1: ") {
		t.Errorf("in b and a: %v", err)
	}
}

func TestCheckErrors(t *testing.T) {
	if err := Check(t.TempDir(), "missing"); !os.IsNotExist(unwrapped(err)) {
		t.Errorf("a missing folder: %v", err)
	}
	err := Check(write(t, "a.go", "pakcage a\n"))
	if err == nil || !strings.Contains(err.Error(), "a.go:1:1: expected 'package'") {
		t.Errorf("a file that is not Go: %v", err)
	}
}

func unwrapped(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()[0]
	}
	return err
}

func write(t *testing.T, name, body string) (root string) {
	t.Helper()
	root = t.TempDir()
	path := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
		t.Fatal(err)
	}
	return root
}
