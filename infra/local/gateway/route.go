package gateway

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
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

var (
	literalSegment  = regexp.MustCompile(`^[A-Za-z0-9_.,:-]+$`)
	variableSegment = regexp.MustCompile(`^\{([A-Za-z0-9_.$:-]+)(\+?)\}$`)
)

// routeBuilder grows the tree of resources.
type routeBuilder struct {
	root      node
	resources int
}

func (b *routeBuilder) add(path string, op *operation) error {
	if path == "/ping" || path == "/sping" {
		return errors.New("API Gateway reserves this path at the root of a custom domain")
	}
	at := &b.root
	if path != "/" {
		names := make(map[string]bool)
		for _, segment := range strings.Split(strings.TrimPrefix(path, "/"), "/") {
			next, err := b.descend(at, segment)
			if err != nil {
				return err
			}
			if next.name != "" && names[next.name] {
				return fmt.Errorf("two parameters {%s} in one path", next.name)
			}
			names[next.name] = true
			at = next
		}
	}
	if at.methods == nil {
		at.methods = make(map[string]*operation)
	}
	at.methods[op.method] = op
	return nil
}

func (b *routeBuilder) descend(from *node, segment string) (*node, error) {
	if from.greedy {
		return nil, fmt.Errorf("nothing may follow the greedy {%s+}", from.name)
	}
	if literalSegment.MatchString(segment) {
		if from.literal == nil {
			from.literal = make(map[string]*node)
		}
		if from.literal[segment] == nil {
			b.resources++
			from.literal[segment] = &node{}
		}
		return from.literal[segment], nil
	}
	parts := variableSegment.FindStringSubmatch(segment)
	if parts == nil {
		return nil, fmt.Errorf("segment %q: API Gateway takes letters, digits and _-.,: or one parameter", segment)
	}
	next := &node{name: parts[1], greedy: parts[2] == "+"}
	if v := from.variable; v == nil {
		b.resources++
		from.variable = next
	} else if v.name != next.name || v.greedy != next.greedy {
		return nil, fmt.Errorf("%s beside another variable child {%s}: API Gateway allows one", segment, v.name)
	}
	return from.variable, nil
}
