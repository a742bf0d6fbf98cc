package scaffold

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

// apiPackage is what a new operation must know of a context's package api.
type apiPackage struct {
	service    string            // the file with func Service
	insertAt   int               // the offset in service after the last operation but the health operation
	declared   map[string]bool   // the names of the package
	parameters map[string]string // the struct type with a path parameter, by the parameter's name
}

// parseAPI parses package api of the context in dir.
func parseAPI(dir string) (apiPackage, error) {
	p := apiPackage{declared: map[string]bool{}, parameters: map[string]string{}}
	files, err := filepath.Glob(filepath.Join(dir, "api", "*.go"))
	if err != nil {
		return p, err
	}
	positions := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(positions, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return p, err
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil {
					p.declared[d.Name.Name] = true
				}
			case *ast.GenDecl:
				p.declare(d)
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if kv, ok := n.(*ast.KeyValueExpr); ok && p.service == "" {
				p.findOperations(positions, kv, name)
			}
			return p.service == ""
		})
	}
	if p.service == "" {
		return p, fmt.Errorf("package api in %s has no list Operations of a rest.Service to add to", dir)
	}
	return p, nil
}

// declare adds the names and path parameters of a declaration.
func (p apiPackage) declare(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				p.declared[name.Name] = true
			}
		case *ast.TypeSpec:
			p.declared[spec.Name.Name] = true
			fields, ok := spec.Type.(*ast.StructType)
			if !ok || len(fields.Fields.List) != 1 || fields.Fields.List[0].Tag == nil {
				continue
			}
			tag, err := strconv.Unquote(fields.Fields.List[0].Tag.Value)
			if parameter := reflect.StructTag(tag).Get("path"); err == nil && parameter != "" {
				p.parameters[parameter] = spec.Name.Name
			}
		}
	}
}

// findOperations keeps where the list of operations ends, if kv is that list.
func (p *apiPackage) findOperations(positions *token.FileSet, kv *ast.KeyValueExpr, file string) {
	key, ok := kv.Key.(*ast.Ident)
	list, isList := kv.Value.(*ast.CompositeLit)
	if !ok || !isList || key.Name != "Operations" || len(list.Elts) == 0 {
		return
	}
	at := list.Elts[len(list.Elts)-1].Pos() // the health operation stays the last one
	p.service, p.insertAt = file, positions.Position(at).Offset
}

// add inserts an operation into the source code of Service.
func (p apiPackage) add(source, operation string) (string, error) {
	text := source[:p.insertAt] + "&" + operation + ", " + source[p.insertAt:]
	formatted, err := formatGo(p.service, []byte(text))
	return string(formatted), err
}

// free returns the first name that can begin the names of an operation, or "".
func (p apiPackage) free(candidates ...string) string {
	for _, name := range candidates {
		if !p.declared[name] && !p.declared[name+"Input"] && !p.declared[name+"Output"] {
			return name
		}
	}
	return ""
}

// scope returns the expression for the context's scope to read or write.
func (p apiPackage) scope(context string, isRead bool) string {
	name := "Write"
	if isRead {
		name = "Read"
	}
	if p.declared[name] {
		return name
	}
	return strconv.Quote(context + "/" + strings.ToLower(name))
}
