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

// Project returns the parts of an item that the paths select, in their nesting.
// Lists contain the selected elements only.
func Project(item attr.Item, paths []Path) attr.Item {
	root := &projectionTree{}
	for _, path := range paths {
		root.include(path)
	}
	value, _ := root.project(attr.Value{Kind: attr.M, Map: item})
	if value.Map == nil {
		return attr.Item{}
	}
	return value.Map
}

// projectionTree is the tree of the selected steps. A tree without children selects
// the complete value.
type projectionTree struct{ children map[step]*projectionTree }

func (t *projectionTree) include(path Path) {
	if len(path) == 0 {
		return
	}
	if t.children == nil {
		t.children = map[step]*projectionTree{}
	}
	child := t.children[path[0]]
	if child == nil {
		child = &projectionTree{}
		t.children[path[0]] = child
	}
	child.include(path[1:])
}

// project returns the selected part of a value. It reports false if nothing is
// selected.
func (t *projectionTree) project(value attr.Value) (attr.Value, bool) {
	if t.children == nil {
		return value, true
	}
	projected := attr.Value{Kind: value.Kind}
	steps := slices.SortedFunc(maps.Keys(t.children), func(a, b step) int { return a.index - b.index })
	for _, st := range steps {
		child, ok := Path{st}.in(value)
		if !ok {
			continue
		}
		part, ok := t.children[st].project(child)
		switch {
		case !ok:
		case st.isIndex:
			projected.List = append(projected.List, part)
		default:
			if projected.Map == nil {
				projected.Map = attr.Item{}
			}
			projected.Map[st.name] = part
		}
	}
	return projected, projected.Map != nil || projected.List != nil
}
