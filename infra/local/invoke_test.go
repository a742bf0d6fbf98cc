package local

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryErrorHasAResponse checks that each exported error of package function has one
// of package gateway, and each of these a gateway response.
func TestEveryErrorHasAResponse(t *testing.T) {
	for _, test := range []struct{ errors, table, file string }{
		{errors: "function", table: "translations", file: "invoker/invoker.go"},
		{errors: "gateway", table: "invocationFailures", file: "gateway/serve.go"},
	} {
		t.Run(test.errors, func(t *testing.T) {
			declared := exportedErrors(t, test.errors)
			if len(declared) == 0 {
				t.Fatalf("package %s declares no errors", test.errors)
			}
			listed := map[string]bool{}
			for name := range declared {
				listed[name] = refersTo(t, test.file, test.table, name)
			}
			if diff := cmp.Diff(declared, listed); diff != "" {
				t.Errorf("errors of package %s (-declared +in %s of %s):\n%s", test.errors, test.table, test.file, diff)
			}
		})
	}
}

// exportedErrors returns the names of the package's variables that begin with Err.
func exportedErrors(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, spec := range variables(t, file) {
			for _, name := range spec.Names {
				if strings.HasPrefix(name.Name, "Err") {
					names[name.Name] = true
				}
			}
		}
	}
	return names
}

// refersTo reports whether the value of a table in a file refers to a name.
func refersTo(t *testing.T, file, table, name string) bool {
	t.Helper()
	found := false
	for _, spec := range variables(t, file) {
		if spec.Names[0].Name != table || len(spec.Values) != 1 {
			continue
		}
		rows := spec.Values[0].(*ast.CompositeLit).Elts
		for _, row := range rows {
			first := row.(*ast.CompositeLit).Elts[0]
			if selector, ok := first.(*ast.SelectorExpr); ok {
				first = selector.Sel
			}
			ident, ok := first.(*ast.Ident)
			found = found || ok && ident.Name == name
		}
	}
	return found
}

// variables returns the declarations of package variables in a file.
func variables(t *testing.T, file string) []*ast.ValueSpec {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var specs []*ast.ValueSpec
	for _, decl := range parsed.Decls {
		if general, ok := decl.(*ast.GenDecl); ok && general.Tok == token.VAR {
			for _, spec := range general.Specs {
				specs = append(specs, spec.(*ast.ValueSpec))
			}
		}
	}
	return specs
}
