package lint

import (
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/ecma"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

// schema checks a schema whose members have been checked.
func (l *linter) schema(v *visit) {
	l.schemaType(v)
	l.enum(v)
	l.schemaValues(v)
	if l.mode == Contract {
		if p := v.member("pattern"); p != nil && p.node.Kind == tree.String {
			if _, err := ecma.Compile(p.node.Text); err != nil {
				l.report(p, schemaPattern, "%v", err)
			}
		}
		return
	}
	if !l.becomesModel(v) {
		return
	}
	for i := range v.node.Members {
		m := &v.node.Members[i]
		switch {
		case apigateway.IsModelKeyword(m.Name):
		case !l.swagger && !strings.HasPrefix(m.Name, "x-"):
			// An import of OpenAPI 3.0 converts schemas, one of 2.0 takes them as they are:
			// testdata/recorded/keyword-nullable.txtar and model-example.txtar.
			l.report(v.of(m), schemaKeyword.andImported(), "API Gateway drops the keyword %s from the model", m.Name)
		default:
			l.report(v.of(m), schemaKeyword, "a model cannot have the keyword %s", m.Name)
		}
	}
	l.composition(v)
}

func (l *linter) schemaType(v *visit) {
	if f := v.member("format"); f != nil && l.mode == Import && l.becomesModel(v) && !apigateway.IsModelFormat(f.node.Text) {
		l.report(f, schemaFormatOther, "API Gateway is not known to accept the format %s", clip(f.node.Text))
	}
	t := v.member("type")
	if t == nil || t.node.Kind != tree.String {
		return
	}
	switch t.node.Text {
	case "string", "integer", "boolean", "array", "object":
	case "number":
		if f := v.node.Get("format").Str(); l.mode == Import && !apigateway.IsNumberFormat(f) {
			l.report(v.at("format"), schemaFormat, "a number cannot have the format %s", f)
		}
	default:
		l.report(t, schemaType, "%q is not a type of JSON Schema draft 4", t.node.Text)
	}
	if t.node.Text == "array" && v.node.Get("items") == nil {
		l.report(v, missingMember.andImported(), "an array's schema has no items")
	}
}

func (l *linter) enum(v *visit) {
	e := v.member("enum")
	if e == nil || e.node.Kind != tree.Array {
		return
	}
	for _, i := range duplicateItems(e.node) {
		l.report(e.item(i), enumTwice, "the enum contains %s twice", canonicalText(e.node.Items[i]))
	}
}

// duplicateItems returns the indexes of the items that came before.
func duplicateItems(n *tree.Node) []int {
	var duplicates []int
	seen := make(map[string]bool, len(n.Items))
	for i, item := range n.Items {
		text := canonicalText(item)
		if seen[text] {
			duplicates = append(duplicates, i)
		}
		seen[text] = true
	}
	return duplicates
}

// schemaValues compares the values of keywords with JSON Schema draft 4, section
// 5. Their types have been checked.
func (l *linter) schemaValues(v *visit) {
	for i := range v.node.Members {
		m := v.of(&v.node.Members[i])
		switch m.token {
		case "required", "enum", "allOf", "anyOf", "oneOf":
			if m.node.Kind == tree.Array && len(m.node.Items) == 0 {
				l.report(m, schemaValue, "%s is empty", m.token)
			}
		case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties":
			if n, ok := integer(m.node); m.node.Kind == tree.Number && (!ok || n < 0) {
				l.report(m, schemaValue, "%s is %s, not an integer of at least 0", m.token, clip(m.node.Text))
			}
		case "multipleOf":
			if f, err := strconv.ParseFloat(m.node.Text, 64); m.node.Kind == tree.Number && (err != nil || f <= 0) {
				l.report(m, schemaValue, "multipleOf is %s, not a number above 0", clip(m.node.Text))
			}
		}
		if m.token == "required" {
			for _, j := range duplicateItems(m.node) {
				l.report(m.item(j), schemaValue, "required contains %s twice", canonicalText(m.node.Items[j]))
			}
		}
	}
}

// canonicalText returns a text that differs between different values. Objects with
// the same members in another order count as different.
func canonicalText(n *tree.Node) string {
	var b strings.Builder
	writeText(&b, n)
	return b.String()
}

func writeText(b *strings.Builder, n *tree.Node) {
	switch n.Kind {
	case tree.Null:
		b.WriteString("null")
	case tree.String:
		b.WriteByte('"')
		b.WriteString(n.Text)
		b.WriteByte('"')
	case tree.Array:
		for _, item := range n.Items {
			b.WriteByte(',')
			writeText(b, item)
		}
	case tree.Object:
		for _, m := range n.Members {
			b.WriteByte(';')
			b.WriteString(m.Name)
			b.WriteByte(':')
			writeText(b, m.Value)
		}
	default:
		b.WriteString(n.Text)
	}
}

// composition checks allOf, anyOf and oneOf of a model.
func (l *linter) composition(v *visit) {
	for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
		c := v.member(keyword)
		if c == nil || c.node.Kind != tree.Array {
			continue
		}
		if keyword == "allOf" && v.within(operationShape) != nil {
			l.report(c, schemaInline, "the schema of an operation cannot have allOf")
			continue
		}
		for i, item := range c.node.Items {
			if item.Get("$ref") != nil {
				l.report(c.item(i), schemaComposition, "the item of %s is a reference", keyword)
			}
		}
	}
}
