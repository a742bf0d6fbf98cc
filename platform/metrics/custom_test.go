package metrics

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// written returns the lines of an invocation with the metrics that record has added.
func written(t *testing.T, status int, record func(ctx context.Context)) []map[string]any {
	t.Helper()
	ctx := WithUsage(t.Context())
	record(ctx)
	var out bytes.Buffer
	Invocation{Environment: "prod", Service: "accounts", Status: status}.Write(ctx, &out)
	var lines []map[string]any
	for line := range bytes.Lines(out.Bytes()) {
		lines = append(lines, parse(t, line))
	}
	return lines
}

// extracted returns the metrics that CloudWatch extracts from the lines and that only a
// handler records. A line lacks the member of a metric or dimension if it is an error.
func extracted(t *testing.T, lines []map[string]any) []string {
	t.Helper()
	var list []string
	for _, line := range lines {
		data, err := json.Marshal(line["_aws"])
		if err != nil {
			t.Fatal(err)
		}
		var metadata struct {
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct{ Name, Unit string }
			}
		}
		if err := json.Unmarshal(data, &metadata); err != nil {
			t.Fatal(err)
		}
		for _, d := range metadata.CloudWatchMetrics {
			if d.Metrics[0].Name == "Requests" {
				continue
			}
			text := fmt.Sprintf("%s %v %s", d.Metrics[0].Name, line[d.Metrics[0].Name], d.Metrics[0].Unit)
			for _, name := range d.Dimensions[0] {
				text += fmt.Sprintf(" %s=%v", name, line[name])
			}
			list = append(list, text)
		}
	}
	return list
}

func TestHandlersMetrics(t *testing.T) {
	for _, test := range []struct {
		name   string
		record func(ctx context.Context)
		lines  int
		want   []string
	}{
		{
			name:   "no metric",
			record: func(context.Context) {},
			lines:  1,
		},
		{
			name: "counts of one combination are added",
			record: func(ctx context.Context) {
				Count(ctx, "Created", 1, Dim("country", "CA"), Dim("plan", "free"))
				Count(ctx, "Created", 2, Dim("plan", "free"), Dim("country", "CA"))
				Count(ctx, "Mails", 0.5)
			},
			lines: 1,
			want: []string{
				"Created 3 Count environment=prod service=accounts country=CA plan=free",
				"Mails 0.5 Count environment=prod service=accounts",
			},
		},
		{
			name: "two values of a dimension need two lines",
			record: func(ctx context.Context) {
				Count(ctx, "Created", 1, Dim("country", "CA"))
				Count(ctx, "Created", 1, Dim("country", ""))
				Count(ctx, "Moved", 1, Dim("country", "CA"))
			},
			lines: 2,
			want: []string{
				"Created 1 Count environment=prod service=accounts country=CA",
				"Moved 1 Count environment=prod service=accounts country=CA",
				"Created 1 Count environment=prod service=accounts country=unknown",
			},
		},
		{
			name: "values of a distribution are kept",
			record: func(ctx context.Context) {
				Observe(ctx, "Size", 1024, Bytes)
				Observe(ctx, "Size", 1e30, Bytes)
			},
			lines: 1,
			want:  []string{"Size [1024 1e+30] Bytes environment=prod service=accounts"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			lines := written(t, 200, test.record)
			if len(lines) != test.lines {
				t.Errorf("%d lines, want %d", len(lines), test.lines)
			}
			if diff := cmp.Diff(test.want, extracted(t, lines)); diff != "" {
				t.Errorf("metrics (-want +got):\n%s", diff)
			}
			if e := lines[0]["metricError"]; e != nil {
				t.Errorf("metricError is %v", e)
			}
		})
	}
}

