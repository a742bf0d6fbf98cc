package expr

import (
	"unicode/utf16"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
)

// operand is what can stand beside an operator or in a function: a path, a
// :value or size(). It has no value where the item lacks the attribute.
type operand interface {
	of(item attr.Item) (attr.Value, bool)
}

type literal struct{ value attr.Value }

func (l literal) of(attr.Item) (attr.Value, bool) { return l.value, true }

type reference struct{ path Path }

func (r reference) of(item attr.Item) (attr.Value, bool) { return r.path.find(item) }

type sizeOf struct{ argument operand }

// of is the length of a string in UTF-16 units, of a binary in bytes, of a
// collection in elements; other types have no size.
func (s sizeOf) of(item attr.Item) (attr.Value, bool) {
	value, ok := s.argument.of(item)
	if !ok || !sizable(value.Kind) {
		return attr.Value{}, false
	}
	length := 0
	switch value.Kind {
	case attr.S:
		length = len(utf16.Encode([]rune(value.Text)))
	case attr.B:
		length = len(value.Text)
	default:
		length = len(value.List) + len(value.Map) + len(value.Set)
	}
	return attr.Count(length), true
}

func sizable(kind attr.Kind) bool {
	return kind != attr.N && kind != attr.BOOL && kind != attr.NULL
}

// known is the type an operand has whatever the item: a :value's, or N for size().
func known(o operand) (attr.Kind, bool) {
	switch o := o.(type) {
	case literal:
		return o.value.Kind, true
	case sizeOf:
		return attr.N, true
	default:
		return 0, false
	}
}

// samePath tells whether both operands are the same path.
func samePath(a, b operand) (Path, bool) {
	left, ok := a.(reference)
	if !ok {
		return nil, false
	}
	right, ok := b.(reference)
	if !ok || left.path.String() != right.path.String() {
		return nil, false
	}
	return left.path, true
}
