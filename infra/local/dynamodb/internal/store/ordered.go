package store

import "math/bits"

// ordered is a map sorted by key, implemented as a skip list. Insertion, removal
// and search take logarithmic time, so writes to a large table or partition stay
// fast.
type ordered[V any] struct {
	head   node[V]
	levels int
	random uint64
}

type node[V any] struct {
	key   string
	value V
	next  []*node[V]
}

// maxLevels is enough for 4^16 keys: one node in four reaches the next level.
const maxLevels = 16

func newOrdered[V any]() *ordered[V] {
	return &ordered[V]{head: node[V]{next: make([]*node[V], maxLevels)}, levels: 1, random: 0x9e3779b97f4a7c15}
}

// below returns the last node whose key is less than key, or the head. If path is
// not nil, it receives that node of each level.
func (o *ordered[V]) below(key string, path *[maxLevels]*node[V]) *node[V] {
	at := &o.head
	for level := o.levels - 1; level >= 0; level-- {
		for at.next[level] != nil && at.next[level].key < key {
			at = at.next[level]
		}
		if path != nil {
			path[level] = at
		}
	}
	return at
}

// from returns the first node whose key is at least key, or nil.
func (o *ordered[V]) from(key string) *node[V] { return o.below(key, nil).next[0] }

// last returns the node with the greatest key, or nil.
func (o *ordered[V]) last() *node[V] {
	at := &o.head
	for level := o.levels - 1; level >= 0; level-- {
		for at.next[level] != nil {
			at = at.next[level]
		}
	}
	if at == &o.head {
		return nil
	}
	return at
}

// before returns the last node whose key is less than key, or nil.
func (o *ordered[V]) before(key string) *node[V] {
	if n := o.below(key, nil); n != &o.head {
		return n
	}
	return nil
}

func (o *ordered[V]) get(key string) (V, bool) {
	if n := o.from(key); n != nil && n.key == key {
		return n.value, true
	}
	var zero V
	return zero, false
}

func (o *ordered[V]) set(key string, value V) {
	var path [maxLevels]*node[V]
	o.below(key, &path)
	if n := path[0].next[0]; n != nil && n.key == key {
		n.value = value
		return
	}
	levels := o.height()
	for ; o.levels < levels; o.levels++ {
		path[o.levels] = &o.head
	}
	n := &node[V]{key: key, value: value, next: make([]*node[V], levels)}
	for level := range levels {
		n.next[level] = path[level].next[level]
		path[level].next[level] = n
	}
}

func (o *ordered[V]) remove(key string) {
	var path [maxLevels]*node[V]
	o.below(key, &path)
	n := path[0].next[0]
	if n == nil || n.key != key {
		return
	}
	for level := range n.next {
		path[level].next[level] = n.next[level]
	}
}

// height returns a random height: 1 with probability 3/4, 2 with 3/16, and so on.
func (o *ordered[V]) height() int {
	o.random ^= o.random << 13
	o.random ^= o.random >> 7
	o.random ^= o.random << 17
	return min(1+bits.TrailingZeros64(o.random)/2, maxLevels)
}
