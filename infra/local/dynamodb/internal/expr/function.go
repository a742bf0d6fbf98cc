package expr

import (
	"slices"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
)

var (
	conditionFunctions = []string{"attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size"}
	updateFunctions    = []string{"if_not_exists", "list_append"}
)

// call parses the arguments of a function in a condition. Its name and "(" have
// been read. Source: "Condition and filter expressions, operators, and functions in
// DynamoDB",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
func (x *parser) call(name string) node {
	if !slices.Contains(conditionFunctions, name) {
		if slices.Contains(updateFunctions, name) {
			x.fail("The function is not allowed in a condition expression; function: %s", name)
		}
		x.fail("Invalid function name; function: %s", name)
	}
	arguments := x.arguments(func() operand { return x.mustOperand(x.primary()) })
	n := node{function: name}
	switch name {
	case "size":
		x.count(name, len(arguments), 1)
		if kind, ok := staticKind(arguments[0]); ok && !sizable(kind) {
			x.wrongType(name, kind)
		}
		n.operand = sizeOf{arguments[0]}
	case "attribute_exists":
		x.count(name, len(arguments), 1)
		n.condition = exists{x.mustPath(name, arguments[0])}
	case "attribute_not_exists":
		x.count(name, len(arguments), 1)
		n.condition = not{exists{x.mustPath(name, arguments[0])}}
	case "attribute_type":
		x.count(name, len(arguments), 2)
		n.condition = hasType{arguments[0], x.typeName(arguments[1])}
	case "begins_with":
		x.count(name, len(arguments), 2)
		x.distinct(name, arguments[0], arguments[1])
		for _, a := range arguments {
			if kind, ok := staticKind(a); ok && kind != attr.S && kind != attr.B {
				x.wrongType(name, kind)
			}
		}
		n.condition = beginsWith{arguments[0], arguments[1]}
	case "contains":
		x.count(name, len(arguments), 2)
		x.distinct(name, arguments[0], arguments[1])
		n.condition = contains{arguments[0], arguments[1]}
	}
	return n
}

func (x *parser) mustPath(function string, o operand) Path {
	r, ok := o.(reference)
	if !ok {
		x.fail("Operator or function requires a document path; operator or function: %s", function)
	}
	return r.path
}

func (x *parser) typeName(o operand) attr.Kind {
	l, ok := o.(literal)
	if !ok {
		x.fail("Incorrect operand type for operator or function; operator or function: attribute_type, operand type: not a string literal")
	}
	if l.value.Kind != attr.S {
		x.wrongType("attribute_type", l.value.Kind)
	}
	kind, ok := attr.KindOf(l.value.Text)
	if !ok {
		x.fail("Invalid attribute type name found; type: %s, valid types: {B,BOOL,BS,L,M,N,NS,NULL,S,SS}", l.value.Text)
	}
	return kind
}
