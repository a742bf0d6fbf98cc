package adapter

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/platform/metrics"
)

// TestARequestsLine holds the line of each invocation to what it did.
func TestARequestsLine(t *testing.T) {
	var log, lines bytes.Buffer
	s := config(&log)
	s.Environment, s.Metrics = "prod", &lines
	fails := errors.New("the store is gone")
	var answer error
	a, err := New(operation, func(ctx context.Context, in input) (output, error) {
		metrics.AddCapacity(ctx, 0.5, 1)
		time.Sleep(2 * time.Millisecond)
		return output{}, answer
	}, s)
	if err != nil {
		t.Fatal(err)
	}
	type line struct {
		Environment, Service, Operation, Region, RequestID, TraceID, Caller, Problem, Level string
		Timestamp                                                                           time.Time
		Status                                                                              int
		Requests, Faults, ColdStarts, ConsumedReadCapacity, ConsumedWriteCapacity, Latency  float64
	}
	//lint:ignore SA1029 the key is aws-lambda-go's
	ctx := context.WithValue(t.Context(), "x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0")
	invoke := func(result error) (l line) {
		t.Helper()
		answer = result
		lines.Reset()
		if _, err := a.Invoke(ctx, event(nil)); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatalf("%s: %v", &lines, err)
		}
		if l.Latency < 2 || l.Latency > 60_000 || time.Since(l.Timestamp).Abs() > time.Minute {
			t.Errorf("took %v ms at %v", l.Latency, l.Timestamp)
		}
		if l.Caller == "" || strings.Contains(l.Caller, "me") {
			t.Errorf("the caller is told as %q", l.Caller)
		}
		l.Latency, l.Timestamp, l.Caller = 0, time.Time{}, ""
		return l
	}
	want := line{
		Environment: "prod", Service: "things", Operation: operation.ID, Region: "us-west-2", RequestID: "r-1", TraceID: "1-5759e988-bd862e3fe1be46a994272793",
		Level: "INFO", Status: 200, Requests: 1, ColdStarts: 1, ConsumedReadCapacity: 0.5, ConsumedWriteCapacity: 1,
	}
	if got := invoke(nil); got != want {
		t.Errorf("the first:\ngot  %+v\nwant %+v", got, want)
	}
	want.ColdStarts = 0
	if got := invoke(nil); got != want {
		t.Errorf("the second:\ngot  %+v\nwant %+v", got, want)
	}
	want.Level, want.Status, want.Problem, want.Faults = "ERROR", 500, "internal", 1
	if got := invoke(fails); got != want {
		t.Errorf("a failure:\ngot  %+v\nwant %+v", got, want)
	}
}
