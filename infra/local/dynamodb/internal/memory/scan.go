package memory

import (
	"encoding/binary"
	"math/bits"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/expr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

func (e *Engine) scan(o *protocol.Object) (*result, error) {
	placeholders := expr.ReadPlaceholders(o, "FilterExpression", "ProjectionExpression")
	s := readSearch(o, placeholders)
	over := readSegment(o)
	o.Fail(placeholders.Unused())
	o.Done()
	if err := o.Err(); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	from, done, err := e.open(s)
	if err != nil {
		return nil, err
	}
	defer done()
	// What AWS does is unknown, so refuse. DynamoDB Local reads the attribute from the table.
	if s.filter != nil && from.index != nil {
		for _, path := range s.filter.Paths() {
			if !from.index.projects(from.table, path.Root()) {
				return nil, protocol.Unsupported("a filter on " + path.Root() + ", which index " + s.index + " does not project")
			}
		}
	}
	return s.walk(from, over)
}

// readSegment reads the segment of a worker of a parallel scan. The segments divide
// the hashes into equal parts, so a partition belongs to one segment.
func readSegment(o *protocol.Object) store.Span {
	const maxSegments = 1_000_000
	segment, hasSegment := o.Int("Segment")
	total, hasTotal := o.Int("TotalSegments")
	switch {
	case !hasSegment && !hasTotal:
		return store.Span{To: endOfTable}
	case !hasTotal:
		o.Fail(protocol.Invalidf("The TotalSegments parameter is required but was not present in the request when Segment parameter is present"))
	case !hasSegment:
		o.Fail(protocol.Invalidf("The Segment parameter is required but was not present in the request when parameter TotalSegments is present"))
	case total < 1 || total > maxSegments:
		o.Violate("Value '%d' at 'totalSegments' failed to satisfy constraint: Member must have value between 1 and %d", total, maxSegments)
	case segment < 0 || segment >= total:
		o.Fail(protocol.Invalidf("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: %d is not less than TotalSegments: %d", segment, total))
	default:
		return store.Span{From: share(uint64(segment), uint64(total)), To: share(uint64(segment)+1, uint64(total))}
	}
	return store.Span{}
}

// endOfTable is greater than every position: a position begins with eight bytes of
// hash.
const endOfTable = "\xff\xff\xff\xff\xff\xff\xff\xff\xff"

// share returns the position at which the nth of total equal segments begins.
func share(n, total uint64) string {
	if n == total {
		return endOfTable
	}
	begin, _ := bits.Div64(n, 0, total)
	return string(binary.BigEndian.AppendUint64(nil, begin))
}
