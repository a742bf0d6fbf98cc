package expr

import (
	"maps"
	"slices"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// Apply returns the updated item. It does not modify the given item. For an item that
// does not exist, pass its key: the update that creates an item sees its key. Every
// right-hand side sees the item before the update, so "SET a = b, b = a" swaps the
// attributes, and every list index refers to the element at that index before the
// update. Source: "Using update expressions in DynamoDB",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
func (u *Update) Apply(before attr.Item) (attr.Item, error) {
	var effects []effect
	for _, a := range u.actions {
		e, err := a.effect(before)
		if err != nil {
			return nil, err
		}
		effects = append(effects, e...)
	}
	after := maps.Clone(before)
	for _, e := range effects {
		if old, ok := before[e.path.Root()]; ok && e.path.Nested() {
			after[e.path.Root()] = old.Clone()
		}
	}
	// Removals come last, and in each list from its end, so that no index shifts.
	slices.SortStableFunc(effects, func(a, b effect) int {
		switch {
		case a.removes && b.removes:
			return b.path.compare(a.path)
		case a.removes:
			return 1
		case b.removes:
			return -1
		default:
			return a.path.compare(b.path)
		}
	})
	root := attr.Value{Kind: attr.M, Map: after}
	for _, e := range effects {
		if _, err := descend(root, e.path, e.change); err != nil {
			return nil, err
		}
	}
	return after, nil
}

// effect is the result of an action on one item: a value to write, or a removal.
type effect struct {
	path    Path
	value   attr.Value
	removes bool
}

func (a action) effect(before attr.Item) ([]effect, error) {
	current, ok := a.path.find(before)
	if !ok && (a.verb == verbRemove || a.verb == verbDelete) {
		return nil, a.path.checkParent(before)
	}
	if a.verb == verbRemove {
		return []effect{{path: a.path, removes: true}}, nil
	}
	value, err := a.value.compute(before)
	if err != nil {
		return nil, err
	}
	switch {
	case a.verb == verbAdd && ok:
		value, err = sumOf(current, value)
	case a.verb == verbDelete:
		value, err = difference(current, value)
		// A set cannot be empty: removing the last member removes the attribute.
		return []effect{{path: a.path, value: value, removes: len(value.Set) == 0}}, err
	}
	return []effect{{path: a.path, value: value}}, err
}

// checkParent returns an error unless the item has the list or map that would contain
// the end of the path.
func (p Path) checkParent(item attr.Item) error {
	last := len(p) - 1
	parent, ok := p[:last].in(attr.Value{Kind: attr.M, Map: item})
	if ok && p[last].fits(parent) {
		return nil
	}
	return errDocumentPath()
}

// sumOf returns the result of ADD on an existing attribute.
func sumOf(current, operand attr.Value) (attr.Value, error) {
	if current.Kind != operand.Kind {
		return attr.Value{}, errOperandType()
	}
	if current.Kind == attr.N {
		return attr.Add(current, operand, false)
	}
	union := slices.Clone(current.Set)
	for _, member := range operand.Set {
		if !slices.Contains(union, member) {
			union = append(union, member)
		}
	}
	return attr.Value{Kind: current.Kind, Set: union}, nil
}

// difference returns the result of DELETE on an existing attribute.
func difference(current, operand attr.Value) (attr.Value, error) {
	if current.Kind != operand.Kind {
		return attr.Value{}, errOperandType()
	}
	left := slices.DeleteFunc(slices.Clone(current.Set), func(m string) bool { return slices.Contains(operand.Set, m) })
	return attr.Value{Kind: current.Kind, Set: left}, nil
}

// change writes or removes one member of the list or map parent. An index past the
// end of the list appends.
func (e effect) change(parent attr.Value, last step) attr.Value {
	switch {
	case !last.isIndex && e.removes:
		delete(parent.Map, last.name)
	case !last.isIndex:
		parent.Map[last.name] = e.value
	case last.index >= len(parent.List):
		parent.List = append(parent.List, e.value)
	case e.removes:
		parent.List = slices.Delete(parent.List, last.index, last.index+1)
	default:
		parent.List[last.index] = e.value
	}
	return parent
}

// descend edits the list or map that contains the end of the path. It returns an
// error if the value has no such list or map.
func descend(value attr.Value, path Path, edit func(attr.Value, step) attr.Value) (attr.Value, error) {
	first := path[0]
	if !first.fits(value) {
		return value, errDocumentPath()
	}
	if len(path) == 1 {
		return edit(value, first), nil
	}
	if first.isIndex {
		if first.index >= len(value.List) {
			return value, errDocumentPath()
		}
		child, err := descend(value.List[first.index], path[1:], edit)
		if err == nil {
			value.List[first.index] = child
		}
		return value, err
	}
	child, ok := value.Map[first.name]
	if !ok {
		return value, errDocumentPath()
	}
	child, err := descend(child, path[1:], edit)
	if err == nil {
		value.Map[first.name] = child
	}
	return value, err
}

func errDocumentPath() error {
	return protocol.Invalidf("The document path provided in the update expression is invalid for update")
}
