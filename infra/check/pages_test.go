package check

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var writePages = flag.Bool("write", false, "write the examples into the pages of platform's packages")

// pageBlock is a block of Go code in a page.
var pageBlock = regexp.MustCompile("(?ms)^```go\n(.*?)^```\n")

// TestPagesOfThePlatform checks that each package of platform with a page has an example,
// that the page shows the example's code and output, and that platform's README links the
// page. The example is the owner: go test -run Pages ./infra/check -write updates the pages.
func TestPagesOfThePlatform(t *testing.T) {
	platform := filepath.Join("..", "..", "platform")
	index, err := os.ReadFile(filepath.Join(platform, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(platform, "*", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	const parts = 9 // the parts that a Lambda of another project uses
	if len(pages) < parts {
		t.Errorf("platform has %d pages; want %d", len(pages), parts)
	}
	for _, page := range pages {
		name := filepath.Base(filepath.Dir(page))
		t.Run(name, func(t *testing.T) {
			checkPage(t, page, filepath.Join(filepath.Dir(page), "example_test.go"))
			if target := name + "/README.md"; !strings.Contains(string(index), "]("+target+")") {
				t.Errorf("platform/README.md does not link %s", target)
			}
		})
	}
}

// checkPage checks that the page has one block of Go, the body of the file's example.
func checkPage(t *testing.T, page, file string) {
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	blocks := pageBlock.FindAllSubmatchIndex(data, -1)
	if len(blocks) != 1 {
		t.Fatalf("%s has %d blocks of Go; want one, the example of %s", page, len(blocks), file)
	}
	from, to := blocks[0][2], blocks[0][3]
	want := exampleBody(t, file)
	if *writePages {
		text := string(data[:from]) + want + string(data[to:])
		if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(data[from:to])); diff != "" {
		t.Errorf("%s differs from %s; run this test with -write (-example +page):\n%s", page, file, diff)
	}
}

// exampleBody returns the body of the file's example, without its indentation. The test
// fails unless the file has one example, and the example has an output.
func exampleBody(t *testing.T, file string) string {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, file, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for _, d := range parsed.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Example") {
			body := source[files.Position(f.Body.Lbrace).Offset+2 : files.Position(f.Body.Rbrace).Offset]
			bodies = append(bodies, regexp.MustCompile(`(?m)^\t`).ReplaceAllString(string(body), ""))
		}
	}
	if len(bodies) != 1 || !strings.Contains(bodies[0], "\n// Output:\n") {
		t.Fatalf("%s has %d examples; want one with an output, for the page", file, len(bodies))
	}
	return bodies[0]
}
