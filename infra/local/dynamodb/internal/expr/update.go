package expr

import (
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// Update is a parsed UpdateExpression.
type Update struct {
	actions []action
	paths   []Path // all paths in the expression
}

type verb string

const (
	verbSet    verb = "SET"
	verbRemove verb = "REMOVE"
	verbAdd    verb = "ADD"
	verbDelete verb = "DELETE"
)

type action struct {
	verb  verb
	path  Path
	value computation // nil for REMOVE
}

// Paths returns all paths in the update, whether read or written.
func (u *Update) Paths() []Path { return u.paths }

// Targets returns the paths that the update writes, in order.
func (u *Update) Targets() []Path {
	paths := make([]Path, len(u.actions))
	for i, a := range u.actions {
		paths[i] = a.path
	}
	return paths
}

// Creates reports whether the update creates an item that does not exist. On AWS an
// update that only removes does not; DynamoDB Local would store the key alone.
func (u *Update) Creates() bool {
	for _, a := range u.actions {
		if a.verb == verbSet || a.verb == verbAdd {
			return true
		}
	}
	return false
}

// LiteralSize returns the size in bytes of the :values that SET assigns. The updated item
// is at least as large.
func (u *Update) LiteralSize() int {
	size := 0
	for _, a := range u.actions {
		if c, ok := a.value.(constant); ok && a.verb == verbSet {
			size += c.value.Size()
		}
	}
	return size
}

// computation is the right-hand side of an action. Unlike in a condition, an
// attribute that is missing or has another type is an error.
type computation interface {
	compute(item attr.Item) (attr.Value, error)
}

type constant struct{ value attr.Value }

func (c constant) compute(attr.Item) (attr.Value, error) { return c.value, nil }

type attributeValue struct{ path Path }

func (c attributeValue) compute(item attr.Item) (attr.Value, error) {
	value, ok := c.path.find(item)
	if !ok {
		return attr.Value{}, protocol.Invalidf("The provided expression refers to an attribute that does not exist in the item")
	}
	return value, nil
}

type ifNotExists struct {
	path     Path
	fallback computation
}

func (o ifNotExists) compute(item attr.Item) (attr.Value, error) {
	if value, ok := o.path.find(item); ok {
		return value, nil
	}
	return o.fallback.compute(item)
}

type sum struct {
	left, right computation
	subtract    bool
}

func (s sum) compute(item attr.Item) (attr.Value, error) {
	left, right, err := pair(item, s.left, s.right, attr.N)
	if err != nil {
		return attr.Value{}, err
	}
	return attr.Add(left, right, s.subtract)
}

type listAppend struct{ left, right computation }

func (c listAppend) compute(item attr.Item) (attr.Value, error) {
	left, right, err := pair(item, c.left, c.right, attr.L)
	if err != nil {
		return attr.Value{}, err
	}
	list := make([]attr.Value, 0, len(left.List)+len(right.List))
	return attr.Value{Kind: attr.L, List: append(append(list, left.List...), right.List...)}, nil
}

func pair(item attr.Item, left, right computation, kind attr.Kind) (l, r attr.Value, err error) {
	if l, err = left.compute(item); err != nil {
		return l, r, err
	}
	if r, err = right.compute(item); err != nil {
		return l, r, err
	}
	if l.Kind != kind || r.Kind != kind {
		return l, r, errOperandType()
	}
	return l, r, nil
}

func errOperandType() error {
	return protocol.Invalidf("An operand in the update expression has an incorrect data type")
}
