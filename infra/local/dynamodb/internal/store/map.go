package store

import (
	"fmt"
	"iter"
	"sync"

	"go.etcd.io/bbolt"
)

// Codec encodes the values of a map for the disk. Decode must not keep the bytes.
type Codec[V any] struct {
	Append func([]byte, V) []byte
	Decode func([]byte) (V, error)
}

// Map is a map sorted by key, safe for concurrent use. A key has 1 to 32,768 bytes. On disk, it consists of layers:
// the changes since the last checkpoint, those that a checkpoint is writing, and the
// database. Values are shared with the caller and must not be modified.
type Map[V any] struct {
	store *Store
	name  string
	codec Codec[V]

	mu     sync.RWMutex
	fresh  *layer[V]
	sealed *layer[V] // nil unless a checkpoint is writing it
}

// layer contains changes.
type layer[V any] struct {
	rows    *ordered[slot[V]]
	cleared bool // the layers below are hidden
}

// slot is a value, or the mark that a key has been removed.
type slot[V any] struct {
	value V
	gone  bool
}

func newLayer[V any]() *layer[V] { return &layer[V]{rows: newOrdered[slot[V]]()} }

// NewMap returns the map with the given name. There must be at most one of a name, and
// on disk it contains what was stored under the name before.
func NewMap[V any](s *Store, name string, codec Codec[V]) *Map[V] {
	m := &Map[V]{store: s, name: name, codec: codec, fresh: newLayer[V]()}
	s.register(m)
	return m
}

// Get returns the value of a key. It reports false if the key is not in the map.
func (m *Map[V]) Get(key string) (V, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var zero V
	for _, l := range m.layers() {
		if s, ok := l.rows.get(key); ok {
			return s.value, !s.gone
		}
		if l.cleared {
			return zero, false
		}
	}
	value, found := zero, false
	m.view(func(b *bbolt.Bucket) {
		if data := b.Get([]byte(key)); data != nil {
			value, found = m.decode(key, data), true
		}
	})
	return value, found
}

// Set stores a value.
func (m *Map[V]) Set(tx *Tx, key string, value V) {
	m.change(func(l *layer[V]) { l.rows.set(key, slot[V]{value: value}) })
	if m.store.Durable() {
		tx.set(m.name, key, m.codec.Append(tx.buffer[:0], value))
	}
}

// Remove removes a key, which need not be in the map.
func (m *Map[V]) Remove(tx *Tx, key string) {
	if !m.store.Durable() {
		m.change(func(l *layer[V]) { l.rows.remove(key) })
		return
	}
	m.change(func(l *layer[V]) { l.rows.set(key, slot[V]{gone: true}) })
	tx.remove(m.name, key)
}

// Clear removes all keys.
func (m *Map[V]) Clear(tx *Tx) {
	m.change(func(l *layer[V]) { l.rows, l.cleared = newOrdered[slot[V]](), true })
	if m.store.Durable() {
		tx.clear(m.name)
	}
}

func (m *Map[V]) change(apply func(*layer[V])) {
	m.mu.Lock()
	defer m.mu.Unlock()
	apply(m.fresh)
}

// layers returns the layers above the database, the latest first. The caller holds m.mu.
func (m *Map[V]) layers() []*layer[V] {
	if m.sealed == nil {
		return []*layer[V]{m.fresh}
	}
	return []*layer[V]{m.fresh, m.sealed}
}

// view calls read with the map in the database, if it is there.
func (m *Map[V]) view(read func(*bbolt.Bucket)) {
	if !m.store.Durable() {
		return
	}
	err := m.store.db.View(func(tx *bbolt.Tx) error {
		if b := tx.Bucket([]byte(m.name)); b != nil {
			read(b)
		}
		return nil
	})
	if err != nil {
		panic(fmt.Errorf("store: %s: map %s: %w", m.store.dir, m.name, err))
	}
}

// decode decodes a value of the database. It panics if the value is damaged: the caller
// fails one request, and reports the panic.
func (m *Map[V]) decode(key string, data []byte) V {
	value, err := m.codec.Decode(data)
	if err != nil {
		panic(fmt.Errorf("store: %s: map %s: the value of key %q is damaged: %w", m.store.dir, m.name, key, err))
	}
	return value
}

// Span is a range of keys, from From inclusive to To exclusive, in ascending or in
// descending order. An empty To is the end of the map.
type Span struct {
	From, To string
	Backward bool
}

// Everything is the span of all keys.
var Everything = Span{}

func (o Span) contains(key string) bool { return key >= o.From && (o.To == "" || key < o.To) }

// After returns the rest of the span after a key.
func (o Span) After(key string) Span {
	if o.Backward {
		o.To = key
	} else {
		o.From = key + "\x00"
	}
	return o
}

// All returns the keys and values of a span. It reads them in chunks: changes that the
// caller makes during the iteration are seen in part.
func (m *Map[V]) All(over Span) iter.Seq2[string, V] {
	const first, most, growth = 4, 64, 4
	return func(yield func(string, V) bool) {
		for n := first; ; n = min(n*growth, most) {
			chunk := m.chunk(over, n)
			for _, e := range chunk {
				if !yield(e.key, e.value) {
					return
				}
			}
			if len(chunk) < n {
				return
			}
			if over = over.After(chunk[n-1].key); over.Backward && over.To == "" {
				return // the last key was the empty one
			}
		}
	}
}

// Len returns the number of keys. It reads all of them.
func (m *Map[V]) Len() int {
	count := 0
	for range m.All(Everything) {
		count++
	}
	return count
}

type entry[V any] struct {
	key   string
	value V
}

// chunk returns the first n entries of a span, or all if there are fewer.
func (m *Map[V]) chunk(over Span, n int) []entry[V] {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var cursors []cursor[V]
	for _, l := range m.layers() {
		cursors = append(cursors, cursorOf(l.rows, over))
		if l.cleared {
			return merge(cursors, over, n)
		}
	}
	var list []entry[V]
	read := false
	m.view(func(b *bbolt.Bucket) {
		list, read = merge(append(cursors, m.cursor(b, over)), over, n), true
	})
	if !read {
		list = merge(cursors, over, n)
	}
	return list
}
