package memory

import (
	"errors"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// maxItem is the greatest size of an item in bytes.
const maxItem = 400 * 1024

// change is an action worked out against the row it found: applying it cannot
// fail, so a transaction works out all of them and then applies all.
type change struct {
	kind     actionKind
	table    *table
	position string
	before   *row // nil if there was none
	after    *row // nil if there is none
}

// itemError is an error that a transaction blames on one of its actions, with
// the code ValidationError, instead of refusing the request as a whole.
type itemError struct{ cause error }

func (e itemError) Error() string { return e.cause.Error() }

func (e itemError) Unwrap() error { return e.cause }

// plan works an action out. The caller holds the engine's lock.
func (e *Engine) plan(a action) (*change, error) {
	t := e.tables[a.table]
	if t == nil {
		return nil, noTable(a.table)
	}
	if err := t.checkKey(a); err != nil {
		return nil, err
	}
	c := &change{kind: a.kind, table: t, position: t.keys.position(a.key)}
	c.before = t.row(c.position)
	if a.condition != nil && !a.condition.Holds(c.before.attributes()) {
		return nil, conditionFailed(a, c.before)
	}
	switch a.kind {
	case put:
		c.after = newRow(a.key)
		if c.after.size > maxItem {
			return nil, protocol.Invalidf("Item size has exceeded the maximum allowed size")
		}
	case update:
		if err := c.update(a); err != nil {
			return nil, err
		}
	case check:
		c.after = c.before
	}
	if c.after != nil && c.after != c.before {
		if err := t.checkIndexKeys(c.after.item); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *change) update(a action) error {
	if a.update == nil {
		c.after = c.before
		if c.before == nil {
			c.after = newRow(a.key)
		}
		return nil
	}
	for _, path := range a.update.Paths() {
		if c.table.keys.has(path.Root()) {
			return itemError{protocol.Invalidf("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key", path.Root())}
		}
	}
	item, err := a.update.Apply(c.before.attributes())
	if err != nil {
		return itemError{err}
	}
	if c.before == nil && !a.update.Creates() {
		return nil
	}
	for name, value := range a.key {
		item[name] = value
	}
	c.after = newRow(item)
	if c.after.size > maxItem {
		return itemError{protocol.Invalidf("Item size to update has exceeded the maximum allowed size")}
	}
	return nil
}

// apply makes the change. The caller holds the engine's lock for writing.
func (c *change) apply() {
	if c.kind != check && c.before != c.after {
		c.table.set(c.position, c.after)
	}
}

// size is what a write is charged for: the larger of the item before and after.
func (c *change) size() int { return max(c.before.bytes(), c.after.bytes()) }

// attributes of no row are nil, which conditions and updates take for no item.
func (r *row) attributes() attr.Item {
	if r == nil {
		return nil
	}
	return r.item
}

func (r *row) bytes() int {
	if r == nil {
		return 0
	}
	return r.size
}

func conditionFailed(a action, r *row) error {
	failed := protocol.Newf(protocol.ConditionalCheckFailedException, "The conditional request failed")
	if a.returnOld && r != nil {
		failed.Fields = map[string]any{"Item": r.item}
	}
	return failed
}

// checkKey holds the key (for put, the item) against the table's.
func (t *table) checkKey(a action) error {
	if a.kind == put {
		for _, key := range t.keys.attributes() {
			if _, ok := a.key[key.name]; !ok {
				return protocol.Invalidf("One or more parameter values were invalid: Missing the key %s in the item", key.name)
			}
		}
	}
	return t.keys.check(a.key, a.kind == put)
}

// check holds the key attributes of an item against the schema; more allows
// attributes beside them.
func (k keySchema) check(key attr.Item, more bool) error {
	attributes := k.attributes()
	if !more && len(key) != len(attributes) {
		return errKeySchema()
	}
	for _, a := range attributes {
		value, ok := key[a.name]
		if !ok {
			return errKeySchema()
		}
		if value.Kind != a.kind {
			return itemError{protocol.Invalidf("One or more parameter values were invalid: Type mismatch for key %s expected: %s actual: %s", a.name, a.kind, value.Kind)}
		}
	}
	for _, a := range attributes {
		if key[a.name].Text == "" {
			return protocol.Invalidf("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty %s value. Key: %s", scalarName(a.kind), a.name)
		}
	}
	return k.checkLength(key)
}

func (k keySchema) checkLength(key attr.Item) error {
	const maxHash, maxSort = 2048, 1024
	if len(key[k.hash.name].Text) > maxHash {
		return protocol.Invalidf("One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of %d bytes", maxHash)
	}
	if k.sort != nil && len(key[k.sort.name].Text) > maxSort {
		return protocol.Invalidf("One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of %d bytes", maxSort)
	}
	return nil
}

// checkIndexKeys refuses an item whose attribute is an index's key but cannot be
// in it. An item that lacks the attribute is simply not in the index.
func (t *table) checkIndexKeys(item attr.Item) error {
	for _, i := range t.indexes {
		for _, key := range i.keys.attributes() {
			value, ok := item[key.name]
			if !ok {
				continue
			}
			if value.Kind != key.kind {
				return itemError{protocol.Invalidf("One or more parameter values were invalid: Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s", key.name, key.kind, value.Kind, i.name)}
			}
			if value.Text == "" {
				return protocol.Invalidf("One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty %s value. IndexName: %s, IndexKey: %s", scalarName(key.kind), i.name, key.name)
			}
		}
		if i.keys.within(item) {
			if err := i.keys.checkLength(item); err != nil {
				return err
			}
		}
	}
	return nil
}

func errKeySchema() error {
	return protocol.Invalidf("The provided key element does not match the schema")
}

func scalarName(kind attr.Kind) string {
	if kind == attr.B {
		return "binary"
	}
	return "string"
}

// asItemError tells whether a transaction blames err on one action.
func asItemError(err error) (*protocol.Error, bool) {
	var item itemError
	if errors.As(err, &item) {
		return protocol.From(item.cause), true
	}
	return nil, false
}
