// Package attr is DynamoDB's data model: attribute values, their JSON, their
// order, and their size in bytes. Values are never changed once made, so they
// are shared freely between tables, indexes and answers.
package attr

import (
	"slices"
	"strings"
)

// Kind is an attribute's data type.
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

// String is the type's name on the wire, such as "SS".
func (k Kind) String() string { return kindNames[k] }

// KindOf is the type with that name on the wire; false if there is none.
func KindOf(name string) (Kind, bool) {
	for kind, known := range kindNames {
		if known == name && name != "" {
			return Kind(kind), true
		}
	}
	return 0, false
}

// Scalar tells whether the type can be a key, and so has an order.
func (k Kind) Scalar() bool { return k == S || k == N || k == B }

// Value is one attribute value; which field counts depends on Kind.
type Value struct {
	Kind Kind
	// Text is the string (S), the raw bytes (B), or the number in its canonical form (N).
	Text string
	Bool bool
	List []Value
	Map  Item
	// Set are the members of SS, BS (raw bytes) or NS (canonical), in the order they came.
	Set []string
}

// Item is an item or a map: attribute values by name.
type Item map[string]Value

// Text is a string value.
func Text(s string) Value { return Value{Kind: S, Text: s} }

// Equal compares as DynamoDB's "=" does: by type and value, sets without order.
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

// EqualItems tells whether two items have the same attributes with equal values.
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

// Compare orders two values of one scalar type: negative, zero or positive.
// False if they have no common order.
func Compare(a, b Value) (int, bool) {
	if a.Kind != b.Kind || !a.Kind.Scalar() {
		return 0, false
	}
	if a.Kind == N {
		return mustDecimal(a.Text).compare(mustDecimal(b.Text)), true
	}
	return strings.Compare(a.Text, b.Text), true
}

// Clone is a copy whose lists and maps can be changed.
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

// Clone is a copy whose lists and maps can be changed.
func (i Item) Clone() Item {
	copied := make(Item, len(i))
	for name, value := range i {
		copied[name] = value.Clone()
	}
	return copied
}
