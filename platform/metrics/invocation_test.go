package metrics

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/meridian-api/meridian/platform/system"
)

func TestWrite(t *testing.T) {
	ctx := WithUsage(t.Context())
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() { AddCapacity(ctx, 0.5, 1) })
	}
	group.Wait()
	var out bytes.Buffer
	Invocation{
		Environment: "prod", Service: "accounts", Operation: "getMyAccount", Region: "ca-central-1",
		RequestID: "r", TraceID: "1-5759e988-bd862e3fe1be46a994272793", Caller: "c\"", Status: 503,
		Problem: "unavailable", ColdStart: true,
		Start: time.UnixMilli(1772651717123), Latency: 1234567 * time.Nanosecond,
	}.Write(ctx, &out)
	if n := bytes.Count(out.Bytes(), []byte("\n")); n != 1 {
		t.Fatalf("%d lines: %s", n, &out)
	}
	doc := parse(t, out.Bytes())
	want := map[string]any{
		"timestamp": "2026-03-04T19:15:17.123Z", "level": "ERROR", "message": "request",
		"environment": "prod", "service": "accounts", "operation": "getMyAccount", "region": "ca-central-1",
		"requestId": "r", "traceId": "1-5759e988-bd862e3fe1be46a994272793", "caller": "c\"",
		"status": 503.0, "problem": "unavailable",
		"Requests": 1.0, "Faults": 1.0, "Latency": 1.234, "ColdStarts": 1.0,
		"ConsumedReadCapacity": 50.0, "ConsumedWriteCapacity": 100.0,
	}
	isMetadata := func(name string, _ any) bool { return name == "_aws" }
	if diff := cmp.Diff(want, doc, cmpopts.IgnoreMapEntries(isMetadata)); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}

	// CloudWatch drops a metric or dimension that the directive names and the line lacks.
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
	if metadata.AWS.Timestamp != 1772651717123 || m.Namespace != system.Current().Title || len(m.Metrics) != 6 {
		t.Errorf("got %+v", metadata)
	}
	names := slices.Concat(m.Dimensions...)
	for _, metric := range m.Metrics {
		names = append(names, metric.Name)
	}
	for _, name := range names {
		if _, ok := doc[name]; !ok {
			t.Errorf("the directive names %s, which the line lacks", name)
		}
	}
}

// parse parses a line.
func parse(t *testing.T, line []byte) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(line, &doc); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return doc
}

// TestLongTextsAreCut writes a line with texts of 1 MB.
func TestLongTextsAreCut(t *testing.T) {
	var out bytes.Buffer
	long := strings.Repeat("é", 1<<19)
	Invocation{Operation: long, RequestID: long, TraceID: long, Caller: long, Problem: long}.Write(t.Context(), &out)
	if out.Len() > 8<<10 {
		t.Errorf("the line has %d bytes", out.Len())
	}
	parse(t, out.Bytes())
}

func TestFaultsAreServerErrors(t *testing.T) {
	for _, test := range []struct {
		status int
		level  string
		faults float64
	}{
		{status: 200, level: "INFO"},
		{status: 499, level: "INFO"},
		{status: 500, level: "ERROR", faults: 1},
		{status: 504, level: "ERROR", faults: 1},
	} {
		t.Run(strconv.Itoa(test.status), func(t *testing.T) {
			var out bytes.Buffer
			Invocation{Status: test.status}.Write(t.Context(), &out)
			doc := parse(t, out.Bytes())
			if doc["level"] != test.level || doc["Faults"] != test.faults {
				t.Errorf("level %v and faults %v, want %s and %v", doc["level"], doc["Faults"], test.level, test.faults)
			}
		})
	}
}

// TestWithoutUsage checks that AddCapacity and Write accept a context without usage.
func TestWithoutUsage(t *testing.T) {
	AddCapacity(t.Context(), 1, 1)
	var out bytes.Buffer
	Invocation{}.Write(t.Context(), &out)
	doc := parse(t, out.Bytes())
	for _, name := range []string{"ConsumedReadCapacity", "ConsumedWriteCapacity", "ColdStarts"} {
		if doc[name] != 0.0 {
			t.Errorf("%s is %v, want 0", name, doc[name])
		}
	}
	for _, name := range []string{"environment", "service", "operation"} {
		if doc[name] != "unknown" {
			t.Errorf("the dimension %s is %v, want unknown: CloudWatch needs a value", name, doc[name])
		}
	}
	if _, ok := doc["problem"]; ok {
		t.Error("the line has an empty property")
	}
}