func TestRefusedMetrics(t *testing.T) {
	many := []Dimension{Dim("a", "1"), Dim("b", "1"), Dim("c", "1"), Dim("d", "1"), Dim("e", "1"), Dim("f", "1")}
	long := strings.Repeat("A", 65)
	for _, test := range []struct {
		name   string
		record func(ctx context.Context)
		want   string
	}{
		{"lower case", func(ctx context.Context) { Count(ctx, "created", 1) }, `metric "created"`},
		{"punctuation", func(ctx context.Context) { Count(ctx, `A"b`, 1) }, "letters and digits"},
		{"long name", func(ctx context.Context) { Count(ctx, long, 1) }, "at most 64"},
		{"metric of every line", func(ctx context.Context) { Count(ctx, "Faults", 1) }, "metric of every line"},
		{"own member", func(ctx context.Context) { Count(ctx, "A", 1, Dim("status", "x")) }, `dimension "status"`},
		{"capital letter", func(ctx context.Context) { Count(ctx, "A", 1, Dim("Country", "x")) }, `dimension "Country"`},
		{"dimension twice", func(ctx context.Context) { Count(ctx, "A", 1, Dim("a", "x"), Dim("a", "y")) }, "two dimensions"},
		{"many dimensions", func(ctx context.Context) { Count(ctx, "A", 1, many...) }, "6 dimensions"},
		{"value with a line end", func(ctx context.Context) { Count(ctx, "A", 1, Dim("a", "x\n")) }, "printable ASCII"},
		{"value with a colon", func(ctx context.Context) { Count(ctx, "A", 1, Dim("a", ":x")) }, "colon"},
		{"blank value", func(ctx context.Context) { Count(ctx, "A", 1, Dim("a", "  ")) }, "printable ASCII"},
		{"NaN", func(ctx context.Context) { Observe(ctx, "A", math.NaN(), Bytes) }, "NaN"},
		{"infinity", func(ctx context.Context) { Observe(ctx, "A", math.Inf(1), Bytes) }, "+Inf"},
		{"two units", func(ctx context.Context) { Count(ctx, "A", 1); Observe(ctx, "A", 1, Bytes) }, "two units"},
		{"many values", func(ctx context.Context) {
			for range 101 {
				Observe(ctx, "A", 1, Percent)
			}
		}, "more than 100 values"},
		{"many metrics", func(ctx context.Context) {
			for i := range 51 {
				Count(ctx, fmt.Sprintf("A%d", i), 1)
			}
		}, "in excess of 50"},
	} {
		t.Run(test.name, func(t *testing.T) {
			line := written(t, 200, test.record)[0]
			if text, _ := line["metricError"].(string); !strings.Contains(text, test.want) || line["level"] != "WARN" {
				t.Errorf("level %v, metricError %q, want WARN and %q", line["level"], text, test.want)
			}
		})
	}
	t.Run("failed request", func(t *testing.T) {
		if line := written(t, 500, func(ctx context.Context) { Count(ctx, "a", 1) })[0]; line["level"] != "ERROR" {
			t.Errorf("level %v, want ERROR", line["level"])
		}
	})
}

func TestUnboundedValuesBecomeOther(t *testing.T) {
	var set seriesSet
	for i := range MaxSeries + 1 {
		s := series{name: "A", dims: []Dimension{{"id", fmt.Sprint(i)}}}
		want := s.dims[0].value
		if i == MaxSeries {
			want = "other"
		}
		if set.limit(&s); s.dims[0].value != want {
			t.Fatalf("combination %d has the value %s, want %s", i, s.dims[0].value, want)
		}
	}
	s := series{name: "A", dims: []Dimension{{"id", "7"}}}
	if set.limit(&s); s.dims[0].value != "7" {
		t.Errorf("a known combination has the value %s, want 7", s.dims[0].value)
	}
}

func TestMetricsOfSeveralGoroutines(t *testing.T) {
	lines := written(t, 200, func(ctx context.Context) {
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() { Count(ctx, "Calls", 1, Dim("kind", "x")) })
		}
		group.Wait()
	})
	want := []string{"Calls 100 Count environment=prod service=accounts kind=x"}
	if diff := cmp.Diff(want, extracted(t, lines)); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}

// TestOwnNames compares the names that handlers cannot use with an invocation's line.
func TestOwnNames(t *testing.T) {
	var out bytes.Buffer
	ctx := WithUsage(t.Context())
	Count(ctx, "", 1)
	Invocation{Region: "r", RequestID: "r", TraceID: "t", Caller: "c", Problem: "p"}.Write(ctx, &out)
	got := map[string]bool{}
	for name := range parse(t, out.Bytes()) {
		got[name] = true
	}
	want := map[string]bool{"_aws": true}
	for _, name := range ownMetrics {
		want[name] = true
	}
	for _, name := range ownMembers {
		want[name] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-reserved +written):\n%s", diff)
	}
}

func TestWithoutUsageNothingIsRecorded(t *testing.T) {
	Count(t.Context(), "Created", 1)
	if lines := written(t, 200, func(context.Context) {}); extracted(t, lines) != nil {
		t.Errorf("got %v", lines)
	}
}
