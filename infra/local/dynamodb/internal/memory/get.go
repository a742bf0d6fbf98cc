package memory

import (
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/expr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// readProjection reads ProjectionExpression. Nil selects the complete item.
func readProjection(o *protocol.Object, placeholders *expr.Placeholders) []expr.Path {
	source, ok := o.Text("ProjectionExpression")
	if !ok {
		return nil
	}
	paths, err := placeholders.Projection(source)
	o.Fail(err)
	return paths
}

func project(item attr.Item, projection []expr.Path) attr.Item {
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

// readLookup reads the members common to GetItem and to the Get of a transaction.
func readLookup(o *protocol.Object) lookup {
	refuseMixed(o, "ProjectionExpression")
	l := lookup{table: readTableName(o), key: readRequired(o, "Key")}
	placeholders := expr.ReadPlaceholders(o, "ProjectionExpression")
	l.projection = readProjection(o, placeholders)
	o.Fail(placeholders.Unused())
	return l
}

// find returns the row of an item, or nil. The caller holds e.mu.
func (e *Engine) find(l lookup, consistent bool) (*row, error) {
	t := e.tables[l.table]
	if t == nil {
		return nil, errNoTable()
	}
	if err := t.checkPaths(l.projection); err != nil {
		return nil, err
	}
	if err := t.keys.check(l.key, false); err != nil {
		return nil, err
	}
	t, done := e.read(t, consistent)
	defer done()
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
	r, err := e.find(l, consistent)
	if err != nil {
		return nil, err
	}
	used.add(l.table, readUnits(r.bytes(), consistent))
	response := map[string]any{}
	if r != nil {
		response["Item"] = project(r.item, l.projection)
	}
	used.reportOne(response)
	return success(response)
}
