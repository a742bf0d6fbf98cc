package metrics

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"
)

func TestLine(t *testing.T) {
	ctx := WithUsage(t.Context())
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() { AddCapacity(ctx, 0.5, 1) })
	}
	group.Wait()
	var out bytes.Buffer
	Invocation{
		Environment: "prod", Service: "accounts", Operation: "getMyAccount", Region: "ca-central-1", RequestID: "r", TraceID: "1-5759e988-bd862e3fe1be46a994272793",
		Caller: "c\"", Status: 503, Problem: "unavailable", ColdStart: true, Start: time.UnixMilli(1772651717123), Latency: 1500 * time.Microsecond,
	}.Write(ctx, &out)
	if n := bytes.Count(out.Bytes(), []byte("\n")); n != 1 {
		t.Fatalf("%d lines: %s", n, &out)
	}
	var doc map[string]any
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatalf("%s: %v", &out, err)
	}
	for name, want := range map[string]any{
		"timestamp": "2026-03-04T19:15:17.123Z", "message": "request", "environment": "prod", "service": "accounts", "operation": "getMyAccount", "region": "ca-central-1", "requestId": "r", "caller": "c\"", "level": "ERROR", "problem": "unavailable",
		"traceId": "1-5759e988-bd862e3fe1be46a994272793", "status": 503.0, "Requests": 1.0, "Faults": 1.0, "Latency": 1.5, "ColdStarts": 1.0,
		"ConsumedReadCapacity": 50.0, "ConsumedWriteCapacity": 100.0,
	} {
		if doc[name] != want {
			t.Errorf("%s: got %v, want %v", name, doc[name], want)
		}
	}
	// CloudWatch drops a metric or dimension that the line names and does not have.
	var metadata struct {
		AWS struct {
			Timestamp         int64
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct{ Name, Unit string }
			}
		} `json:"_aws"`
	}
	if err := json.Unmarshal(out.Bytes(), &metadata); err != nil {
		t.Fatal(err)
	}
	m := metadata.AWS.CloudWatchMetrics[0]
	if metadata.AWS.Timestamp != 1772651717123 || m.Namespace != Namespace || len(m.Metrics) != 6 {
		t.Errorf("got %+v", metadata)
	}
	names := slices.Concat(m.Dimensions...)
	for _, metric := range m.Metrics {
		names = append(names, metric.Name)
	}
	for _, name := range names {
		if _, ok := doc[name]; !ok {
			t.Errorf("%s is declared and not there", name)
		}
	}
}

func TestCapacityOutsideAnInvocation(t *testing.T) {
	AddCapacity(context.Background(), 1, 1) // must not panic
	var out bytes.Buffer
	Invocation{Status: 200}.Write(context.Background(), &out)
	if !json.Valid(out.Bytes()) || !bytes.Contains(out.Bytes(), []byte(`"Faults":0`)) {
		t.Errorf("%s", &out)
	}
}
