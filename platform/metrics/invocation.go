// Package metrics measures an invocation and writes one line in CloudWatch's
// embedded metric format. CloudWatch extracts the metrics from the line, so no call
// to its API is needed, and the line is also the log entry of the request.
// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
package metrics

import (
	"cmp"
	"context"
	"io"
	"math"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/meridian-api/meridian/platform/internal/jsonwrite"
	"github.com/meridian-api/meridian/platform/system"
)

// Invocation is a request. Its fields are the dimensions, metrics and properties
// of the line.
type Invocation struct {
	// Environment, Service and Operation are the dimensions. Environment is one of
	// them because environments share an account.
	Environment, Service, Operation string
	RequestID, TraceID              string
	Region                          string
	// Caller is a hash of the caller's subject, or empty.
	Caller string
	Status int
	// Problem is the slug of the problem in the response, or empty.
	Problem   string
	ColdStart bool
	Start     time.Time
	Latency   time.Duration
}

// usage is what an invocation has used and counted. Goroutines add to it concurrently.
type usage struct {
	// read and write are the capacity that its calls consumed, as the bits of a float64.
	read, write atomic.Uint64
	// custom is nil if the handler has added no metrics.
	custom atomic.Pointer[custom]
}

type usageKey struct{}

// WithUsage returns a context that counts the capacity passed to AddCapacity, and
// records the metrics of Count and Observe.
func WithUsage(ctx context.Context) context.Context {
	return context.WithValue(ctx, usageKey{}, &usage{})
}

// AddCapacity adds the capacity units that a call to DynamoDB consumed. It does
// nothing if ctx does not come from WithUsage.
func AddCapacity(ctx context.Context, read, write float64) {
	if u, ok := ctx.Value(usageKey{}).(*usage); ok {
		add(&u.read, read)
		add(&u.write, write)
	}
}

func add(sum *atomic.Uint64, amount float64) {
	for amount != 0 {
		old := sum.Load()
		if sum.CompareAndSwap(old, math.Float64bits(math.Float64frombits(old)+amount)) {
			return
		}
	}
}

// Directive returns the MetricDirective object of every line, in JSON: the namespace, which
// is the system's title, and the metrics with their units and dimensions.
func Directive() string { return `{"Namespace":"` + system.Current().Title + directiveEnd }

const directiveEnd = `","Dimensions":[["environment","service","operation"]],"Metrics":[` +
	`{"Name":"Requests","Unit":"Count"},{"Name":"Faults","Unit":"Count"},{"Name":"Latency","Unit":"Milliseconds"},` +
	`{"Name":"ColdStarts","Unit":"Count"},{"Name":"ConsumedReadCapacity","Unit":"Count"},{"Name":"ConsumedWriteCapacity","Unit":"Count"}]}`

// unknown is the value of a dimension that is not set. CloudWatch drops the metrics of
// a line that lacks a dimension.
const unknown = "unknown"

// maxText is the maximum length of a text of the line in bytes. Longer ones are cut.
const maxText = 1024

// Write writes the line to w, usually standard output. The capacity and the handler's
// metrics come from ctx; see WithUsage. Metrics with two values of a dimension need
// more lines, which Write adds in the same call of w. Write ignores errors of w: a
// request must not fail because a log line was lost.
func (i Invocation) Write(ctx context.Context, w io.Writer) {
	level, fault, cold := "INFO", 0.0, 0.0
	if i.Status >= 500 {
		level, fault = "ERROR", 1
	}
	if i.ColdStart {
		cold = 1
	}
	var read, write float64
	var own, more [][]series
	metricError := ""
	if u, ok := ctx.Value(usageKey{}).(*usage); ok {
		read, write = math.Float64frombits(u.read.Load()), math.Float64frombits(u.write.Load())
		if c := u.custom.Load(); c != nil {
			c.mu.Lock() // a goroutine of the handler may still run
			defer c.mu.Unlock()
			if metricError = c.err; metricError != "" && level == "INFO" {
				level = "WARN"
			}
			if lines := c.lines(); lines != nil {
				own, more = lines[:1], lines[1:]
			}
		}
	}

	out := make([]byte, 0, 1024)
	out = append(out, `{"_aws":{"Timestamp":`...)
	out = strconv.AppendInt(out, i.Start.UnixMilli(), 10)
	out = append(append(out, `,"CloudWatchMetrics":[{"Namespace":"`...), system.Current().Title...)
	out = append(out, directiveEnd...)
	for _, line := range own {
		out = directives(append(out, ','), line)
	}
	out = append(out, `]},"timestamp":"`...)
	out = append(i.Start.UTC().AppendFormat(out, timeLayout), '"')
	text := func(name, value string) {
		if len(value) > maxText {
			value = strings.ToValidUTF8(value[:maxText], "")
		}
		if value != "" {
			out = append(append(append(out, `,"`...), name...), `":`...)
			out = jsonwrite.String(out, value)
		}
	}
	number := func(name string, value float64) {
		out = append(append(append(out, `,"`...), name...), `":`...)
		out = strconv.AppendFloat(out, value, 'f', -1, 64)
	}
	text("level", level)
	text("message", "request")
	text("environment", cmp.Or(i.Environment, unknown))
	text("service", cmp.Or(i.Service, unknown))
	text("operation", cmp.Or(i.Operation, unknown))
	text("region", i.Region)
	text("requestId", i.RequestID)
	text("traceId", i.TraceID)
	text("caller", i.Caller)
	number("status", float64(i.Status))
	text("problem", i.Problem)
	text("metricError", metricError)
	number("Requests", 1)
	number("Faults", fault)
	number("Latency", float64(i.Latency.Microseconds())/1e3)
	number("ColdStarts", cold)
	number("ConsumedReadCapacity", read)
	number("ConsumedWriteCapacity", write)
	for _, line := range own {
		out = members(out, line)
	}
	out = append(out, '}', '\n')
	for _, line := range more {
		out = i.further(out, line)
	}
	w.Write(out)
}
