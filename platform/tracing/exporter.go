package tracing

import (
	"net"
	"strings"
)

// exporter sends each span to the X-Ray daemon when the span ends, in its own
// datagram. In Lambda the daemon runs on the same host, so sending takes
// microseconds. An exporter that sent in batches would lose spans when Lambda freezes
// the process.
type exporter struct{ conn net.Conn }

const datagramHeader = `{"format":"json","version":1}` + "\n"

// dial returns an exporter for the daemon at address, such as "169.254.79.129:2000" or
// "tcp:127.0.0.1:2000 udp:127.0.0.2:2001". UDP has no handshake, so dial succeeds even
// if no daemon listens.
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

// export sends the document of a span that has ended. It ignores errors, because a
// request must not fail if its trace is lost.
func (e *exporter) export(d *subsegment) {
	datagram := append(make([]byte, 0, 1024), datagramHeader...)
	e.conn.Write(d.appendJSON(datagram)) // fails above 65,507 bytes, UDP's limit over IPv4
}
