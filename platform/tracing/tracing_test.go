package tracing

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// document is a subsegment as the daemon receives it.
type document = map[string]any

// listen starts an X-Ray daemon. next returns the next document that the daemon
// receives; datagrams to 127.0.0.1 arrive in order and without delay.
func listen(t *testing.T) (address string, next func() document) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.LocalAddr().String(), func() document {
		t.Helper()
		buf := make([]byte, 1<<16)
		conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		n, _, err := conn.ReadFrom(buf)
		if err != nil {
			t.Fatal(err)
		}
		header, body, _ := bytes.Cut(buf[:n], []byte("\n"))
		if string(header) != `{"format":"json","version":1}` {
			t.Fatalf("header is %s", header)
		}
		var doc document
		if err := json.Unmarshal(body, &doc); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		return doc
	}
}

// ignoreFields returns an option that ignores fields of a document.
func ignoreFields(names ...string) cmp.Option {
	return cmpopts.IgnoreMapEntries(func(name string, _ any) bool { return slices.Contains(names, name) })
}

func now() float64 { return float64(time.Now().UnixMicro()) / 1e6 }

func TestInvocation(t *testing.T) {
	address, next := listen(t)
	before := now()
	_, span := New("tcp:127.0.0.1:1 udp:"+address).Start(t.Context(), sampled, "get <Account> 1_.:/%&#=+-@")
	span.Annotate("cold-start", true)
	span.Annotate("azAZ09_é", 1)
	span.SetMetadata("other", "x")
	span.EndResponse(503, errors.New("the store is down"))
	got, after := next(), now()
	want := document{
		"name": "get _Account_ 1_.:/%&#=+-@", "trace_id": root, "parent_id": parent, "id": got["id"],
		"type": "subsegment", "fault": true,
		"http":        document{"response": document{"status": 503.0}},
		"cause":       document{"exceptions": []any{document{"id": got["id"], "message": "the store is down"}}},
		"annotations": document{"cold_start": true, "azAZ09__": 1.0},
		"metadata":    document{"other": "x"},
	}
	if diff := cmp.Diff(want, got, ignoreFields("start_time", "end_time")); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
	if id := got["id"].(string); len(id) != 16 || id == parent {
		t.Errorf("id is %q, want 16 digits of its own", id)
	}
	start, end := got["start_time"].(float64), got["end_time"].(float64)
	if start < before || end < start || end > after {
		t.Errorf("times are %v to %v, want them between %v and %v", start, end, before, after)
	}
}

func TestLongNameIsCut(t *testing.T) {
	address, next := listen(t)
	tracer := New(address)
	for length, want := range map[int]int{199: 199, 200: 200, 201: 200} {
		_, span := tracer.Start(t.Context(), sampled, strings.Repeat("x", length))
		span.EndResponse(200, nil)
		if got := len(next()["name"].(string)); got != want {
			t.Errorf("name of %d bytes: got %d bytes, want %d", length, got, want)
		}
	}
}

func TestEnd(t *testing.T) {
	address, next := listen(t)
	tracer := New(address)
	failure := errors.New("failure")
	for _, test := range []struct {
		status int
		err    error
		want   document
	}{
		{status: 200, want: document{}},
		{status: 399, want: document{}},
		{status: 400, want: document{"error": true}},
		{status: 404, err: failure, want: document{"error": true}},
		{status: 428, want: document{"error": true}},
		{status: 429, want: document{"error": true, "throttle": true}},
		{status: 499, want: document{"error": true}},
		{status: 500, want: document{"fault": true}},
		{status: 599, want: document{"fault": true}},
		{status: 600, want: document{}},
		{status: 200, err: failure, want: document{"fault": true}},
	} {
		t.Run(strconv.Itoa(test.status), func(t *testing.T) {
			_, span := tracer.Start(t.Context(), sampled, "x")
			span.EndResponse(test.status, test.err)
			got := next()
			if hasCause := got["cause"] != nil; hasCause != (test.err != nil) {
				t.Errorf("cause is %v for error %v", got["cause"], test.err)
			}
			ignored := ignoreFields(
				"name", "id", "trace_id", "parent_id", "type", "start_time", "end_time", "http", "cause",
			)
			if diff := cmp.Diff(test.want, got, ignored); diff != "" {
				t.Errorf("flags (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRecordsOnlySampledRequests(t *testing.T) {
	for _, test := range []struct {
		name, address, header string
		records               bool
	}{
		{name: "sampled", address: "127.0.0.1:1", header: sampled, records: true}, // no daemon listens
		{name: "unsampled", address: "127.0.0.1:1", header: unsampled},
		{name: "no header", address: "127.0.0.1:1"},
		{name: "malformed header", address: "127.0.0.1:1", header: "nonsense"},
		{name: "no address", header: sampled},
		{name: "invalid address", address: "nonsense", header: sampled},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, span := New(test.address).Start(t.Context(), test.header, "x")
			if span.IsRecording() != test.records {
				t.Errorf("records: %v, want %v", span.IsRecording(), test.records)
			}
			span.EndResponse(200, errors.New("failure"))
		})
	}
}

// TestTooLargeDocument sends the largest documents that fit a datagram, a larger
// one that is lost, and one after it.
func TestTooLargeDocument(t *testing.T) {
	address, next := listen(t)
	tracer := New(address)
	send := func(name string, size int) {
		_, span := tracer.Start(t.Context(), sampled, name)
		span.SetMetadata("text", strings.Repeat("x", size))
		span.EndResponse(200, nil)
	}
	send("large", 64_000)
	send("too large", 65_507)
	send("small", 1)
	for _, want := range []string{"large", "small"} {
		if got := next()["name"]; got != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
}

func TestValuesInDocument(t *testing.T) {
	address, next := listen(t)
	_, span := New(address).Start(t.Context(), sampled, "x")
	for name, value := range map[string]any{
		"text": "\"\\\n\u2028é\xff", "integer": int64(-1 << 53), "float": 0.5, "infinite": math.Inf(1), "bool": false,
		"strings": []string{"a", `"`}, "object": map[string]int{"a": 1}, "function": func() {}, "": "no name",
	} {
		span.SetMetadata(name, value)
	}
	span.Annotate("a-b", true)
	span.Annotate("a_b", 2)
	span.Annotate("duration", time.Second)
	span.Annotate("", "no name")
	span.EndResponse(200, nil)
	got := next()
	want := document{
		"annotations": document{"a_b": 2.0, "duration": "1s"}, // the last value of a name
		"metadata": document{
			"text": "\"\\\n\u2028é\ufffd", "integer": float64(-1 << 53), "float": 0.5, "infinite": nil, "bool": false,
			"strings": []any{"a", `"`}, "object": document{"a": 1.0}, "function": nil,
		},
	}
	ignored := ignoreFields("name", "id", "trace_id", "parent_id", "type", "start_time", "end_time", "http")
	if diff := cmp.Diff(want, got, ignored); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
}
