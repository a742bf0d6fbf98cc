package memory

import (
	"encoding/binary"
	"hash/fnv"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
)

// keyDefinition is a key attribute.
type keyDefinition struct {
	name string
	kind attr.Kind
}

// keySchema is the key of a table or an index.
type keySchema struct {
	hash keyDefinition
	sort *keyDefinition
}

func (k keySchema) attributes() []keyDefinition {
	if k.sort == nil {
		return []keyDefinition{k.hash}
	}
	return []keyDefinition{k.hash, *k.sort}
}

func (k keySchema) has(name string) bool {
	return k.hash.name == name || k.sort != nil && k.sort.name == name
}

// matches reports whether the item has all key attributes with the right types.
func (k keySchema) matches(item attr.Item) bool {
	for _, key := range k.attributes() {
		if item[key.name].Kind != key.kind {
			return false
		}
	}
	return true
}

// position returns the position of the item in the order of the table: partitions
// in the order of their hash, like a Scan on AWS, and items of a partition by sort
// key.
func (k keySchema) position(item attr.Item) string {
	at := partition(item[k.hash.name])
	if k.sort != nil {
		at += item[k.sort.name].KeyBytes()
	}
	return at
}

// key returns the key attributes of an item.
func (k keySchema) key(item attr.Item) attr.Item {
	key := attr.Item{}
	for _, a := range k.attributes() {
		key[a.name] = item[a.name]
	}
	return key
}

// partition returns the position at which the items with a hash key begin.
func partition(hash attr.Value) string {
	bytes := hash.KeyBytes()
	h := fnv.New64a()
	h.Write([]byte(bytes))
	return string(binary.BigEndian.AppendUint64(nil, mix(h.Sum64()))) + bytes
}

// mix spreads the low bits of an FNV hash over the high bits, which decide the
// segment.
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
