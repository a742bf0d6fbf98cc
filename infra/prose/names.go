package prose

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// vague are names that say nothing to a reader who does not know the code.
var vague = map[string]string{
	"surroundings": "options, config or environment", "wording": "message", "words": "message, terms or text",
	"alone": "say what is left out", "whole": "all, complete or integer", "met": "satisfied or matches",
	"unfit": "invalid or unsupported", "decent": "valid",
}

// shadowing are builtins and packages that a parameter must not hide.
var shadowing = map[string]bool{
	"errors": true, "print": true, "make": true, "new": true, "len": true, "cap": true, "copy": true, "append": true,
}

// declaredNames returns a finding for each declaration with a vague name, and
// for each parameter that shadows a builtin or a well-known package.
func declaredNames(set *token.FileSet, file *ast.File) []text {
	var found []text
	report := func(id *ast.Ident, format string, args ...any) {
		found = append(found, text{line: set.Position(id.Pos()).Line, form: fmt.Sprintf(format, args...)})
	}
	ast.Inspect(file, func(n ast.Node) bool {
		for _, id := range declared(n) {
			if better, ok := vague[strings.ToLower(id.Name)]; ok {
				report(id, "the name %s: write %s", id.Name, better)
			}
		}
		if f, ok := n.(*ast.FuncType); ok {
			for _, id := range fieldNames(f.Params) {
				if shadowing[id.Name] {
					report(id, "the parameter %s shadows a builtin or a package: rename it", id.Name)
				}
			}
		}
		return true
	})
	return found
}

func declared(n ast.Node) []*ast.Ident {
	switch n := n.(type) {
	case *ast.FuncDecl:
		return []*ast.Ident{n.Name}
	case *ast.TypeSpec:
		return []*ast.Ident{n.Name}
	case *ast.ValueSpec:
		return n.Names
	case *ast.Field:
		return n.Names
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return nil
		}
		var ids []*ast.Ident
		for _, e := range n.Lhs {
			if id, ok := e.(*ast.Ident); ok {
				ids = append(ids, id)
			}
		}
		return ids
	}
	return nil
}

func fieldNames(list *ast.FieldList) []*ast.Ident {
	var ids []*ast.Ident
	for _, f := range list.List {
		ids = append(ids, f.Names...)
	}
	return ids
}
