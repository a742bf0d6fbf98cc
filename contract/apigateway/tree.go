package apigateway

import (
	"fmt"
	"slices"
	"strings"
)

// Tree is the tree of an API's resources, one for each segment of its paths. A
// resource has at most one child that is a variable. A greedy resource has no
// children. The zero Tree contains the root only.
//
// Source: recorded in contract/lint/testdata/recorded/sibling-variable.txtar and
// contract/lint/testdata/recorded/sibling-of-greedy.txtar; for greedy variables
// also "Set up a proxy integration with a proxy resource",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-set-up-simple-proxy.html
type Tree struct {
	root node
	size int
}

// node is a resource. It refers to its parent instead of keeping its full path,
// so that a tree takes no more memory than the paths that were added.
type node struct {
	parent   *node
	segment  string
	owner    string // who added it first
	children map[string]*node
	variable *node
}

// Clash describes a path that cannot stand beside one that was added before.
type Clash struct {
	// Path and Owner are those that were refused.
	Path, Owner string
	// Other and OtherOwner were added before.
	Other, OtherOwner string
	// BelowGreedy is true if Other ends in a greedy variable, which leaves no
	// room for Path below it. Otherwise the two have different variables in one
	// position.
	BelowGreedy bool
	// Reason says what API Gateway cannot represent.
	Reason string
}

// String returns one sentence that names both sides.
func (c Clash) String() string {
	return fmt.Sprintf("%s (%s) beside %s (%s): %s", c.Path, c.Owner, c.Other, c.OtherOwner, c.Reason)
}

// Add adds a path to the tree, in time linear in its length. It returns the
// first clash, if there is one; the rest of the path is then left out.
//
// Segments in braces count as variables even if an import would refuse their
// names: the grammar is checked elsewhere.
func (t *Tree) Add(path, owner string) (Clash, bool) {
	at := &t.root
	for _, segment := range Segments(path) {
		if isBraced(at.segment) && strings.HasSuffix(at.segment, "+}") {
			return Clash{Path: path, Owner: owner, Other: at.path(), OtherOwner: at.owner, BelowGreedy: true,
				Reason: "nothing can be below a greedy parameter"}, true
		}
		next := at.child(segment)
		if next == nil {
			next = at.add(segment, owner)
			t.size++
		} else if next.segment != segment {
			return Clash{Path: path, Owner: owner, Other: next.path(), OtherOwner: next.owner,
				Reason: fmt.Sprintf("%s can have one variable child only, not both %s and %s", at.path(), next.segment, segment)}, true
		}
		at = next
	}
	return Clash{}, false
}

// Len returns the number of resources, the root included.
func (t *Tree) Len() int { return t.size + 1 }

func isBraced(segment string) bool {
	return strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}")
}

func (n *node) child(segment string) *node {
	if isBraced(segment) {
		return n.variable
	}
	return n.children[segment]
}

func (n *node) add(segment, owner string) *node {
	c := &node{parent: n, segment: segment, owner: owner}
	if isBraced(segment) {
		n.variable = c
		return c
	}
	if n.children == nil {
		n.children = map[string]*node{}
	}
	n.children[segment] = c
	return c
}

// path returns the resource's full path.
func (n *node) path() string {
	var segments []string
	for ; n.parent != nil; n = n.parent {
		segments = append(segments, n.segment)
	}
	slices.Reverse(segments)
	return "/" + strings.Join(segments, "/")
}
