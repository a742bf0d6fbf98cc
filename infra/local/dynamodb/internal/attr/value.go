// Package attr implements DynamoDB's data model: attribute values, their JSON,
// their order, and their size in bytes. A value is never modified once created, so
// tables, indexes and responses share values.
package attr

import (
	"slices"
	"strings"
)

// Kind is the data type of an attribute.
type Kind uint8

// The ten data types.
const (
	S Kind = iota + 1
	N
	B
	BOOL
	NULL
	L
	M
	SS
	NS
	BS
)

var kindNames = [...]string{S: "S", N: "N", B: "B", BOOL: "BOOL", NULL: "NULL", L: "L", M: "M", SS: "SS", NS: "NS", BS: "BS"}

// String returns the type's name on the wire, such as "SS".
func (k Kind) String() string { return kindNames[k] }

// KindOf returns the type with the given name on the wire. It reports false if the
// name is unknown.
func KindOf(name string) (Kind, bool) {
	for kind, known := range kindNames {
		if known == name && name != "" {
			return Kind(kind), true
		}
	}
	return 0, false
}

// Scalar reports whether the type can be a key. Only such types are ordered.
func (k Kind) Scalar() bool { return k == S || k == N || k == B }

// Value is one attribute value. Kind decides which of the other fields is used.
type Value struct {
	Kind Kind
	// Text is the string of an S, the raw bytes of a B, or the canonical number of
	// an N.
	Text string
	Bool bool
	List []Value
	Map  Item
	// Set contains the members of an SS, of a BS as raw bytes, or of an NS as
	// canonical numbers, in the order in which they were received.
	Set []string
}

// Item is an item or a map: attribute values by name.
type Item map[string]Value

// Text returns a string value.
func Text(s string) Value { return Value{Kind: S, Text: s} }

// Equal reports whether a = b in an expression: the types and values are equal, and
// the order of a set's members is ignored.
func Equal(a, b Value) bool {
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case BOOL:
		return a.Bool == b.Bool
	case L:
		return slices.EqualFunc(a.List, b.List, Equal)
	case M:
		return EqualItems(a.Map, b.Map)
	case SS, NS, BS:
		return slices.Equal(slices.Sorted(slices.Values(a.Set)), slices.Sorted(slices.Values(b.Set)))
	default:
		return a.Text == b.Text
	}
}

// EqualItems reports whether two items have the same attributes with equal values.
func EqualItems(a, b Item) bool {
	if len(a) != len(b) {
		return false
	}
	for name, value := range a {
		other, ok := b[name]
		if !ok || !Equal(value, other) {
			return false
		}
	}
	return true
}

// Compare returns a negative, zero or positive number for a < b, a = b or a > b. It
// reports false unless both are of one scalar type.
func Compare(a, b Value) (int, bool) {
	if a.Kind != b.Kind || !a.Kind.Scalar() {
		return 0, false
	}
	if a.Kind == N {
		return mustDecimal(a.Text).compare(mustDecimal(b.Text)), true
	}
	return strings.Compare(a.Text, b.Text), true
}

// Clone returns a copy whose lists and maps may be modified.
func (v Value) Clone() Value {
	switch v.Kind {
	case L:
		list := make([]Value, len(v.List))
		for i, element := range v.List {
			list[i] = element.Clone()
		}
		v.List = list
	case M:
		v.Map = v.Map.Clone()
	}
	return v
}

// Clone returns a copy whose lists and maps may be modified.
func (i Item) Clone() Item {
	copied := make(Item, len(i))
	for name, value := range i {
		copied[name] = value.Clone()
	}
	return copied
}
