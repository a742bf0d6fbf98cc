// Package lint knows what API Gateway makes of an OpenAPI document. It finds
// what an import would refuse, and what it would drop without a word, before
// anything is deployed: with the line in the document and, in the documents
// that are made from Go, the type and field to change.
//
// Documents may come from anybody. The time and memory that one takes are
// linear in its size.
package lint

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

// Mode is what a document is for.
type Mode int

const (
	// Import is for documents that are handed to API Gateway as they are.
	Import Mode = iota
	// Contract is for a bounded context's specification, and for the merged one,
	// of which package deployable makes what is handed to API Gateway: what it
	// rewrites or leaves out on purpose is allowed.
	Contract
)

// Options of a run.
type Options struct {
	Mode Mode
	// Subset limits the document further than API Gateway does, if it is not nil.
	Subset *Subset
}

// Subset describes a program that serves documents itself, such as the embedded
// gateway, and supports a part of what an import accepts. A document without
// findings is then one that API Gateway imports and that the program can serve;
// warnings are left out.
type Subset struct {
	// Members lists the members that the program supports, by the object's name
	// in the OpenAPI specification, such as "Operation Object". Other members that
	// an import accepts are reported under the rule "unsupported". Members of
	// objects that are not listed, and extensions of other vendors than AWS, are
	// all supported.
	Members map[string][]string
	// Reasons says why the program does not support a member, by the member's name.
	Reasons map[string]string
	// Rules lists the rules whose warnings the program treats as errors.
	Rules []string
}

// The most bytes that a document may have: API Gateway's limit for an import,
// and a limit of our own for what is not imported itself.
const (
	maxImport   = apigateway.MaxDocumentBytes
	maxContract = 64 << 20
)

// ReadError says why a document cannot be read, and where.
type ReadError = tree.Error

// Document is a document that has been read.
type Document struct {
	// Name is the file's name.
	Name string
	root *tree.Node
}

// Read reads a document in JSON or YAML; the name's extension tells which, or
// else the first character. It refuses with a *ReadError what is empty, has
// more than 6 MB (64 MB in the mode Contract), is not UTF-8, has a syntax
// error, nests deeper than 200, or has YAML aliases that lead to themselves or
// stand for more than 100,000 values.
func Read(name string, data []byte, opts Options) (*Document, error) {
	if opts.Mode == Import && len(data) > maxImport {
		return nil, &ReadError{File: name, Reason: fmt.Sprintf(
			"the document has %d bytes, and API Gateway imports %d at most: split the API by its first path segments", len(data), maxImport)}
	}
	root, err := tree.Read(name, data, maxContract)
	if err != nil {
		return nil, err
	}
	if root.Kind != tree.Object {
		return nil, &ReadError{File: name, Line: root.Line, Column: root.Column,
			Reason: "an OpenAPI document is an object, not " + article(root.Kind)}
	}
	return &Document{Name: name, root: root}, nil
}

// Severity tells how sure the harm is.
type Severity string

const (
	// Error is for what API Gateway refuses, or what would not work as written.
	Error Severity = "error"
	// Warning is for what API Gateway drops, or is not known to take.
	Warning Severity = "warning"
)

// Finding is one thing that is wrong with a document.
type Finding struct {
	// Rule is the identifier of the rule that was broken, such as "path-sibling-variables".
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	// File is the document's name.
	File string `json:"file"`
	// Line and Column count from 1.
	Line   int `json:"line"`
	Column int `json:"column"`
	// Pointer is a JSON Pointer (RFC 6901) into the document.
	Pointer string `json:"pointer"`
	// GoType and GoField are where the place comes from, if the document says so
	// (x-go-type, x-go-field).
	GoType  string `json:"goType,omitempty"`
	GoField string `json:"goField,omitempty"`
	// Message says what is wrong here.
	Message string `json:"message"`
	// Fix says how to put it right.
	Fix string `json:"fix"`
}

// maxFindings bounds the report on a document that is wrong all over.
const maxFindings = 1000

// Run lints a document. The findings are in the order of their places, at most
// 1,000; none means that API Gateway takes the document whole.
func Run(doc *Document, opts Options) []Finding {
	l := &linter{doc: doc, mode: opts.Mode, subset: opts.Subset, resolved: map[string]*tree.Node{}, ids: map[string]*visit{}}
	root := &visit{node: doc.root, line: doc.root.Line, column: doc.root.Column}
	if l.version(root) {
		l.guarded = l.hasAuthorizer(doc.root.Get("security"))
		l.walk(root, documentShape)
	}
	slices.SortStableFunc(l.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	return l.findings
}

func article(k tree.Kind) string {
	switch k {
	case tree.Null:
		return "null"
	case tree.Array, tree.Object:
		return "an " + k.String()
	}
	return "a " + k.String()
}
