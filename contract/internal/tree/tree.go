// Package tree parses JSON and YAML into one kind of tree whose nodes carry their
// line and column. The input may be hostile: nesting and aliases are limited, so
// that time and memory stay linear in the size of the document.
package tree

import "fmt"

// Limits on a document.
const (
	// MaxDepth is the deepest nesting allowed. OpenAPI documents found in
	// public stay below 40.
	MaxDepth = 200
	// maxAliased is the largest number of values that the aliases of a YAML
	// document may expand to.
	maxAliased = 100_000
)

// Kind is the JSON type of a value.
type Kind uint8

// The kinds of JSON.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// String returns the kind's name in JSON Schema.
func (k Kind) String() string {
	return [...]string{"null", "boolean", "number", "string", "array", "object"}[k]
}

// Node is a value and its position.
type Node struct {
	Kind Kind
	// Line and Column start at 1. A column counts bytes in JSON and characters in YAML.
	Line, Column int
	// Text is the value of a string, the digits of a number, or true or false.
	Text string
	// Items are the elements of an array, in order.
	Items []*Node
	// Members are the members of an object, in order. A name may occur twice.
	Members []Member
	// Open is for callers to mark a value that is known only when a template is rendered.
	Open bool
	// Tag is the local tag of a value in YAML, such as !Sub, or empty.
	Tag string

	byName map[string]*Node
}

// Member is a member of an object. Line and Column are the position of its name.
type Member struct {
	Name         string
	Line, Column int
	Value        *Node
}

// maxLinear is the largest number of members for which Get searches the slice,
// which is faster than a map for so few.
const maxLinear = 8

// Get returns the value of the first member called name. It returns nil if there
// is no such member or n is not an object.
func (n *Node) Get(name string) *Node {
	if n == nil {
		return nil
	}
	if n.byName != nil {
		return n.byName[name]
	}
	for i := range n.Members {
		if n.Members[i].Name == name {
			return n.Members[i].Value
		}
	}
	return nil
}

// index prepares Get. It is called once all members are known.
func (n *Node) index() {
	if len(n.Members) > maxLinear {
		n.indexAll()
	}
}

func (n *Node) indexAll() {
	n.byName = make(map[string]*Node, len(n.Members))
	for _, m := range n.Members {
		if _, found := n.byName[m.Name]; !found {
			n.byName[m.Name] = m.Value
		}
	}
}

// Is reports whether n is not nil and has kind k.
func (n *Node) Is(k Kind) bool { return n != nil && n.Kind == k }

// Str returns the value of the string n, or "" if n is not a string.
func (n *Node) Str() string {
	if n.Is(String) {
		return n.Text
	}
	return ""
}

// True reports whether n is the boolean true.
func (n *Node) True() bool { return n.Is(Bool) && n.Text == "true" }

// Size returns the length in bytes of n as JSON without white space.
func (n *Node) Size() int {
	switch n.Kind {
	case Null:
		return len("null")
	case String:
		return len(n.Text) + 2
	case Array:
		size := 1 + max(1, len(n.Items))
		for _, item := range n.Items {
			size += item.Size()
		}
		return size
	case Object:
		size := 1 + max(1, len(n.Members))
		for _, m := range n.Members {
			size += len(m.Name) + 3 + m.Value.Size()
		}
		return size
	}
	return len(n.Text)
}

// Error is the reason why a document cannot be parsed, and its position.
type Error struct {
	File string
	// Line and Column start at 1; 0 means the whole document.
	Line, Column int
	Reason       string
}

// Error returns file:line:column: reason.
func (e *Error) Error() string {
	switch {
	case e.Line == 0:
		return fmt.Sprintf("%s: %s", e.File, e.Reason)
	case e.Column == 0:
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Reason)
}
