package memory

import (
	"encoding/binary"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
)

// keyDefinition is a key attribute.
type keyDefinition struct {
	name string
	kind attr.Kind
}

// keySchema is the key of a table or an index. Only global secondary indexes have
// more than one attribute in either part. Source: "Multi-attribute keys pattern",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
type keySchema struct {
	hash []keyDefinition // the partition key
	sort []keyDefinition // the sort key; may be empty
}

func (k keySchema) attributes() []keyDefinition { return slices.Concat(k.hash, k.sort) }

// composite reports whether a part of the key has several attributes.
func (k keySchema) composite() bool { return len(k.hash) > 1 || len(k.sort) > 1 }

func (k keySchema) has(name string) bool {
	return find(k.hash, name) != nil || find(k.sort, name) != nil
}

// find returns the definition with a name, or nil.
func find(keys []keyDefinition, name string) *keyDefinition {
	at := slices.IndexFunc(keys, func(key keyDefinition) bool { return key.name == name })
	if at < 0 {
		return nil
	}
	return &keys[at]
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
	return partition(k.hash, item) + keyBytes(k.sort, item)
}

// keyBytes returns the bytes of several key attributes of an item. They sort like the
// first attribute that differs.
func keyBytes(keys []keyDefinition, item attr.Item) string {
	var bytes strings.Builder
	for _, key := range keys {
		bytes.WriteString(item[key.name].KeyBytes())
	}
	return bytes.String()
}

// key returns the key attributes of an item.
func (k keySchema) key(item attr.Item) attr.Item {
	key := attr.Item{}
	for _, a := range k.attributes() {
		key[a.name] = item[a.name]
	}
	return key
}

// partition returns the position at which the items with a partition key begin.
func partition(keys []keyDefinition, item attr.Item) string {
	bytes := keyBytes(keys, item)
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
