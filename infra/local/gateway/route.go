package gateway

import (
	"net/url"
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
)

// node is one resource. Its children are literal segments and at most one
// variable child.
type node struct {
	literal  map[string]*node
	variable *node
	// name is that of a variable child's parameter, without the + of a greedy one.
	name string
	// greedy is {name+}: it takes all segments that are left.
	greedy  bool
	methods map[string]*operation
}

// match finds the operation for the segments of a path, still percent-encoded.
// A literal beats a variable child, whatever the order of definition; a branch
// that ends without the method gives way to the other one, so a parameter deep
// in a literal branch beats a greedy one above it. No resource is visited twice.
func (n *node) match(method string, segments []string, params *pathParameters) *operation {
	if len(segments) == 0 {
		return n.methods[method]
	}
	segment, rest := segments[0], segments[1:]
	if child := n.child(segment); child != nil {
		if op := child.match(method, rest, params); op != nil {
			return op
		}
	}
	v := n.variable
	if v == nil || segment == "" {
		return nil
	}
	if v.greedy {
		segment, rest = strings.Join(segments, "/"), nil
	}
	op := v.match(method, rest, params)
	if op != nil {
		params.set(v.name, segment)
	}
	return op
}

// child finds a literal segment. RFC 3986 makes %61 and a the same; the literals
// of a document never need encoding, so decoding cannot confuse two of them.
func (n *node) child(segment string) *node {
	if strings.Contains(segment, "%") {
		decoded, err := url.PathUnescape(segment)
		if err != nil {
			return nil
		}
		segment = decoded
	}
	return n.literal[segment]
}

// pathParameters are the variable segments, percent-encoded as they came.
type pathParameters map[string]string

func (p *pathParameters) set(name, value string) {
	if *p == nil {
		*p = make(pathParameters)
	}
	(*p)[name] = value
}

// split cuts a path into segments; a trailing slash does not count.
func split(path string) []string {
	path = strings.TrimSuffix(strings.TrimPrefix(path, "/"), "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

// add adds an operation to the tree below n, the root. The lint has checked that
// the paths of a document fit into one tree.
func (n *node) add(op *operation) {
	for _, segment := range apigateway.Segments(op.Path) {
		n = n.grow(segment)
	}
	if n.methods == nil {
		n.methods = make(map[string]*operation)
	}
	n.methods[op.Method] = op
}

// grow returns the child for a segment of a document's path.
func (n *node) grow(segment string) *node {
	if v, ok := apigateway.ParseVariable(segment); ok {
		if n.variable == nil {
			n.variable = &node{name: v.Name, greedy: v.Greedy}
		}
		return n.variable
	}
	if n.literal == nil {
		n.literal = make(map[string]*node)
	}
	if n.literal[segment] == nil {
		n.literal[segment] = &node{}
	}
	return n.literal[segment]
}
