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
	// name is the parameter's name if the node is a variable, without the + of a greedy one.
	name string
	// greedy nodes, {name+}, match all segments that are left.
	greedy  bool
	methods map[string]*operation
}

// match returns the operation for the segments of a path, which are percent-encoded,
// or nil. A literal child has precedence over a variable, in any order of definition.
// If the method is not found below one child, the other one is tried, so that a
// variable deep in a literal branch has precedence over a greedy one above it. No
// resource is visited twice.
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

// child returns the child for a literal segment, or nil. In RFC 3986, %61 and a are
// equal. Literals of a document do not need encoding, so that decoding is unambiguous.
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

// pathParameters are the values of variables, percent-encoded as in the request.
type pathParameters map[string]string

func (p *pathParameters) set(name, value string) {
	if *p == nil {
		*p = make(pathParameters)
	}
	(*p)[name] = value
}

// split splits a path into segments. It ignores a slash at the end.
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
