package lint

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

var (
	// ${name} of CloudFormation and Terraform, {{name}} of Jinja, Mustache and Go, and
	// <<name>>, which AWS's samples for SAM have.
	placeholder = regexp.MustCompile(`\$\{[^}]*\}|\{\{[^{}]*\}\}|<<[^<>]*>>`)
	// A line with nothing but a directive, such as %{ if x } of Terraform's templatefile,
	// {% if x %} of Jinja and {{ if .x }} of Go.
	directive = regexp.MustCompile(`(?m)^[ \t]*(%\{[^\n]*\}|\{%[^\n]*%\}|\{\{[^\n]*\}\})[ \t]*$`)
	// A value in YAML that begins with {{ and has no quotes, with what stands on its sides.
	bareValue = regexp.MustCompile(`(?m)([:-][ \t]+)(\{\{[^{}\n]*\}\}[^\s"'#,\]}]*)([ \t]*(?:[,\]}]|$))`)
)

// escapedPlaceholder is how Terraform's templatefile writes ${ for API Gateway.
const escapedPlaceholder = "$${"

// hasPlaceholder reports whether a deployment changes the text. The AWS variables and
// stage variables stay: API Gateway itself replaces them.
func hasPlaceholder(text string) bool {
	for _, found := range placeholder.FindAllString(text, -1) {
		switch found {
		case apigateway.PartitionVariable, apigateway.RegionVariable, apigateway.AccountVariable:
		default:
			if !apigateway.StageVariable.MatchString(found) {
				return true
			}
		}
	}
	return false
}

// open reports whether a finding at v depends on a value that is known only at
// deployment.
func (l *linter) open(v *visit) bool {
	return l.rendered && (v.node.Open || strings.HasPrefix(v.token, functionPrefix) || hasPlaceholder(v.token))
}

// functionPrefix begins the names of CloudFormation's intrinsic functions, but for Ref.
// Source: "Intrinsic function reference",
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
const functionPrefix = "Fn::"

// quotePlaceholders returns a template in a form that can be parsed: lines with
// directives are empty, and placeholders outside strings are strings. Lines keep their
// numbers.
func quotePlaceholders(data []byte) []byte {
	data = directive.ReplaceAll(data, nil)
	if trimmed := bytes.TrimSpace(data); len(trimmed) == 0 || trimmed[0] != '{' || bytes.HasPrefix(trimmed, []byte("{{")) {
		return bareValue.ReplaceAll(data, []byte("$1'$2'$3"))
	}
	var out []byte
	quoted := false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\' && i+1 < len(data):
			out = append(out, c)
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (bytes.HasPrefix(data[i:], []byte("${")) || bytes.HasPrefix(data[i:], []byte("{{"))):
			if end := closing(data[i:]); end > 0 {
				out = append(out, `"${}"`...)
				i += end
				continue
			}
		}
		out = append(out, data[i])
	}
	return out
}

// closing returns the index of the brace that closes the first one, in the same line,
// or 0.
func closing(data []byte) int {
	depth := 0
	for i, c := range data {
		switch c {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		case '\n':
			return 0
		}
	}
	return 0
}

// openPlaceholders replaces intrinsic functions by the text that they would return,
// with placeholders for what is unknown, and marks every text with a placeholder.
func openPlaceholders(n *tree.Node) {
	for _, item := range n.Items {
		openPlaceholders(item)
	}
	for _, m := range n.Members {
		openPlaceholders(m.Value)
	}
	if name, argument := function(n); name != "" {
		n.Kind, n.Text, n.Items, n.Members = tree.String, result(name, argument), nil, nil
	}
	n.Text = strings.ReplaceAll(n.Text, escapedPlaceholder, "${")
	n.Open = n.Open || n.Kind == tree.String && hasPlaceholder(n.Text)
}

// function returns the name of an intrinsic function and its argument: the only member
// of an object, or the tag of a YAML value. The name is empty for other values.
func function(n *tree.Node) (name string, argument *tree.Node) {
	if name, ok := strings.CutPrefix(n.Tag, "!"); ok {
		plain := *n
		plain.Tag = ""
		return name, &plain
	}
	if n.Kind != tree.Object || len(n.Members) != 1 {
		return "", nil
	}
	m := n.Members[0]
	if m.Name == "Ref" && m.Value.Kind == tree.String {
		return "Ref", m.Value
	}
	name, ok := strings.CutPrefix(m.Name, functionPrefix)
	if !ok {
		return "", nil
	}
	return name, m.Value
}

// result returns the text of an intrinsic function's result. What is unknown is a
// placeholder.
func result(name string, argument *tree.Node) string {
	switch {
	case name == "Sub" && argument.Kind == tree.String:
		return argument.Text
	case name == "Sub" && len(argument.Items) > 0:
		return argument.Items[0].Text
	case name == "Ref":
		return "${" + argument.Text + "}"
	case name == "Join" && len(argument.Items) == 2 && argument.Items[1].Kind == tree.Array:
		var parts []string
		for _, item := range argument.Items[1].Items {
			parts = append(parts, item.Text)
		}
		return strings.Join(parts, argument.Items[0].Text)
	}
	return "${" + functionPrefix + name + "}"
}
