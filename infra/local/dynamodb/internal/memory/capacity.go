package memory

import (
	"maps"
	"slices"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// readUnits returns the capacity units of reading size bytes: one per 4 KB, half of
// that for an eventually consistent read, and at least one block. Source: "DynamoDB
// read and write operations",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
func readUnits(size int, consistent bool) float64 {
	const block = 4096
	units := float64(max(1, (size+block-1)/block))
	if !consistent {
		units /= 2
	}
	return units
}

// writeUnits returns the capacity units of writing size bytes: one per 1 KB.
func writeUnits(size int) float64 {
	const block = 1024
	return float64(max(1, (size+block-1)/block))
}

// transactional is the factor of a transaction's cost, because DynamoDB performs
// two reads or writes of each item. It does not apply to writes to indexes. Source:
// "Amazon DynamoDB Transactions: How it works",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
const transactional = 2

// usage adds up the consumed capacity of a request, as ReturnConsumedCapacity asks.
type usage struct {
	mode   string
	unit   string // in transactions "ReadCapacityUnits" or "WriteCapacityUnits"; otherwise empty
	tables map[string]*tableUsage
}

type tableUsage struct {
	table         float64
	global, local map[string]float64 // by index
}

// readUsage reads ReturnConsumedCapacity.
func readUsage(o *protocol.Object) *usage {
	return &usage{mode: readChoice(o, "ReturnConsumedCapacity", "NONE", "INDEXES", "TOTAL", "NONE"), tables: map[string]*tableUsage{}}
}

func (u *usage) forTable(table string) *tableUsage {
	if u.tables[table] == nil {
		u.tables[table] = &tableUsage{global: map[string]float64{}, local: map[string]float64{}}
	}
	return u.tables[table]
}

func (u *usage) add(table string, units float64) { u.forTable(table).table += units }

func (u *usage) addIndex(table string, i *index, units float64) {
	if i.local {
		u.forTable(table).local[i.name] += units
	} else {
		u.forTable(table).global[i.name] += units
	}
}

// write adds the units of one change. The factor is 1, or transactional.
func (u *usage) write(c *change, factor float64) {
	if u.mode == "NONE" {
		return
	}
	u.add(c.table.name, factor*writeUnits(c.size()))
	for _, i := range c.table.indexes {
		if units := i.cost(c.table, c.before, c.after); units > 0 && c.kind != check {
			u.addIndex(c.table.name, i, units)
		}
	}
}

// reportOne adds the units of the request's only table to a response.
func (u *usage) reportOne(response map[string]any) {
	for _, entry := range u.entries() {
		response["ConsumedCapacity"] = entry
	}
}

// reportAll adds the units of each table to a response, as batches and transactions
// do.
func (u *usage) reportAll(response map[string]any) {
	if entries := u.entries(); entries != nil {
		response["ConsumedCapacity"] = entries
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
		for _, units := range t.global {
			total += units
		}
		for _, units := range t.local {
			total += units
		}
		entry := u.units(total)
		entry["TableName"] = name
		if u.mode == "INDEXES" {
			entry["Table"] = u.units(t.table)
			u.reportIndexes(entry, "GlobalSecondaryIndexes", t.global)
			u.reportIndexes(entry, "LocalSecondaryIndexes", t.local)
		}
		entries = append(entries, entry)
	}
	return entries
}

func (u *usage) reportIndexes(entry map[string]any, member string, indexes map[string]float64) {
	if len(indexes) == 0 {
		return
	}
	report := map[string]any{}
	for index, units := range indexes {
		report[index] = u.units(units)
	}
	entry[member] = report
}

func (u *usage) units(units float64) map[string]any {
	entry := map[string]any{"CapacityUnits": units}
	if u.unit != "" {
		entry[u.unit] = units
	}
	return entry
}
