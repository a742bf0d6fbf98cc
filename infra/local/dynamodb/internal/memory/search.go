package memory

import (
	"slices"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/expr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
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
		checkName(o, "indexName", name)
		s.index = name
	}
	if limit, ok := o.Int("Limit"); ok {
		if limit < 1 || limit > 1<<31-1 {
			o.Violate("Value '%d' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1", limit)
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

func (s source) rows() *store.Map[*row] {
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

// open returns the source of a search, after checking that the search suits it, and a
// function to call after the search. The caller holds e.mu.
func (e *Engine) open(s *search) (source, func(), error) {
	t := e.tables[s.table]
	if t == nil {
		return source{}, nil, errNoTable()
	}
	t, done := e.read(t, s.consistent)
	from, err := s.source(t)
	if err != nil {
		done()
		return source{}, nil, err
	}
	return from, done, nil
}

// source returns the table or the index that the search reads.
func (s *search) source(t *table) (source, error) {
	from := source{table: t}
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
		return from, protocol.Invalidf("The table does not have the specified index")
	case from.index.local:
		return from, nil // consistent, and what it does not project is fetched
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

// walk reads one page. The caller holds e.mu.
func (s *search) walk(from source, over store.Span) (*result, error) {
	if s.starts {
		id, err := from.startPosition(s.start)
		if err != nil {
			return nil, err
		}
		if id < over.From || over.To != "" && id >= over.To {
			return nil, errStartOutside()
		}
		over = over.After(id)
	}
	p := &page{items: []attr.Item{}}
	fetches := s.fetches(from)
	for _, r := range from.rows().All(over) {
		if p.last != nil && p.bytes+r.size > maxPage {
			return success(s.response(from, p))
		}
		p.scanned++
		p.bytes += r.size
		p.last = r
		if s.filter == nil || s.filter.Holds(r.item) {
			item := r.item
			if fetches {
				complete := from.table.row(from.table.keys.position(item))
				p.fetched += readUnits(complete.size, s.consistent)
				item = complete.item
			}
			p.matched++
			p.items = append(p.items, project(item, s.projection))
		}
		if p.scanned == s.limit {
			return success(s.response(from, p))
		}
	}
	p.last = nil
	return success(s.response(from, p))
}

// page is what a search has read.
type page struct {
	items            []attr.Item
	scanned, matched int
	bytes            int     // of the rows read
	fetched          float64 // units of the items fetched from the table
	last             *row    // nil after the last page
}

// fetches reports whether a search of a local secondary index reads each item from the
// table, because it wants attributes that the index does not project. Source: "Local
// secondary indexes", https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
func (s *search) fetches(from source) bool {
	if from.index == nil || !from.index.local {
		return false
	}
	if s.selects == "ALL_ATTRIBUTES" {
		return from.index.projection != "ALL"
	}
	return slices.ContainsFunc(s.projection, func(path expr.Path) bool {
		return !from.index.projects(from.table, path.Root())
	})
}

func (s *search) response(from source, p *page) map[string]any {
	response := map[string]any{"Count": p.matched, "ScannedCount": p.scanned}
	if s.selects != "COUNT" {
		response["Items"] = p.items
	}
	if p.last != nil {
		response["LastEvaluatedKey"] = from.key(p.last.item)
	}
	units := readUnits(p.bytes, s.consistent)
	if from.index != nil {
		s.used.add(s.table, p.fetched)
		s.used.addIndex(s.table, from.index, units)
	} else {
		s.used.add(s.table, units)
	}
	s.used.reportOne(response)
	return response
}
