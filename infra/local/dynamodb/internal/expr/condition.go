package expr

import (
	"bytes"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
)

// Condition is a parsed ConditionExpression or FilterExpression.
type Condition struct {
	root  condition
	paths []Path
}

// Holds reports whether an item satisfies the condition. An item that does not
// exist is nil, and is evaluated like an item without attributes.
func (c *Condition) Holds(item attr.Item) bool { return c.root.holds(item) }

// Paths returns all paths in the condition.
func (c *Condition) Paths() []Path { return c.paths }

type condition interface {
	holds(item attr.Item) bool
}

type allOf struct{ left, right condition }

func (c allOf) holds(item attr.Item) bool { return c.left.holds(item) && c.right.holds(item) }

type anyOf struct{ left, right condition }

func (c anyOf) holds(item attr.Item) bool { return c.left.holds(item) || c.right.holds(item) }

type not struct{ inner condition }

func (c not) holds(item attr.Item) bool { return !c.inner.holds(item) }

// comparison is one of = <> < <= > >=. If an operand is missing or the types
// differ, only "<>" holds.
type comparison struct {
	operator    string
	left, right operand
}

func (c comparison) holds(item attr.Item) bool {
	left, ok := c.left.evaluate(item)
	right, rightOK := c.right.evaluate(item)
	if !ok || !rightOK {
		return c.operator == "<>"
	}
	switch c.operator {
	case "=":
		return attr.Equal(left, right)
	case "<>":
		return !attr.Equal(left, right)
	}
	order, ok := attr.Compare(left, right)
	return ok && ordered(c.operator, order)
}

func ordered(operator string, order int) bool {
	switch operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	default:
		return order >= 0
	}
}

type between struct{ operand, low, high operand }

func (c between) holds(item attr.Item) bool {
	return comparison{">=", c.operand, c.low}.holds(item) && comparison{"<=", c.operand, c.high}.holds(item)
}

type in struct {
	operand operand
	list    []operand
}

func (c in) holds(item attr.Item) bool {
	return slices.ContainsFunc(c.list, func(o operand) bool { return comparison{"=", c.operand, o}.holds(item) })
}

type exists struct{ path Path }

func (c exists) holds(item attr.Item) bool {
	_, ok := c.path.find(item)
	return ok
}

type hasType struct {
	operand operand
	kind    attr.Kind
}

func (c hasType) holds(item attr.Item) bool {
	value, ok := c.operand.evaluate(item)
	return ok && value.Kind == c.kind
}

type beginsWith struct{ operand, prefix operand }

func (c beginsWith) holds(item attr.Item) bool {
	value, ok := c.operand.evaluate(item)
	prefix, rightOK := c.prefix.evaluate(item)
	return ok && rightOK && value.Kind == prefix.Kind && (value.Kind == attr.S || value.Kind == attr.B) &&
		strings.HasPrefix(value.Text, prefix.Text)
}

type contains struct{ operand, element operand }

func (c contains) holds(item attr.Item) bool {
	value, ok := c.operand.evaluate(item)
	element, rightOK := c.element.evaluate(item)
	if !ok || !rightOK {
		return false
	}
	switch value.Kind {
	case attr.S, attr.B:
		return element.Kind == value.Kind && bytes.Contains([]byte(value.Text), []byte(element.Text))
	case attr.SS, attr.NS, attr.BS:
		member := map[attr.Kind]attr.Kind{attr.SS: attr.S, attr.NS: attr.N, attr.BS: attr.B}[value.Kind]
		return element.Kind == member && slices.Contains(value.Set, element.Text)
	case attr.L:
		return slices.ContainsFunc(value.List, func(v attr.Value) bool { return attr.Equal(v, element) })
	default:
		return false
	}
}
