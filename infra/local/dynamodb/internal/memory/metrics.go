package memory

import (
	"slices"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// metrics are the item collections that a write touches: the items of a table, and of its
// local secondary indexes, that have one partition key. Only tables with local secondary
// indexes have them. Source: "Item collections in local secondary indexes",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ItemCollections
type metrics struct {
	wanted  bool
	changes []*change // one of each collection
}

// readMetrics reads ReturnItemCollectionMetrics.
func readMetrics(o *protocol.Object) *metrics {
	return &metrics{wanted: readChoice(o, "ReturnItemCollectionMetrics", "NONE", "SIZE", "NONE") == "SIZE"}
}

func (m *metrics) write(c *change) {
	if !m.wanted || c.kind == check || !slices.ContainsFunc(c.table.indexes, func(i *index) bool { return i.local }) {
		return
	}
	if !slices.ContainsFunc(m.changes, c.sameCollection) {
		m.changes = append(m.changes, c)
	}
}

func (c *change) sameCollection(other *change) bool {
	return c.table == other.table && c.collection() == other.collection()
}

// collection returns the position at which the item's collection begins.
func (c *change) collection() string { return partition(c.table.keys.hash, c.key) }

// reportOne adds the metrics of a write of one item to its response.
func (m *metrics) reportOne(response map[string]any) {
	for _, c := range m.changes {
		response["ItemCollectionMetrics"] = c.metrics()
	}
}

// reportAll adds the metrics by table to the response of a batch or a transaction.
func (m *metrics) reportAll(response map[string]any) {
	if m.changes == nil {
		return
	}
	tables := map[string][]map[string]any{}
	for _, c := range m.changes {
		tables[c.table.name] = append(tables[c.table.name], c.metrics())
	}
	response["ItemCollectionMetrics"] = tables
}

// metrics describes the collection. The estimate of its size is a range of one gigabyte.
func (c *change) metrics() map[string]any {
	hash := c.table.keys.hash[0].name
	gigabytes := c.table.collectionBytes(c.collection()) >> 30
	return map[string]any{
		"ItemCollectionKey":   attr.Item{hash: c.key[hash]},
		"SizeEstimateRangeGB": []int{gigabytes, gigabytes + 1},
	}
}

func (t *table) collectionBytes(collection string) int {
	bytes := sumBytes(t.rows, collection)
	for _, i := range t.indexes {
		if i.local {
			bytes += sumBytes(i.rows, collection)
		}
	}
	return bytes
}

func sumBytes(rows *store.Map[*row], partition string) int {
	bytes := 0
	for _, r := range rows.All(store.Span{From: partition, To: attr.KeyAfter(partition)}) {
		bytes += r.size
	}
	return bytes
}
