package tracing_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"

	"github.com/meridian-api/meridian/platform/tracing"
)

// The example plays the daemon, to which a span is sent when it ends. A Lambda has the
// daemon's address in AWS_XRAY_DAEMON_ADDRESS and the header in the variable or the
// request of the Runtime API. With the adapter, a handler only adds attributes.
func ExampleTracer_Start() {
	daemon, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer daemon.Close()
	const header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"

	tracer := tracing.New(daemon.LocalAddr().String())
	ctx, span := tracer.Start(context.Background(), header, "pay")
	tracing.FromContext(ctx).Annotate("country", "CA")
	span.EndResponse(201, nil)

	datagram := make([]byte, 4096)
	n, _, _ := daemon.ReadFrom(datagram)
	_, text, _ := bytes.Cut(datagram[:n], []byte("\n")) // the first line is the daemon's header
	var subsegment struct {
		Name, Type  string
		TraceID     string `json:"trace_id"`
		ParentID    string `json:"parent_id"`
		Annotations map[string]string
	}
	err = json.Unmarshal(text, &subsegment)
	fmt.Println(subsegment.Name, subsegment.Type, subsegment.Annotations, err)
	fmt.Println(subsegment.TraceID, subsegment.ParentID)
	// Output:
	// pay subsegment map[country:CA] <nil>
	// 1-5759e988-bd862e3fe1be46a994272793 53995c3f42cd8ad8
}
