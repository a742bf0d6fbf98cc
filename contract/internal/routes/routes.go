// Package routes knows which paths API Gateway can hold side by side. A REST
// API is a tree of resources, one for each segment, and a resource has at most
// one child that is a variable.
package routes

import (
	"fmt"
	"slices"
	"strings"
)

// Tree holds paths and who brought them. The zero value is empty.
type Tree struct {
	root node
	size int
}

// node is a resource. It knows its parent instead of its full path, so that a
// tree takes no more room than the paths that made it.
type node struct {
	parent   *node
	segment  string
	owner    string // who brought it first
	children map[string]*node
	variable *node
}

// Clash is a path that cannot stand beside one that was added before.
type Clash struct {
	// Path and Owner are those that were refused.
	Path, Owner string
	// Other and OtherOwner are those that were there.
	Other, OtherOwner string
	// Greedy tells that Other takes the rest of the path, and so leaves no room
	// for Path below it; else they have two variables in one place.
	Greedy bool
	// Why says what API Gateway cannot hold.
	Why string
}

// String is one sentence that names both sides.
func (c Clash) String() string {
	return fmt.Sprintf("%s (%s) beside %s (%s): %s", c.Path, c.Owner, c.Other, c.OtherOwner, c.Why)
}

// IsVariable reports whether a segment is a path parameter, greedy or not.
func IsVariable(segment string) bool {
	return strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}")
}

// IsGreedy reports whether a segment takes the rest of the path.
func IsGreedy(segment string) bool { return IsVariable(segment) && strings.HasSuffix(segment, "+}") }

// Segments splits a path into its segments; the root has none.
func Segments(path string) []string {
	path = strings.Trim(path, "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

// Add puts a path into the tree, in time linear in its length. It returns the
// first clash, after which the rest of the path is left out.
func (t *Tree) Add(path, owner string) (Clash, bool) {
	at := &t.root
	for _, segment := range Segments(path) {
		if IsGreedy(at.segment) {
			return Clash{Path: path, Owner: owner, Other: at.path(), OtherOwner: at.owner, Greedy: true,
				Why: "nothing can be below a greedy parameter"}, true
		}
		next := at.child(segment)
		if next == nil {
			next = at.add(segment, owner)
			t.size++
		} else if next.segment != segment {
			return Clash{Path: path, Owner: owner, Other: next.path(), OtherOwner: next.owner,
				Why: fmt.Sprintf("%s can have one variable child only, not both %s and %s", at.path(), next.segment, segment)}, true
		}
		at = next
	}
	return Clash{}, false
}

// Len is the number of resources, the root included.
func (t *Tree) Len() int { return t.size + 1 }

func (n *node) child(segment string) *node {
	if IsVariable(segment) {
		return n.variable
	}
	return n.children[segment]
}

func (n *node) add(segment, owner string) *node {
	c := &node{parent: n, segment: segment, owner: owner}
	if IsVariable(segment) {
		n.variable = c
		return c
	}
	if n.children == nil {
		n.children = map[string]*node{}
	}
	n.children[segment] = c
	return c
}

// path is the resource's path in full.
func (n *node) path() string {
	var segments []string
	for ; n.parent != nil; n = n.parent {
		segments = append(segments, n.segment)
	}
	slices.Reverse(segments)
	return "/" + strings.Join(segments, "/")
}
