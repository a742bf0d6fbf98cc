package adapter

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/meridian-api/meridian/platform/metrics"
)

// metricLine is an invocation's line in embedded metric format.
type metricLine struct {
	Environment, Service, Operation, Region, RequestID, TraceID, Caller, Problem, Level string
	Timestamp                                                                           time.Time
	Status                                                                              int
	Requests, Faults, ColdStarts, ConsumedReadCapacity, ConsumedWriteCapacity, Latency  float64
}

func TestMetricsOfEachInvocation(t *testing.T) {
	var log, lines bytes.Buffer
	c := testConfig(&log)
	c.Environment, c.Metrics = "prod", &lines
	var result error
	a, err := New(operation, func(ctx context.Context, in input) (output, error) {
		metrics.AddCapacity(ctx, 0.5, 1)
		time.Sleep(2 * time.Millisecond)
		return output{}, result
	}, c)
	if err != nil {
		t.Fatal(err)
	}
	//lint:ignore SA1029 the key is aws-lambda-go's
	ctx := context.WithValue(t.Context(), "x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0")
	want := metricLine{
		Environment: "prod", Service: "things", Operation: operation.ID, Region: "us-west-2",
		RequestID: "r-1", TraceID: "1-5759e988-bd862e3fe1be46a994272793", Caller: "2744ccd10c7533bd",
		Level: "INFO", Status: 200, Requests: 1, ColdStarts: 1, ConsumedReadCapacity: 0.5, ConsumedWriteCapacity: 1,
	}
	second := want
	second.ColdStarts = 0
	failure := second
	failure.Level, failure.Status, failure.Problem, failure.Faults = "ERROR", 500, "internal", 1

	for _, test := range []struct {
		name   string
		result error
		want   metricLine
	}{
		{"first invocation", nil, want},
		{"second invocation", nil, second},
		{"failure", errors.New("the store is down"), failure},
	} {
		t.Run(test.name, func(t *testing.T) {
			result = test.result
			lines.Reset()
			if _, err := a.Invoke(ctx, event(nil)); err != nil {
				t.Fatal(err)
			}
			var got metricLine
			if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
				t.Fatalf("%s: %v", &lines, err)
			}
			if got.Latency < 2 || got.Latency > 60_000 || time.Since(got.Timestamp).Abs() > time.Minute {
				t.Errorf("took %v ms at %v", got.Latency, got.Timestamp)
			}
			got.Latency, got.Timestamp = 0, time.Time{}
			assertEqual(t, "line", got, test.want)
		})
	}
}

func TestMetricsOfTheHandler(t *testing.T) {
	var log, lines bytes.Buffer
	c := testConfig(&log)
	c.Metrics = &lines
	a, err := New(operation, func(ctx context.Context, in input) (output, error) {
		metrics.Count(ctx, "ThingsNamed", 1, metrics.Dim("name", in.Body.Name))
		return output{}, nil
	}, c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Invoke(t.Context(), event(nil)); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Requests, ThingsNamed float64
		Name                  string
	}
	if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
		t.Fatalf("%s: %v", &lines, err)
	}
	if got.Requests != 1 || got.ThingsNamed != 1 || got.Name != "Ada" {
		t.Errorf("got %+v from %s", got, &lines)
	}
}
