package memory

import (
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/expr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// readProjection reads ProjectionExpression; nil shows the whole item.
func readProjection(o *protocol.Object, placeholders *expr.Placeholders) []expr.Path {
	source, ok := o.Text("ProjectionExpression")
	if !ok {
		return nil
	}
	paths, err := placeholders.Projection(source)
	o.Fail(err)
	return paths
}

func show(item attr.Item, projection []expr.Path) attr.Item {
	if projection == nil {
		return item
	}
	return expr.Project(item, projection)
}

// lookup is a read of one item by its key.
type lookup struct {
	table      string
	key        attr.Item
	projection []expr.Path
}

// readLookup reads what GetItem and a transaction's Get have in common.
func readLookup(o *protocol.Object) lookup {
	mixed(o, "ProjectionExpression")
	l := lookup{table: readTableName(o), key: readRequired(o, "Key")}
	placeholders := expr.ReadPlaceholders(o, "ProjectionExpression")
	l.projection = readProjection(o, placeholders)
	o.Fail(placeholders.Unused())
	return l
}

// find is the row at a key, or nil. The caller holds the engine's lock.
func (e *Engine) find(l lookup) (*row, error) {
	t := e.tables[l.table]
	if t == nil {
		return nil, noTable(l.table)
	}
	if err := t.keys.check(l.key, false); err != nil {
		return nil, err
	}
	return t.row(t.keys.position(l.key)), nil
}

func (e *Engine) getItem(o *protocol.Object) (*result, error) {
	l := readLookup(o)
	consistent := o.Bool("ConsistentRead")
	used := readUsage(o)
	o.Done()
	if err := o.Err(); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	r, err := e.find(l)
	if err != nil {
		return nil, err
	}
	used.add(l.table, readUnits(r.bytes(), consistent))
	answer := map[string]any{}
	if r != nil {
		answer["Item"] = show(r.item, l.projection)
	}
	used.reportOne(answer)
	return succeed(answer)
}
