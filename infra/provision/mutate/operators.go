package mutate

import (
	"bytes"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/meridian-api/meridian/infra/provision/evaluate"
)

// opposites are values that have a plausible wrong one; a mutant of another text begins
// with an X.
var opposites = map[string]string{
	"notBreaching": "breaching", "missing": "notBreaching", "ignore": "evaluate",
	"GreaterThanThreshold": "GreaterThanOrEqualToThreshold", "GreaterThanOrEqualToThreshold": "GreaterThanThreshold",
	"LessThanThreshold": "GreaterThanThreshold", "Sum": "Average", "Average": "Sum", "Maximum": "Minimum", "Minimum": "Maximum", "p99": "p50",
	"hours": "days", "minutes": "hours", "days": "hours", "Allow": "Deny", "Deny": "Allow", "true": "false", "false": "true",
	"StringEquals": "StringNotEquals", "StringLike": "StringNotLike", "ENABLED": "DISABLED", "Enabled": "Disabled", "DISABLED": "ENABLED",
	"ALLOW": "BLOCK", "ON": "OFF", "OPTIONAL": "OFF",
}

// operators are the replacements of a binary operator.
var operators = map[*hclsyntax.Operation][2]string{
	hclsyntax.OpEqual: {"==", "!="}, hclsyntax.OpNotEqual: {"!=", "=="},
	hclsyntax.OpLessThan: {"<", "<="}, hclsyntax.OpLessThanOrEqual: {"<=", "<"},
	hclsyntax.OpGreaterThan: {">", ">="}, hclsyntax.OpGreaterThanOrEqual: {">=", ">"},
	hclsyntax.OpLogicalAnd: {"&&", "||"}, hclsyntax.OpLogicalOr: {"||", "&&"},
	hclsyntax.OpAdd: {"+", "-"}, hclsyntax.OpSubtract: {"-", "+"}, hclsyntax.OpMultiply: {"*", "/"}, hclsyntax.OpDivide: {"/", "*"},
}

// uninteresting are arguments of Terraform's own, which decide the order of its work but
// not its results.
var uninteresting = []string{"depends_on", "source", "type", "create_before_destroy", "ignore_changes", "replace_triggered_by"}

// finder finds the mutants of one file.
type finder struct {
	path  string
	text  []byte
	item  string
	kinds map[string][]string // names of the module's resources, by type
	found []Mutant
}

// add adds the mutant that replaces a range.
func (f *finder) add(r hcl.Range, text string) {
	f.found = append(f.found, Mutant{path: f.path, source: f.text, Item: f.item, Line: r.Start.Line, start: r.Start.Byte, end: r.End.Byte, text: text})
}

func (f *finder) of(r hcl.Range) string { return string(f.text[r.Start.Byte:r.End.Byte]) }

// file finds the mutants of all blocks of a file.
func (f *finder) file(body *hclsyntax.Body) {
	for _, b := range body.Blocks {
		f.item = itemOf(b)
		switch b.Type {
		case "terraform":
		case "locals":
			for _, a := range b.Body.Attributes {
				f.item = "local." + a.Name
				f.expression(a.Expr)
			}
		default:
			f.body(b.Body, b.Type == "resource" || b.Type == "data")
		}
	}
}

// itemOf returns the item of a block (see Mutant.Item).
func itemOf(b *hclsyntax.Block) string {
	switch b.Type {
	case "variable":
		return "var." + b.Labels[0]
	case "resource":
		return strings.Join(b.Labels, ".")
	}
	return strings.Join(append([]string{b.Type}, b.Labels...), ".")
}

// itemAt returns the item at an offset of a file.
func itemAt(body *hclsyntax.Body, offset int) string {
	for _, b := range body.Blocks {
		if offset < b.TypeRange.Start.Byte || offset >= b.CloseBraceRange.End.Byte {
			continue
		}
		if b.Type != "locals" {
			return itemOf(b)
		}
		for _, a := range b.Body.Attributes {
			if a.SrcRange.Start.Byte <= offset && offset < a.SrcRange.End.Byte {
				return "local." + a.Name
			}
		}
	}
	return ""
}

// body finds the mutants of a body; with schema, its arguments and blocks can be left out.
func (f *finder) body(body *hclsyntax.Body, schema bool) {
	for _, a := range body.Attributes {
		if slices.Contains(evaluate.Prose, a.Name) || slices.Contains(uninteresting, a.Name) && !schema {
			continue
		}
		if a.Name == "depends_on" {
			continue
		}
		if schema && a.Name != "for_each" && a.Name != "count" {
			f.add(a.SrcRange, "")
		}
		f.expression(a.Expr)
	}
	for _, b := range body.Blocks {
		switch b.Type {
		case "lifecycle":
			for _, c := range b.Body.Blocks {
				f.expression(c.Body.Attributes["condition"].Expr)
			}
		case "content":
			f.body(b.Body, schema)
		default:
			if schema {
				f.add(b.Range(), "")
			}
			f.body(b.Body, schema && b.Type != "dynamic")
		}
	}
}

