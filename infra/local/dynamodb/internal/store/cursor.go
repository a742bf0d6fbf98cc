package store

import "go.etcd.io/bbolt"

// cursor is a position in a layer or in the database.
type cursor[V any] interface {
	at() (key string, ok bool)
	slot() slot[V]
	next()
}

// merge returns the first n entries of a span. Where several cursors have a key, the
// first of them decides.
func merge[V any](cursors []cursor[V], over Span, n int) []entry[V] {
	list := make([]entry[V], 0, n)
	for len(list) < n {
		var first cursor[V]
		var least string
		for _, c := range cursors {
			key, ok := c.at()
			if ok && over.contains(key) && (first == nil || key != least && (key < least) != over.Backward) {
				first, least = c, key
			}
		}
		if first == nil {
			break
		}
		if s := first.slot(); !s.gone {
			list = append(list, entry[V]{least, s.value})
		}
		for _, c := range cursors {
			if key, ok := c.at(); ok && key == least {
				c.next()
			}
		}
	}
	return list
}

// layerCursor is a position in a layer.
type layerCursor[V any] struct {
	rows     *ordered[slot[V]]
	node     *node[slot[V]]
	backward bool
}

// cursorOf returns a cursor at the first key of a span.
func cursorOf[V any](rows *ordered[slot[V]], over Span) *layerCursor[V] {
	c := &layerCursor[V]{rows: rows, backward: over.Backward}
	switch {
	case !over.Backward:
		c.node = rows.from(over.From)
	case over.To == "":
		c.node = rows.last()
	default:
		c.node = rows.before(over.To)
	}
	return c
}

func (c *layerCursor[V]) at() (string, bool) {
	if c.node == nil {
		return "", false
	}
	return c.node.key, true
}

func (c *layerCursor[V]) slot() slot[V] { return c.node.value }

func (c *layerCursor[V]) next() {
	if c.backward {
		c.node = c.rows.before(c.node.key)
	} else {
		c.node = c.node.next[0]
	}
}

// baseCursor is a position in the database.
type baseCursor[V any] struct {
	m        *Map[V]
	cursor   *bbolt.Cursor
	key      string
	data     []byte
	ok       bool // not at the end
	backward bool
}

func (m *Map[V]) cursor(b *bbolt.Bucket, over Span) *baseCursor[V] {
	c := &baseCursor[V]{m: m, cursor: b.Cursor(), backward: over.Backward}
	switch {
	case !over.Backward:
		c.set(c.cursor.Seek([]byte(over.From)))
	case over.To == "":
		c.set(c.cursor.Last())
	default:
		if key, _ := c.cursor.Seek([]byte(over.To)); key == nil {
			c.set(c.cursor.Last())
		} else {
			c.set(c.cursor.Prev())
		}
	}
	return c
}

func (c *baseCursor[V]) set(key, data []byte) {
	c.key, c.data, c.ok = string(key), data, key != nil
}

func (c *baseCursor[V]) at() (string, bool) { return c.key, c.ok }

func (c *baseCursor[V]) slot() slot[V] { return slot[V]{value: c.m.decode(c.key, c.data)} }

func (c *baseCursor[V]) next() {
	if c.backward {
		c.set(c.cursor.Prev())
	} else {
		c.set(c.cursor.Next())
	}
}
