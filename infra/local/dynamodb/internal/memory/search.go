package memory

import (
	"slices"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/expr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// maxPage is the maximum size in bytes of the items that a Query or a Scan reads
// for one page. An item that would exceed it belongs to the next page. Source:
// "Paginating table query results in DynamoDB",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
const maxPage = 1 << 20

// search contains the members common to Query and Scan.
type search struct {
	table      string
	index      string // empty for the table itself
	limit      int    // 0 means no limit
	start      attr.Item
	starts     bool
	filter     *expr.Condition
	projection []expr.Path
	selects    string
	consistent bool
	used       *usage
}

func readSearch(o *protocol.Object, placeholders *expr.Placeholders) *search {
	refuseMixed(o, "FilterExpression", "ProjectionExpression", "KeyConditionExpression")
	s := &search{table: readTableName(o), consistent: o.Bool("ConsistentRead"), used: readUsage(o)}
	if name, ok := o.Text("IndexName"); ok {
		if !validName(name) {
			o.Fail(errName(name))
		}
		s.index = name
	}
	if limit, ok := o.Int("Limit"); ok {
		if limit < 1 || limit > 1<<31-1 {
			o.Fail(protocol.Invalidf("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1", limit))
		}
		s.limit = int(limit)
	}
	s.start, s.starts = attr.ReadItem(o, "ExclusiveStartKey")
	if source, ok := o.Text("FilterExpression"); ok {
		s.filter = readCondition(o, placeholders, "FilterExpression", source)
	}
	s.projection = readProjection(o, placeholders)
	s.selects = readChoice(o, "Select", "", "SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")
	switch {
	case s.projection != nil && s.selects != "" && s.selects != "SPECIFIC_ATTRIBUTES":
		o.Fail(protocol.Invalidf("Cannot specify the ProjectionExpression when choosing to get %s", s.selects))
	case s.projection == nil && s.selects == "SPECIFIC_ATTRIBUTES":
		o.Fail(protocol.Invalidf("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"))
	case s.index == "" && s.selects == "ALL_PROJECTED_ATTRIBUTES":
		o.Fail(protocol.Invalidf("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"))
	}
	return s
}

// source is the table or index that a search reads.
type source struct {
	table *table
	index *index // nil for the table itself
}

func (s source) rows() *ordered[*row] {
	if s.index != nil {
		return s.index.rows
	}
	return s.table.rows
}

func (s source) keys() keySchema {
	if s.index != nil {
		return s.index.keys
	}
	return s.table.keys
}

// key returns the LastEvaluatedKey of a row: the keys of the table and of the
// index.
func (s source) key(item attr.Item) attr.Item {
	key := s.table.keys.key(item)
	if s.index != nil {
		for name, value := range s.index.keys.key(item) {
			key[name] = value
		}
	}
	return key
}

// startPosition returns the position of an ExclusiveStartKey. The row need not
// exist.
func (s source) startPosition(key attr.Item) (string, error) {
	names := map[string]keyDefinition{}
	for _, k := range slices.Concat(s.table.keys.attributes(), s.keys().attributes()) {
		names[k.name] = k
	}
	if len(key) != len(names) {
		return "", protocol.Invalidf("The provided starting key is invalid")
	}
	for name, k := range names {
		value, ok := key[name]
		if !ok {
			return "", protocol.Invalidf("The provided starting key is invalid")
		}
		if value.Kind != k.kind || value.Text == "" {
			return "", errStartKey()
		}
	}
	if s.index == nil {
		return s.table.keys.position(key), nil
	}
	return s.index.keys.position(key) + s.table.keys.position(key), nil
}

func errStartOutside() error {
	return protocol.Invalidf("The provided starting key is outside query boundaries based on provided conditions")
}

func errStartKey() error {
	return protocol.Invalidf("The provided starting key is invalid: The provided key element does not match the schema")
}

// open returns the source of a search, after checking that the search suits it.
func (e *Engine) open(s *search) (source, error) {
	from := source{table: e.tables[s.table]}
	if from.table == nil {
		return from, errNoTable()
	}
	paths := s.projection
	if s.filter != nil {
		paths = slices.Concat(paths, s.filter.Paths())
	}
	if err := from.table.checkPaths(paths); err != nil {
		return from, err
	}
	if s.index == "" {
		return from, nil
	}
	from.index = from.table.index(s.index)
	switch {
	case from.index == nil:
		return from, protocol.Invalidf("The table does not have the specified index: %s", s.index)
	case s.consistent:
		return from, protocol.Invalidf("Consistent reads are not supported on global secondary indexes")
	case s.selects == "ALL_ATTRIBUTES" && from.index.projection != "ALL":
		return from, protocol.Invalidf("One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index %s because its projection type is not ALL", s.index)
	}
	for _, path := range s.projection {
		if !from.index.projects(from.table, path.Root()) {
			return from, protocol.Invalidf("One or more parameter values were invalid: Global secondary index %s does not project [%s]", s.index, path.Root())
		}
	}
	return from, nil
}

// span is a range of positions, from inclusive to exclusive.
type span struct {
	from, to string
	backward bool
}

// walk reads one page. The caller holds e.mu.
func (s *search) walk(from source, over span) (*result, error) {
	if s.starts {
		id, err := from.startPosition(s.start)
		if err != nil {
			return nil, err
		}
		if id < over.from || id >= over.to {
			return nil, errStartOutside()
		}
		if over.backward {
			over.to = id
		} else {
			over.from = id + "\x00"
		}
	}
	items := []attr.Item{}
	scanned, matched, bytes := 0, 0, 0
	var last *row
	for n := over.first(from.rows()); n != nil; n = over.next(from.rows(), n) {
		if last != nil && bytes+n.value.size > maxPage {
			return success(s.response(from, items, scanned, matched, bytes, last))
		}
		scanned++
		bytes += n.value.size
		last = n.value
		if s.filter == nil || s.filter.Holds(n.value.item) {
			matched++
			items = append(items, project(n.value.item, s.projection))
		}
		if scanned == s.limit {
			return success(s.response(from, items, scanned, matched, bytes, last))
		}
	}
	return success(s.response(from, items, scanned, matched, bytes, nil))
}

func (o span) first(rows *ordered[*row]) *node[*row] {
	if o.backward {
		return o.inside(rows.before(o.to))
	}
	return o.inside(rows.from(o.from))
}

func (o span) next(rows *ordered[*row], n *node[*row]) *node[*row] {
	if o.backward {
		return o.inside(rows.before(n.key))
	}
	return o.inside(n.next[0])
}

func (o span) inside(n *node[*row]) *node[*row] {
	if n == nil || n.key < o.from || n.key >= o.to {
		return nil
	}
	return n
}

func (s *search) response(from source, items []attr.Item, scanned, matched, bytes int, last *row) map[string]any {
	response := map[string]any{"Count": matched, "ScannedCount": scanned}
	if s.selects != "COUNT" {
		response["Items"] = items
	}
	if last != nil {
		response["LastEvaluatedKey"] = from.key(last.item)
	}
	units := readUnits(bytes, s.consistent)
	if from.index != nil {
		s.used.add(s.table, 0)
		s.used.addIndex(s.table, s.index, units)
	} else {
		s.used.add(s.table, units)
	}
	s.used.reportOne(response)
	return response
}
