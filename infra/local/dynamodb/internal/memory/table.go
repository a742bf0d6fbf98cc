package memory

import (
	"slices"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/expr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// row is an item in a table, or the part of it that an index projects.
type row struct {
	item attr.Item
	size int // bytes
}

func newRow(item attr.Item) *row { return &row{item: item, size: item.Size()} }

type table struct {
	name    string
	keys    keySchema
	indexes []*index // by name
	rows    *store.Map[*row]
	counts  *store.Map[totals] // of all tables of the engine
	totals
	id       string // UUID
	created  time.Time
	billing  billing
	follower *follower // nil unless reads can be stale
}

// index is a secondary index. It is updated together with its table.
type index struct {
	name        string
	local       bool // the partition key is the table's
	keys        keySchema
	projection  string
	include     []string
	read, write int64 // units per second of a global index, if provisioned
	rows        *store.Map[*row]
	totals
}

// totals are the number and the size of the rows of a table or of an index.
type totals struct {
	count int
	bytes int
}

func (t *totals) add(r *row)    { t.count, t.bytes = t.count+1, t.bytes+r.size }
func (t *totals) remove(r *row) { t.count, t.bytes = t.count-1, t.bytes-r.size }

func (t *table) row(position string) *row {
	r, _ := t.rows.Get(position)
	return r
}

func (t *table) index(name string) *index {
	at := slices.IndexFunc(t.indexes, func(i *index) bool { return i.name == name })
	if at < 0 {
		return nil
	}
	return t.indexes[at]
}

// checkPaths refuses paths that lead into a key attribute of the table or of an index.
func (t *table) checkPaths(paths []expr.Path) error {
	for _, path := range paths {
		if !path.Nested() {
			continue
		}
		name := path.Root()
		role := ""
		switch {
		case t.keys.has(name):
			role = "Key"
		case slices.ContainsFunc(t.indexes, func(i *index) bool { return i.keys.has(name) }):
			role = "IndexKey"
		default:
			continue
		}
		return protocol.Invalidf("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: %s: %s", role, name)
	}
	return nil
}

// set replaces the row at a position, removes it if after is nil, and updates the
// indexes.
func (t *table) set(now time.Time, tx *store.Tx, position string, after *row) {
	if t.follower != nil {
		t.follower.add(now, position, after)
	}
	before := t.row(position)
	for _, i := range t.indexes {
		from, was := i.entry(t, before)
		to, is := i.entry(t, after)
		if was != nil {
			if is == nil || from != to {
				i.rows.Remove(tx, from)
			}
			i.remove(was)
		}
		if is != nil {
			i.rows.Set(tx, to, is)
			i.add(is)
		}
		if was != nil || is != nil {
			t.counts.Set(tx, countsKey(t.name, i.name), i.totals)
		}
	}
	if before != nil {
		t.remove(before)
	}
	if after == nil {
		t.rows.Remove(tx, position)
	} else {
		t.rows.Set(tx, position, after)
		t.add(after)
	}
	t.counts.Set(tx, countsKey(t.name, ""), t.totals)
}

// entry returns the position and the content of a row in the index. The returned
// row is nil if the given row lacks a key of the index.
func (i *index) entry(t *table, r *row) (string, *row) {
	if r == nil || !i.keys.matches(r.item) {
		return "", nil
	}
	return i.keys.position(r.item) + t.keys.position(r.item), newRow(i.project(t, r.item))
}

func (i *index) project(t *table, item attr.Item) attr.Item {
	if i.projection == "ALL" {
		return item
	}
	shown := attr.Item{}
	for name, value := range item {
		if i.projects(t, name) {
			shown[name] = value
		}
	}
	return shown
}

// projects reports whether the index projects the attribute.
func (i *index) projects(t *table, name string) bool {
	return i.projection == "ALL" || i.keys.has(name) || t.keys.has(name) || slices.Contains(i.include, name)
}

// cost returns the write units that a change of a row costs the index. AWS charges
// for changes to the projected attributes: nothing if they stay the same, and two
// writes if an index key changes. Source: "Using Global Secondary Indexes in
// DynamoDB",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
func (i *index) cost(t *table, before, after *row) float64 {
	from, was := i.entry(t, before)
	to, is := i.entry(t, after)
	switch {
	case was == nil && is == nil:
		return 0
	case was == nil:
		return writeUnits(is.size)
	case is == nil:
		return writeUnits(was.size)
	case from != to:
		return writeUnits(was.size) + writeUnits(is.size)
	case attr.EqualItems(was.item, is.item):
		return 0
	default:
		return writeUnits(max(was.size, is.size))
	}
}
