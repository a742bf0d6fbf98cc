package expr

import (
	"unicode/utf16"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
)

// operand is an operand of an operator or function: a path, a :value or size().
// evaluate reports false if the item lacks the attribute.
type operand interface {
	evaluate(item attr.Item) (attr.Value, bool)
}

type literal struct{ value attr.Value }

func (l literal) evaluate(attr.Item) (attr.Value, bool) { return l.value, true }

type reference struct{ path Path }

func (r reference) evaluate(item attr.Item) (attr.Value, bool) { return r.path.find(item) }

type sizeOf struct{ argument operand }

// evaluate returns the length of a string in UTF-16 code units, of a binary in
// bytes, and of a collection in elements. Other types have no size.
func (s sizeOf) evaluate(item attr.Item) (attr.Value, bool) {
	value, ok := s.argument.evaluate(item)
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

// staticKind returns the type that an operand has in every item: the type of a
// :value, or N for size(). It reports false if the type depends on the item.
func staticKind(o operand) (attr.Kind, bool) {
	switch o := o.(type) {
	case literal:
		return o.value.Kind, true
	case sizeOf:
		return attr.N, true
	default:
		return 0, false
	}
}

// samePath reports whether both operands are the same path, and returns it.
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
