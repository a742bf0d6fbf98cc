package memory

import (
	"slices"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/expr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// maxPage is how many bytes a Query or a Scan looks at before it ends its page.
const maxPage = 1 << 20

// search is what Query and Scan have in common.
type search struct {
	table      string
	index      string // empty for the table itself
	limit      int    // 0 is none
	start      attr.Item
	starts     bool
	filter     *expr.Condition
	projection []expr.Path
	selects    string
	consistent bool
	used       *usage
}

func readSearch(o *protocol.Object, placeholders *expr.Placeholders) *search {
	mixed(o, "FilterExpression", "ProjectionExpression", "KeyConditionExpression")
	s := &search{table: readTableName(o), consistent: o.Bool("ConsistentRead"), used: readUsage(o)}
	if name, ok := o.Text("IndexName"); ok {
		if !validName(name) {
			o.Fail(nameError(name))
		}
		s.index = name
	}
	if limit, ok := o.Int("Limit"); ok {
		if limit < 1 || limit > 1<<31-1 {
			o.Fail(protocol.Invalidf("Limit must be greater than or equal to 1"))
		}
		s.limit = int(limit)
	}
	s.start, s.starts = attr.ReadItem(o, "ExclusiveStartKey")
	if source, ok := o.Text("FilterExpression"); ok {
		s.filter = readCondition(o, placeholders, "FilterExpression", source)
	}
	s.projection = readProjection(o, placeholders)
	s.selects = readChoice(o, "Select", "", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "COUNT", "SPECIFIC_ATTRIBUTES")
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

// source is the table or the index that a search reads.
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

// key is what LastEvaluatedKey names a row by: the table's key and the index's.
func (s source) key(item attr.Item) attr.Item {
	key := s.table.keys.key(item)
	if s.index != nil {
		for name, value := range s.index.keys.key(item) {
			key[name] = value
		}
	}
	return key
}

// place is where the row with that key stands, whether it is there or not.
func (s source) place(key attr.Item) (string, error) {
	names := map[string]keyDefinition{}
	for _, k := range slices.Concat(s.table.keys.attributes(), s.keys().attributes()) {
		names[k.name] = k
	}
	if len(key) != len(names) {
		return "", errStartKey()
	}
	for name, k := range names {
		if value, ok := key[name]; !ok || value.Kind != k.kind || value.Text == "" {
			return "", errStartKey()
		}
	}
	if s.index == nil {
		return s.table.keys.position(key), nil
	}
	return s.index.keys.position(key) + s.table.keys.position(key), nil
}

func errStartKey() error {
	return protocol.Invalidf("The provided starting key is invalid: The provided key element does not match the schema")
}

// open finds the search's source and holds the search against it.
func (e *Engine) open(s *search) (source, error) {
	from := source{table: e.tables[s.table]}
	if from.table == nil {
		return from, noTable(s.table)
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
		if !from.index.shows(from.table, path.Root()) {
			return from, protocol.Invalidf("One or more parameter values were invalid: Global secondary index %s does not project [%s]", s.index, path.Root())
		}
	}
	return from, nil
}

// span is a stretch of positions, from inclusive and to exclusive.
type span struct {
	from, to string
	backward bool
}

// walk reads one page. The caller holds the engine's lock.
func (s *search) walk(from source, over span) (*result, error) {
	if s.starts {
		place, err := from.place(s.start)
		if err != nil {
			return nil, err
		}
		if place < over.from || place >= over.to {
			return nil, protocol.Invalidf("The provided starting key is outside query boundaries based on provided conditions")
		}
		if over.backward {
			over.to = place
		} else {
			over.from = place + "\x00"
		}
	}
	items := []attr.Item{}
	scanned, matched, bytes := 0, 0, 0
	var last *row
	for n := over.first(from.rows()); n != nil; n = over.next(from.rows(), n) {
		scanned++
		bytes += n.value.size
		if s.filter == nil || s.filter.Holds(n.value.item) {
			matched++
			items = append(items, show(n.value.item, s.projection))
		}
		if scanned == s.limit || bytes >= maxPage {
			last = n.value
			break
		}
	}
	return succeed(s.answer(from, items, scanned, matched, bytes, last))
}

func (o span) first(rows *ordered[*row]) *node[*row] {
	if o.backward {
		return o.within(rows.before(o.to))
	}
	return o.within(rows.from(o.from))
}

func (o span) next(rows *ordered[*row], n *node[*row]) *node[*row] {
	if o.backward {
		return o.within(rows.before(n.key))
	}
	return o.within(n.next[0])
}

func (o span) within(n *node[*row]) *node[*row] {
	if n == nil || n.key < o.from || n.key >= o.to {
		return nil
	}
	return n
}

func (s *search) answer(from source, items []attr.Item, scanned, matched, bytes int, last *row) map[string]any {
	answer := map[string]any{"Count": matched, "ScannedCount": scanned}
	if s.selects != "COUNT" {
		answer["Items"] = items
	}
	if last != nil {
		answer["LastEvaluatedKey"] = from.key(last.item)
	}
	units := readUnits(bytes, s.consistent)
	if from.index != nil {
		s.used.add(s.table, 0)
		s.used.addIndex(s.table, s.index, units)
	} else {
		s.used.add(s.table, units)
	}
	s.used.reportOne(answer)
	return answer
}
