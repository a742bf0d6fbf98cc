package tracing

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/otel/trace"
)

// ids generates IDs in X-Ray's format. The first four bytes of a trace ID are the
// time in seconds since 1970. X-Ray rejects traces that are older than 30 days.
type ids struct{ now func() time.Time }

// newIDs returns the IDs of a new trace and its first span.
func (g ids) newIDs() (trace.TraceID, trace.SpanID) {
	var id trace.TraceID
	binary.BigEndian.PutUint32(id[:4], uint32(g.now().Unix()))
	binary.BigEndian.PutUint32(id[4:8], rand.Uint32())
	binary.BigEndian.PutUint64(id[8:], rand.Uint64())
	return id, g.newSpanID()
}

// newSpanID returns the ID of a new span.
func (ids) newSpanID() trace.SpanID {
	var id trace.SpanID
	for !id.IsValid() {
		binary.BigEndian.PutUint64(id[:], rand.Uint64())
	}
	return id
}
