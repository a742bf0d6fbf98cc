package memory

import (
	"errors"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// maxItem is the maximum size of an item in bytes. Source: "Quotas in Amazon
// DynamoDB",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
const maxItem = 400 * 1024

// change is an action that has been evaluated against the existing row. Applying it
// cannot fail, so a transaction plans all its changes before it applies any.
type change struct {
	kind     actionKind
	table    *table
	position string
	key      attr.Item // the item's key, with other attributes for put
	before   *row      // nil if the item did not exist
	after    *row      // nil if the item does not exist afterwards
}

// itemError is an error that a transaction reports as the ValidationError of one of
// its actions, instead of refusing the whole request.
type itemError struct{ cause error }

func (e itemError) Error() string { return e.cause.Error() }

func (e itemError) Unwrap() error { return e.cause }

// plan evaluates an action. The caller holds e.mu.
func (e *Engine) plan(a action) (*change, error) {
	t := e.tables[a.table]
	if t == nil {
		return nil, errNoTable()
	}
	if err := t.checkKey(a); err != nil {
		return nil, err
	}
	if err := t.checkBeforeCondition(a); err != nil {
		return nil, err
	}
	c := &change{kind: a.kind, table: t, key: a.key, position: t.keys.position(a.key)}
	c.before = t.row(c.position)
	if a.condition != nil && !a.condition.Holds(c.before.attributes()) {
		return nil, conditionFailed(a, c.before)
	}
	switch a.kind {
	case put:
		c.after = newRow(a.key)
	case update:
		if err := c.update(a); err != nil {
			return nil, err
		}
	case check:
		c.after = c.before
	}
	if a.kind == update && c.after != nil && c.after != c.before {
		if err := t.checkUpdatedIndexKeys(c.after.item); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// checkBeforeCondition checks what depends on the request and the schema only. Such
// errors precede a failed condition.
func (t *table) checkBeforeCondition(a action) error {
	if a.condition != nil {
		if err := t.checkPaths(a.condition.Paths()); err != nil {
			return err
		}
	}
	switch {
	case a.kind == put:
		return t.checkIndexKeys(a.key)
	case a.kind == update && a.update != nil && a.key.Size()+a.update.LiteralSize() > maxItem:
		return itemError{errUpdatedItemSize()}
	}
	return nil
}

func errUpdatedItemSize() error {
	return protocol.Invalidf("Item size to update has exceeded the maximum allowed size")
}

func (c *change) update(a action) error {
	if a.update == nil {
		c.after = c.before
		if c.before == nil {
			c.after = newRow(a.key)
		}
		return nil
	}
	for _, path := range a.update.Targets() {
		if c.table.keys.has(path.Root()) {
			return itemError{protocol.Invalidf("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key", path.Root())}
		}
	}
	if err := c.table.checkPaths(a.update.Paths()); err != nil {
		return err
	}
	before := c.before.attributes()
	if before == nil {
		if !a.update.Creates() {
			return nil
		}
		before = a.key // the update sees the key of the item that it creates
	}
	item, err := a.update.Apply(before)
	if err != nil {
		return itemError{err}
	}
	c.after = newRow(item)
	if c.after.size > maxItem {
		return itemError{errUpdatedItemSize()}
	}
	return nil
}

// apply stores the change. The caller holds e.mu for writing.
func (c *change) apply(now time.Time, tx *store.Tx) {
	if c.kind != check && c.before != c.after {
		c.table.set(now, tx, c.position, c.after)
	}
}

// size returns the size that a write is charged for: the larger of the item before
// and after the write.
func (c *change) size() int { return max(c.before.bytes(), c.after.bytes()) }

// attributes returns the item. For a nil row it returns nil, which conditions and
// updates treat as an item that does not exist.
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

// checkKey checks the key of an action, or the item of a put, against the table. For the
// put of a batch AWS does not say what is wrong with a key.
func (t *table) checkKey(a action) error {
	if a.batched && !t.keys.matches(a.key) {
		return errKeySchema()
	}
	if a.kind == put {
		for _, key := range t.keys.attributes() {
			if _, ok := a.key[key.name]; !ok {
				return protocol.Invalidf("One or more parameter values were invalid: Missing the key %s in the item", key.name)
			}
		}
	}
	return t.keys.check(a.key, a.kind == put)
}

// check checks the key attributes of an item against the schema. If more is true,
// the item may have other attributes too.
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
		if value.Kind != a.kind && !more {
			return itemError{errKeySchema()}
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
	if keyLength(k.hash, key) > maxHash { // AWS's message lacks a space
		return protocol.Invalidf("One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of%d bytes", maxHash)
	}
	if keyLength(k.sort, key) > maxSort {
		return protocol.Invalidf("One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of %d bytes", maxSort)
	}
	return nil
}

// keyLength returns the size of several key attributes in bytes.
func keyLength(keys []keyDefinition, item attr.Item) int {
	length := 0
	for _, key := range keys {
		length += len(item[key.name].Text)
	}
	return length
}

// checkIndexKeys refuses an item with an attribute that is a key of an index but
// has a wrong type or value. An item that lacks the attribute is omitted from the
// index.
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
		if i.keys.matches(item) {
			if err := i.keys.checkLength(item); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkUpdatedIndexKeys checks the index keys of an updated item like checkIndexKeys, but
// with AWS's message for updates if a type is wrong.
func (t *table) checkUpdatedIndexKeys(item attr.Item) error {
	for _, i := range t.indexes {
		for _, key := range i.keys.attributes() {
			if value, ok := item[key.name]; ok && value.Kind != key.kind {
				return itemError{protocol.Invalidf("The update expression attempted to update the secondary index key to unsupported type")}
			}
		}
	}
	return t.checkIndexKeys(item)
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

// asItemError returns the error if a transaction reports it for a single action.
func asItemError(err error) (*protocol.Error, bool) {
	var item itemError
	if errors.As(err, &item) {
		return protocol.From(item.cause), true
	}
	return nil, false
}