// expression finds the mutants of an expression and of its parts.
func (f *finder) expression(expr hclsyntax.Expression) {
	switch e := expr.(type) {
	case *hclsyntax.LiteralValueExpr:
		f.literal(e)
	case *hclsyntax.TemplateExpr:
		f.template(e)
	case *hclsyntax.TemplateWrapExpr:
		f.expression(e.Wrapped)
	case *hclsyntax.ScopeTraversalExpr:
		f.traversal(e)
	case *hclsyntax.BinaryOpExpr:
		f.operator(e)
		f.expression(e.LHS)
		f.expression(e.RHS)
	case *hclsyntax.UnaryOpExpr:
		f.add(hcl.Range{Start: e.SymbolRange.Start, End: e.SymbolRange.End}, "")
		f.expression(e.Val)
	case *hclsyntax.ConditionalExpr:
		f.add(e.SrcRange, f.of(e.Condition.Range())+" ? "+f.of(e.FalseResult.Range())+" : "+f.of(e.TrueResult.Range()))
		f.expression(e.Condition)
		f.expression(e.TrueResult)
		f.expression(e.FalseResult)
	case *hclsyntax.FunctionCallExpr:
		for _, a := range e.Args {
			f.expression(a)
		}
	case *hclsyntax.TupleConsExpr:
		for _, element := range e.Exprs {
			f.add(f.withComma(element.Range()), "")
			f.expression(element)
		}
	case *hclsyntax.ObjectConsExpr:
		f.object(e)
	case *hclsyntax.ForExpr:
		f.loop(e)
	case *hclsyntax.ParenthesesExpr:
		f.expression(e.Expression)
	case *hclsyntax.IndexExpr:
		f.expression(e.Collection)
		f.expression(e.Key)
	case *hclsyntax.RelativeTraversalExpr:
		f.expression(e.Source)
	case *hclsyntax.SplatExpr:
		f.expression(e.Source)
	case *hclsyntax.ObjectConsKeyExpr:
		f.expression(e.Wrapped)
	}
}

func (f *finder) literal(e *hclsyntax.LiteralValueExpr) {
	switch e.Val.Type() {
	case cty.Number:
		n := new(big.Float).Add(e.Val.AsBigFloat(), big.NewFloat(1))
		f.add(e.SrcRange, n.Text('g', 12))
	case cty.Bool:
		f.add(e.SrcRange, fmt.Sprint(!e.Val.True()))
	}
}

func (f *finder) template(e *hclsyntax.TemplateExpr) {
	quoted := f.text[e.SrcRange.Start.Byte] == '"'
	if quoted && e.SrcRange.End.Byte-e.SrcRange.Start.Byte == 2 {
		f.add(e.SrcRange, `"X"`)
		return
	}
	for _, part := range e.Parts {
		l, ok := part.(*hclsyntax.LiteralValueExpr)
		if !ok {
			f.expression(part)
			continue
		}
		if l.Val.Type() != cty.String || strings.TrimSpace(l.Val.AsString()) == "" && !quoted {
			continue
		}
		text := f.of(l.SrcRange)
		if opposite, ok := opposites[text]; ok && quoted && len(e.Parts) == 1 {
			f.add(l.SrcRange, opposite)
		} else {
			f.add(l.SrcRange, strings.TrimRight(text, " \n")+"X"+text[len(strings.TrimRight(text, " \n")):])
		}
	}
}

// traversal replaces the name of a resource by the next one of its type.
func (f *finder) traversal(e *hclsyntax.ScopeTraversalExpr) {
	if len(e.Traversal) < 2 {
		return
	}
	a, ok := e.Traversal[1].(hcl.TraverseAttr)
	names := f.kinds[e.Traversal.RootName()]
	if i := slices.Index(names, a.Name); ok && i >= 0 && len(names) > 1 {
		r := a.SrcRange
		f.add(r, "."+names[(i+1)%len(names)])
	}
}

func (f *finder) operator(e *hclsyntax.BinaryOpExpr) {
	swap, ok := operators[e.Op]
	start, end := e.LHS.Range().End, e.RHS.Range().Start
	i := bytes.Index(f.text[start.Byte:end.Byte], []byte(swap[0]))
	if !ok || i < 0 {
		return
	}
	start.Byte += i
	start.Line += bytes.Count(f.text[start.Byte-i:start.Byte], []byte("\n"))
	end.Byte = start.Byte + len(swap[0])
	f.add(hcl.Range{Start: start, End: end}, swap[1])
}

func (f *finder) object(e *hclsyntax.ObjectConsExpr) {
	for _, item := range e.Items {
		key := f.of(item.KeyExpr.Range())
		if slices.Contains(evaluate.Prose, strings.Trim(key, `"`)) {
			continue
		}
		f.add(f.withComma(hcl.RangeBetween(item.KeyExpr.Range(), item.ValueExpr.Range())), "")
		k, _ := item.KeyExpr.(*hclsyntax.ObjectConsKeyExpr)
		if _, bare := k.Wrapped.(*hclsyntax.ScopeTraversalExpr); bare && !k.ForceNonLiteral {
			f.add(item.KeyExpr.Range(), key+"X")
		} else {
			f.expression(k.Wrapped)
		}
		f.expression(item.ValueExpr)
	}
}

func (f *finder) loop(e *hclsyntax.ForExpr) {
	f.expression(e.CollExpr)
	if e.KeyExpr != nil {
		f.expression(e.KeyExpr)
	}
	f.expression(e.ValExpr)
	if e.CondExpr == nil {
		return
	}
	start := e.ValExpr.Range().End
	if i := bytes.LastIndex(f.text[start.Byte:e.CondExpr.Range().Start.Byte], []byte("if")); i >= 0 {
		start.Line += bytes.Count(f.text[start.Byte:start.Byte+i], []byte("\n"))
		start.Byte += i
		f.add(hcl.Range{Start: start, End: e.CondExpr.Range().End}, "")
	}
	f.expression(e.CondExpr)
}

// withComma returns a range with the comma after it.
func (f *finder) withComma(r hcl.Range) hcl.Range {
	rest := f.text[r.End.Byte:]
	if trimmed := bytes.TrimLeft(rest, " \t"); bytes.HasPrefix(trimmed, []byte(",")) {
		r.End.Byte += len(rest) - len(trimmed) + 1
	}
	return r
}
