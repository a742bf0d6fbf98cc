package expr

import (
	"maps"
	"slices"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
)

// Projection parses a ProjectionExpression.
func (p *Placeholders) Projection(source string) ([]Path, error) {
	var paths []Path
	err := p.parse("ProjectionExpression", source, func(x *parser) {
		for {
			paths = append(paths, x.path())
			if !x.accept(",") {
				break
			}
		}
		x.disjoint(paths)
	})
	return paths, err
}

// Project is what the paths show of an item: the same nesting, lists closed up.
func Project(item attr.Item, paths []Path) attr.Item {
	root := &shape{}
	for _, path := range paths {
		root.include(path)
	}
	value, _ := root.cut(attr.Value{Kind: attr.M, Map: item})
	if value.Map == nil {
		return attr.Item{}
	}
	return value.Map
}

// shape is the tree of the wanted steps; a shape without children wants everything below.
type shape struct{ children map[step]*shape }

func (s *shape) include(path Path) {
	if len(path) == 0 {
		return
	}
	if s.children == nil {
		s.children = map[step]*shape{}
	}
	child := s.children[path[0]]
	if child == nil {
		child = &shape{}
		s.children[path[0]] = child
	}
	child.include(path[1:])
}

// cut is the wanted part of a value; false if there is none.
func (s *shape) cut(value attr.Value) (attr.Value, bool) {
	if s.children == nil {
		return value, true
	}
	cut := attr.Value{Kind: value.Kind}
	steps := slices.SortedFunc(maps.Keys(s.children), func(a, b step) int { return a.index - b.index })
	for _, st := range steps {
		child, ok := Path{st}.in(value)
		if !ok {
			continue
		}
		part, ok := s.children[st].cut(child)
		switch {
		case !ok:
		case st.isIndex:
			cut.List = append(cut.List, part)
		default:
			if cut.Map == nil {
				cut.Map = attr.Item{}
			}
			cut.Map[st.name] = part
		}
	}
	return cut, cut.Map != nil || cut.List != nil
}
