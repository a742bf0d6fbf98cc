package expr

import (
	"slices"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
)

// Condition parses a condition. The member is its name in the request, for
// messages.
func (p *Placeholders) Condition(member, source string) (*Condition, error) {
	c := &Condition{}
	err := p.parse(member, source, func(x *parser) {
		c.root = x.mustCondition(x.disjunction())
		c.paths = x.paths
	})
	return c, err
}

// node is a condition or an operand. Until parentheses are closed, the parser
// cannot know which of the two they contain.
type node struct {
	condition condition
	operand   operand
	grouped   bool   // enclosed in parentheses
	function  string // name of the function, if the node is a call
}

func (x *parser) mustCondition(n node) condition {
	if n.condition == nil {
		if n.function != "" {
			x.failFunctionUse(n.function)
		}
		x.unexpected()
	}
	return n.condition
}

func (x *parser) mustOperand(n node) operand {
	if n.operand == nil {
		if n.function != "" {
			x.failFunctionUse(n.function)
		}
		x.unexpected()
	}
	return n.operand
}

func (x *parser) failFunctionUse(function string) {
	x.fail("The function is not allowed to be used this way in an expression; function: %s", function)
}

// disjunction parses conditions joined by OR, the operator of lowest precedence.
func (x *parser) disjunction() node {
	left := x.conjunction()
	for x.peek().keyword("OR") {
		l := x.mustCondition(left)
		x.next()
		x.operators++
		left = node{condition: anyOf{l, x.mustCondition(x.conjunction())}}
	}
	return left
}

func (x *parser) conjunction() node {
	left := x.negation()
	for x.peek().keyword("AND") {
		l := x.mustCondition(left)
		x.next()
		x.operators++
		left = node{condition: allOf{l, x.mustCondition(x.negation())}}
	}
	return left
}

func (x *parser) negation() node {
	if x.acceptKeyword("NOT") {
		x.operators++
		return node{condition: not{x.mustCondition(x.negation())}}
	}
	return x.relation()
}

// relation parses one comparison, or a function call or a group.
func (x *parser) relation() node {
	left := x.primary()
	t := x.peek()
	switch {
	case t.kind == tokenSymbol && slices.Contains([]string{"=", "<>", "<", "<=", ">", ">="}, t.text):
		l := x.mustOperand(left)
		x.next()
		x.operators++
		return node{condition: x.comparison(t.text, l, x.mustOperand(x.primary()))}
	case t.keyword("BETWEEN"):
		l := x.mustOperand(left)
		x.next()
		x.operators++
		low := x.mustOperand(x.primary())
		if !x.acceptKeyword("AND") {
			x.unexpected()
		}
		return node{condition: x.between(l, low, x.mustOperand(x.primary()))}
	case t.keyword("IN"):
		l := x.mustOperand(left)
		x.next()
		x.operators++
		x.expect("(")
		return node{condition: x.in(l, x.arguments(func() operand { return x.mustOperand(x.primary()) }))}
	}
	return left
}

func (x *parser) primary() node {
	if x.accept("(") {
		inner := x.disjunction()
		if inner.grouped {
			x.fail("The expression has redundant parentheses;")
		}
		x.expect(")")
		inner.grouped = true
		return inner
	}
	if name, ok := x.functionName(); ok {
		x.operators++
		return x.call(name)
	}
	if x.peek().kind == tokenValue {
		return node{operand: literal{x.value()}}
	}
	return node{operand: reference{x.path()}}
}

func (x *parser) comparison(operator string, left, right operand) condition {
	x.distinct(operator, left, right)
	if operator != "=" && operator != "<>" {
		x.ordered(operator, left, right)
	}
	return comparison{operator, left, right}
}

func (x *parser) between(value, low, high operand) condition {
	x.distinct("BETWEEN", value, low, high)
	x.ordered("BETWEEN", value, low, high)
	l, ok := low.(literal)
	h, rightOK := high.(literal)
	if ok && rightOK {
		bounds := func(problem string) {
			x.fail("The BETWEEN operator requires %s; lower bound operand: AttributeValue: {%s:%s}, upper bound operand: AttributeValue: {%s:%s}",
				problem, l.value.Kind, l.value.Text, h.value.Kind, h.value.Text)
		}
		if l.value.Kind != h.value.Kind {
			bounds("same data type for lower and upper bounds")
		}
		if order, _ := attr.Compare(l.value, h.value); order > 0 {
			bounds("upper bound to be greater than or equal to lower bound")
		}
	}
	return between{value, low, high}
}

func (x *parser) in(value operand, list []operand) condition {
	const most = 100
	if len(list) > most {
		x.fail("The IN operator is provided with too many operands; number of operands: %d", len(list))
	}
	x.distinct("IN", value, list...)
	return in{value, list}
}

// ordered refuses operands that have an unordered type in every item.
func (x *parser) ordered(operator string, operands ...operand) {
	for _, o := range operands {
		if kind, ok := staticKind(o); ok && !kind.Scalar() {
			x.wrongType(operator, kind)
		}
	}
}

func (x *parser) distinct(operator string, first operand, rest ...operand) {
	for _, o := range rest {
		if path, same := samePath(first, o); same {
			x.fail("The first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: %s", operator, path)
		}
	}
}
