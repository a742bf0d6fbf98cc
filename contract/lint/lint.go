// Package lint finds what API Gateway would refuse or silently drop when it
// imports an OpenAPI document, before anything is deployed. A finding has the
// line in the document and, for documents that are generated from Go, the type
// and field to change.
//
// Documents may come from untrusted sources. Time and memory are linear in the
// size of a document.
package lint

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

// Mode is the purpose of a document.
type Mode int

const (
	// Import is for documents that API Gateway imports as they are.
	Import Mode = iota
	// Contract is for the specification of a bounded context and for the merged
	// specification. Package deployable turns them into a document for API Gateway;
	// what it rewrites or leaves out on purpose is allowed.
	Contract
)

// Options of a run.
type Options struct {
	Mode Mode
	// Subset limits the document further than API Gateway does, if it is not nil.
	Subset *Subset
	// Template allows placeholders, which a deployment replaces: ${name} in texts, as in
	// CloudFormation's Fn::Sub and Terraform's templatefile, {{name}} and <<name>>, and
	// CloudFormation's intrinsic functions in place of any value. What depends on them is
	// not checked.
	Template bool
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

// Limits of a document's size in bytes: API Gateway's for an import, and one of
// this package for documents that are not imported.
const (
	maxImport   = apigateway.MaxDocumentBytes
	maxContract = 64 << 20
)

// ReadError is the reason why a document cannot be read, and its location.
type ReadError = tree.Error

// Document is a document that has been read.
type Document struct {
	// Name is the file's name.
	Name string
	root *tree.Node
}

// JSON returns the document as JSON, whichever format it was read from.
func (d *Document) JSON() []byte { return d.root.JSON() }

// Read reads a document in JSON or YAML. The extension of the name decides, or
// else the first character. It returns a *ReadError if the document is empty, has
// more than 6 MB (64 MB in mode Contract), is not UTF-8, has a syntax error, nests
// deeper than 200 levels, or has YAML aliases that contain themselves or expand
// to more than 100,000 values.
func Read(name string, data []byte, opts Options) (*Document, error) {
	if opts.Mode == Import && len(data) > maxImport {
		return nil, &ReadError{File: name, Reason: fmt.Sprintf(
			"the document has %d bytes, more than the %d that API Gateway imports: split the API by its first path segments",
			len(data), maxImport)}
	}
	if opts.Template {
		data = quotePlaceholders(data)
	}
	root, err := tree.Read(name, data, maxContract)
	if err != nil {
		return nil, err
	}
	if opts.Template {
		openPlaceholders(root)
	}
	if root.Kind != tree.Object {
		return nil, &ReadError{File: name, Line: root.Line, Column: root.Column,
			Reason: "an OpenAPI document is an object, not " + article(root.Kind)}
	}
	return &Document{Name: name, root: root}, nil
}

// Severity is how certain the harm is.
type Severity string

const (
	// Error is for what API Gateway refuses and for what can never work as written.
	Error Severity = "error"
	// Warning is for what API Gateway imports although OpenAPI does not allow it, for
	// what it drops, and for what it is not known to accept.
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
	// GoType and GoField are the Go source, if the document names it in x-source-type
	// and x-source-field.
	GoType  string `json:"goType,omitempty"`
	GoField string `json:"goField,omitempty"`
	// Message says what is wrong.
	Message string `json:"message"`
	// Fix says what to do about it.
	Fix string `json:"fix"`
}

// maxFindings bounds the report on one document.
const maxFindings = 1000

// Run lints a document. It returns at most 1,000 findings, in the order of the
// document. Without findings, API Gateway imports the document completely; without
// errors, it imports the document.
func Run(doc *Document, opts Options) []Finding {
	l := &linter{
		doc: doc, mode: opts.Mode, subset: opts.Subset, rendered: opts.Template,
		resolved: map[string]*tree.Node{}, ids: map[string]*visit{},
	}
	root := &visit{node: doc.root, line: doc.root.Line, column: doc.root.Column}
	if shape := l.version(root); shape != nil {
		l.guarded = l.hasAuthorizer(doc.root.Get("security"))
		l.walk(root, shape)
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
