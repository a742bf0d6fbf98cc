package memory

import (
	"maps"
	"slices"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// readUnits are the units of reading size bytes: one for 4 KB, half of that if
// eventually consistent. Reading nothing costs as much as reading a little.
func readUnits(size int, consistent bool) float64 {
	const block = 4096
	units := float64(max(1, (size+block-1)/block))
	if !consistent {
		units /= 2
	}
	return units
}

// writeUnits are the units of writing size bytes: one for each 1 KB.
func writeUnits(size int) float64 {
	const block = 1024
	return float64(max(1, (size+block-1)/block))
}

// transactional is what a transaction costs of a plain operation: it prepares
// and commits. Index writes are not part of it and cost the same as ever.
const transactional = 2

// usage adds up a request's consumed capacity as ReturnConsumedCapacity asks.
type usage struct {
	mode   string
	unit   string // "ReadCapacityUnits" or "WriteCapacityUnits" in transactions, else empty
	tables map[string]*tableUsage
}

type tableUsage struct {
	table   float64
	indexes map[string]float64
}

// readUsage reads ReturnConsumedCapacity.
func readUsage(o *protocol.Object) *usage {
	return &usage{mode: readChoice(o, "ReturnConsumedCapacity", "NONE", "TOTAL", "INDEXES"), tables: map[string]*tableUsage{}}
}

func (u *usage) of(table string) *tableUsage {
	if u.tables[table] == nil {
		u.tables[table] = &tableUsage{indexes: map[string]float64{}}
	}
	return u.tables[table]
}

func (u *usage) add(table string, units float64) { u.of(table).table += units }

func (u *usage) addIndex(table, index string, units float64) {
	u.of(table).indexes[index] += units
}

// write adds the units of one change, outside a transaction or in one.
func (u *usage) write(c *change, factor float64) {
	if u.mode == "NONE" {
		return
	}
	u.add(c.table.name, factor*writeUnits(c.size()))
	for _, i := range c.table.indexes {
		if units := i.cost(c.table, c.before, c.after); units > 0 && c.kind != check {
			u.addIndex(c.table.name, i.name, units)
		}
	}
}

// reportOne puts the only table's units into an answer.
func (u *usage) reportOne(answer map[string]any) {
	for _, entry := range u.entries() {
		answer["ConsumedCapacity"] = entry
	}
}

// reportAll puts every table's units into an answer, as batches and transactions do.
func (u *usage) reportAll(answer map[string]any) {
	if entries := u.entries(); entries != nil {
		answer["ConsumedCapacity"] = entries
	}
}

func (u *usage) entries() []map[string]any {
	if u.mode == "NONE" {
		return nil
	}
	var entries []map[string]any
	for _, name := range slices.Sorted(maps.Keys(u.tables)) {
		t := u.tables[name]
		total := t.table
		for _, units := range t.indexes {
			total += units
		}
		entry := u.units(total)
		entry["TableName"] = name
		if u.mode == "INDEXES" {
			entry["Table"] = u.units(t.table)
			indexes := map[string]any{}
			for index, units := range t.indexes {
				indexes[index] = u.units(units)
			}
			if len(indexes) > 0 {
				entry["GlobalSecondaryIndexes"] = indexes
			}
		}
		entries = append(entries, entry)
	}
	return entries
}

func (u *usage) units(units float64) map[string]any {
	entry := map[string]any{"CapacityUnits": units}
	if u.unit != "" {
		entry[u.unit] = units
	}
	return entry
}
