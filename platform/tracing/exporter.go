package tracing

import (
	"context"
	"encoding/json"
	"net"
	"strings"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// exporter sends every span to the X-Ray daemon as it ends, in a datagram of
// its own. In Lambda the daemon is on the same host: sending takes
// microseconds, and waiting would lose what is sent after the freeze.
type exporter struct{ conn net.Conn }

// maxDatagram is the largest UDP payload over IPv4, in bytes; X-Ray's own bound is 64 KB.
const maxDatagram = 65507

const datagramHeader = `{"format":"json","version":1}` + "\n"

// dial connects to the daemon at address, such as "169.254.79.129:2000" or
// "tcp:127.0.0.1:2000 udp:127.0.0.2:2001". UDP connects without asking: a
// daemon that is not there is never noticed.
func dial(address string) (*exporter, error) {
	for part := range strings.FieldsSeq(address) {
		if udp, ok := strings.CutPrefix(part, "udp:"); ok {
			address = udp
		}
	}
	conn, err := net.Dial("udp", address)
	if err != nil {
		return nil, err
	}
	return &exporter{conn}, nil
}

// ExportSpans implements sdktrace.SpanExporter. It never fails: a trace is not
// worth a request.
func (e *exporter) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	for _, s := range spans {
		doc, err := json.Marshal(subsegmentOf(s))
		if err != nil || len(datagramHeader)+len(doc) > maxDatagram {
			continue
		}
		e.conn.Write(append([]byte(datagramHeader), doc...))
	}
	return nil
}

// Shutdown implements sdktrace.SpanExporter.
func (e *exporter) Shutdown(context.Context) error { return e.conn.Close() }
