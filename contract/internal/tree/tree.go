// Package tree reads JSON and YAML from anybody into one kind of tree, in which
// every value knows its line and column. It bounds what it reads, so that no
// document can take more time and memory than its size explains.
package tree

import "fmt"

// Limits on a document.
const (
	// MaxDepth is how deep values may nest. An OpenAPI document of people
	// stays below 40.
	MaxDepth = 200
	// maxAliased is how many values the aliases of a YAML document may stand for.
	maxAliased = 100_000
)

// Kind is the kind of a value.
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

// String is the kind's name as in JSON Schema.
func (k Kind) String() string {
	return [...]string{"null", "boolean", "number", "string", "array", "object"}[k]
}

// Node is a value and its place.
type Node struct {
	Kind Kind
	// Line and Column count from 1. Columns count bytes in JSON and characters in YAML.
	Line, Column int
	// Text is a string's value, a number's digits, or true or false.
	Text string
	// Items are an array's, in order.
	Items []*Node
	// Members are an object's, in order. Names may come twice.
	Members []Member

	byName map[string]*Node
}

// Member is a name and its value in an object.
type Member struct {
	Name         string
	Line, Column int
	Value        *Node
}

// fewMembers is up to where a search is quicker than a map.
const fewMembers = 8

// Get is the member called name, or nil; nil for what is no object. Of members
// with one name it is the first.
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

// index prepares Get for an object that is complete.
func (n *Node) index() {
	if len(n.Members) > fewMembers {
		n.indexAll()
	}
}

func (n *Node) indexAll() {
	n.byName = make(map[string]*Node, len(n.Members))
	for _, m := range n.Members {
		if _, twice := n.byName[m.Name]; !twice {
			n.byName[m.Name] = m.Value
		}
	}
}

// Is reports whether n is there and of kind k.
func (n *Node) Is(k Kind) bool { return n != nil && n.Kind == k }

// Str is the value of the string n, or "".
func (n *Node) Str() string {
	if n.Is(String) {
		return n.Text
	}
	return ""
}

// True reports whether n is true.
func (n *Node) True() bool { return n.Is(Bool) && n.Text == "true" }

// Size is the length of n as JSON without white space, in bytes.
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

// Error says why a document cannot be read, and where.
type Error struct {
	File string
	// Line and Column count from 1; 0 where the place is the whole document.
	Line, Column int
	Reason       string
}

// Error is file:line:column: reason.
func (e *Error) Error() string {
	switch {
	case e.Line == 0:
		return fmt.Sprintf("%s: %s", e.File, e.Reason)
	case e.Column == 0:
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Reason)
}
