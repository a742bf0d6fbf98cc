// Package comments reads the Go doc comments of a contract, which become the
// descriptions in its specification. Reflection has the types, but only the source
// has the comments.
package comments

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
)

// Source contains the comments of several packages.
type Source struct {
	packages map[string]*parsed
	contract *parsed
}

// Comment is the doc comment of a declaration, and the declaration's position.
type Comment struct {
	// Text is the comment as Markdown; empty without a comment.
	Text string
	// Deprecated is set if a paragraph begins with "Deprecated:".
	Deprecated bool
	At         Position
}

// Variable is a package variable with an operation.
type Variable struct {
	Comment
	// Name is the variable's Go name.
	Name string
	// ID is the operation's ID in the source; empty if it is not a literal.
	ID string
}

// Position is a position in the source.
type Position struct {
	File string
	Line int
}

// String returns file:line, or "" for the zero Position.
func (p Position) String() string {
	if p.File == "" {
		return ""
	}
	return p.File + ":" + strconv.Itoa(p.Line)
}

type parsed struct {
	doc        Comment
	service    Position
	types      map[string]*typeSpec
	operations []Variable
}

type typeSpec struct {
	Comment
	fields map[string]Comment
}

// Load parses the package in the folder contract of dir, and the packages with the
// import paths others, resolved in dir. It parses their syntax only: dependencies are
// not loaded.
func Load(dir, contract string, others []string) (*Source, error) {
	pattern := "./" + filepath.ToSlash(contract)
	list, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedSyntax,
		Dir:  dir,
	}, append([]string{pattern}, others...)...)
	if err != nil {
		return nil, fmt.Errorf("load the contract's source: %w", err)
	}
	home, err := filepath.Abs(filepath.Join(dir, contract))
	if err != nil {
		return nil, err
	}
	s := &Source{packages: map[string]*parsed{}}
	for _, p := range list {
		for _, e := range p.Errors {
			err = errors.Join(err, e)
		}
		read := parse(p)
		s.packages[p.PkgPath] = read
		if len(p.GoFiles) > 0 && filepath.Dir(p.GoFiles[0]) == home {
			s.contract = read
		}
	}
	if err == nil && s.contract == nil {
		err = fmt.Errorf("no Go package in %s", home)
	}
	return s, err
}

// Contract returns the comment of the contract's package.
func (s *Source) Contract() Comment { return s.contract.doc }

// Service returns the position of the contract's function Service, or of its package
// without such a function.
func (s *Source) Service() Position { return s.contract.service }

// Operations returns the contract's variables with operations.
func (s *Source) Operations() []Variable { return s.contract.operations }

// Type returns the comment of a type declared at package level. Type arguments are
// ignored.
func (s *Source) Type(pkg, name string) (Comment, bool) {
	if t := s.find(pkg, name); t != nil {
		return t.Comment, true
	}
	return Comment{}, false
}

// Field returns the comment of a field of a struct type declared at package level.
func (s *Source) Field(pkg, name, field string) (Comment, bool) {
	if t := s.find(pkg, name); t != nil {
		c, ok := t.fields[field]
		return c, ok
	}
	return Comment{}, false
}

func (s *Source) find(pkg, name string) *typeSpec {
	name, _, _ = strings.Cut(name, "[")
	if p := s.packages[pkg]; p != nil {
		return p.types[name]
	}
	return nil
}

func parse(p *packages.Package) *parsed {
	read := &parsed{types: map[string]*typeSpec{}}
	for _, file := range p.Syntax {
		c := comment(p.Fset, file.Name.Pos(), file.Doc)
		if read.doc.Text == "" {
			read.doc = c
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.Name == "Service" {
					read.service = comment(p.Fset, d.Name.Pos()).At
				}
			case *ast.GenDecl:
				read.declaration(p.Fset, d)
			}
		}
	}
	if read.service == (Position{}) {
		read.service = read.doc.At
	}
	return read
}

func (p *parsed) declaration(fset *token.FileSet, decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			p.types[spec.Name.Name] = structType(fset, decl, spec)
		case *ast.ValueSpec:
			p.operations = append(p.operations, operations(fset, decl, spec)...)
		}
	}
}

func structType(fset *token.FileSet, decl *ast.GenDecl, spec *ast.TypeSpec) *typeSpec {
	t := &typeSpec{Comment: comment(fset, spec.Pos(), spec.Doc, decl.Doc), fields: map[string]Comment{}}
	s, ok := spec.Type.(*ast.StructType)
	if !ok {
		return t
	}
	for _, f := range s.Fields.List {
		c := comment(fset, f.Pos(), f.Doc, f.Comment)
		for _, name := range f.Names {
			t.fields[name.Name] = c
		}
		if len(f.Names) == 0 {
			t.fields[embeddedName(f.Type)] = c
		}
	}
	return t
}

// embeddedName returns the field name of an embedded type: the type's name without
// package and type arguments.
func embeddedName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.StarExpr:
		return embeddedName(e.X)
	case *ast.IndexExpr:
		return embeddedName(e.X)
	case *ast.IndexListExpr:
		return embeddedName(e.X)
	}
	return ""
}

// operations returns the variables of a declaration with values of the form
// rest.Operation[In, Out]{...}. It compares names, because there is no type
// information.
func operations(fset *token.FileSet, decl *ast.GenDecl, spec *ast.ValueSpec) []Variable {
	var found []Variable
	for i, value := range spec.Values {
		lit, ok := value.(*ast.CompositeLit)
		if !ok || i >= len(spec.Names) {
			continue
		}
		if generic, ok := lit.Type.(*ast.IndexListExpr); !ok || embeddedName(generic) != "Operation" {
			continue
		}
		found = append(found, Variable{
			Comment: comment(fset, spec.Names[i].Pos(), spec.Doc, decl.Doc),
			Name:    spec.Names[i].Name,
			ID:      literalID(lit),
		})
	}
	return found
}

func literalID(lit *ast.CompositeLit) string {
	for _, element := range lit.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		key, isName := pair.Key.(*ast.Ident)
		value, isLiteral := pair.Value.(*ast.BasicLit)
		if isName && isLiteral && key.Name == "ID" && value.Kind == token.STRING {
			id, _ := strconv.Unquote(value.Value) // the parser accepted the literal
			return id
		}
	}
	return ""
}

// comment returns the first of the groups with a text.
func comment(fset *token.FileSet, at token.Pos, groups ...*ast.CommentGroup) Comment {
	p := fset.Position(at)
	c := Comment{At: Position{File: relative(p.Filename), Line: p.Line}}
	for _, g := range groups {
		if g == nil {
			continue
		}
		if c.Text = Markdown(g.Text()); c.Text != "" {
			c.Deprecated = strings.Contains("\n\n"+c.Text, "\n\nDeprecated: ")
			break
		}
	}
	return c
}

// relative returns a file's name relative to the working directory, as the go command
// prints it.
func relative(file string) string {
	wd, err := os.Getwd()
	if err != nil {
		return file
	}
	if r, err := filepath.Rel(wd, file); err == nil {
		return r
	}
	return file
}
