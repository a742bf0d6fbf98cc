package expr

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
)

// Path leads from an item to one of its attributes, such as a.b[0].
type Path []step

type step struct {
	name    string
	index   int
	isIndex bool
}

// fits reports whether the value is a list for an index, or a map for a name.
func (s step) fits(value attr.Value) bool {
	return s.isIndex && value.Kind == attr.L || !s.isIndex && value.Kind == attr.M
}

// Root returns the name of the top-level attribute.
func (p Path) Root() string { return p[0].name }

// Nested reports whether the path leads into a list or a map.
func (p Path) Nested() bool { return len(p) > 1 }

// String returns the path as in DynamoDB's messages, such as "[a, b, [0]]".
func (p Path) String() string {
	steps := make([]string, len(p))
	for i, s := range p {
		steps[i] = s.name
		if s.isIndex {
			steps[i] = fmt.Sprintf("[%d]", s.index)
		}
	}
	return "[" + strings.Join(steps, ", ") + "]"
}

// find returns the attribute at the path. It reports false if the item lacks it.
func (p Path) find(item attr.Item) (attr.Value, bool) {
	return p.in(attr.Value{Kind: attr.M, Map: item})
}

func (p Path) in(value attr.Value) (attr.Value, bool) {
	for _, s := range p {
		switch {
		case s.isIndex && value.Kind == attr.L && s.index < len(value.List):
			value = value.List[s.index]
		case !s.isIndex && value.Kind == attr.M:
			child, ok := value.Map[s.name]
			if !ok {
				return attr.Value{}, false
			}
			value = child
		default:
			return attr.Value{}, false
		}
	}
	return value, true
}

// compare orders paths by their names and list indexes, starting at the item.
func (p Path) compare(other Path) int {
	return slices.CompareFunc(p, other, func(a, b step) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.index, b.index))
	})
}

// disjoint refuses two paths if one contains the other, or if they require one
// attribute to be both a list and a map.
func (x *parser) disjoint(paths []Path) {
	for i, later := range paths {
		for _, earlier := range paths[:i] {
			shared := 0
			for shared < min(len(earlier), len(later)) && earlier[shared] == later[shared] {
				shared++
			}
			clash := ""
			switch {
			case shared == min(len(earlier), len(later)):
				clash = "overlap"
			case earlier[shared].isIndex != later[shared].isIndex:
				clash = "conflict"
			default:
				continue
			}
			x.fail("Two document paths %s with each other; must remove or rewrite one of these paths; path one: %s, path two: %s", clash, earlier, later)
		}
	}
}
