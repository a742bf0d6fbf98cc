// Package metrics counts what an invocation did and writes it as one line in
// CloudWatch's embedded metric format: CloudWatch makes metrics of it without a
// call to its API, and the same line is the request's entry in the log.
// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
package metrics

import (
	"context"
	"io"
	"math"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/meridian-api/meridian/platform/internal/jsonwrite"
)

// Namespace is the metrics' namespace in CloudWatch.
const Namespace = "Meridian"

// Invocation is one request as it is written. Its members are dimensions,
// metrics and properties of the line.
type Invocation struct {
	// Environment, Service and Operation are the dimensions: environments share
	// an account, and their metrics must not add up.
	Environment, Service, Operation string
	RequestID, TraceID              string
	Region                          string
	// Caller is the caller's subject, hashed, or empty.
	Caller string
	Status int
	// Problem is the kind of problem that was answered, or empty.
	Problem   string
	ColdStart bool
	Start     time.Time
	Latency   time.Duration
}

// usage is what an invocation's calls consumed, counted by its goroutines.
type usage struct{ read, write atomic.Uint64 }

type usageKey struct{}

// WithUsage prepares a context for AddCapacity.
func WithUsage(ctx context.Context) context.Context {
	return context.WithValue(ctx, usageKey{}, &usage{})
}

// AddCapacity counts DynamoDB's consumed capacity in units. Outside an
// invocation it counts nothing.
func AddCapacity(ctx context.Context, read, write float64) {
	if u, ok := ctx.Value(usageKey{}).(*usage); ok {
		add(&u.read, read)
		add(&u.write, write)
	}
}

func add(to *atomic.Uint64, amount float64) {
	for amount != 0 {
		old := to.Load()
		if to.CompareAndSwap(old, math.Float64bits(math.Float64frombits(old)+amount)) {
			return
		}
	}
}

// Directive is what CloudWatch makes of a line: the metrics, their units and
// their dimensions, as the format's MetricDirective object in JSON.
const Directive = `{"Namespace":"` + Namespace + `","Dimensions":[["environment","service","operation"]],"Metrics":[` +
	`{"Name":"Requests","Unit":"Count"},{"Name":"Faults","Unit":"Count"},{"Name":"Latency","Unit":"Milliseconds"},` +
	`{"Name":"ColdStarts","Unit":"Count"},{"Name":"ConsumedReadCapacity","Unit":"Count"},{"Name":"ConsumedWriteCapacity","Unit":"Count"}]}`

// Write writes the invocation's line to w, usually standard output. The
// capacity is what the context's calls have consumed. A line that cannot be
// written is lost: a request is worth more.
func (i Invocation) Write(ctx context.Context, w io.Writer) {
	level, fault, cold := "INFO", 0.0, 0.0
	if i.Status >= 500 {
		level, fault = "ERROR", 1
	}
	if i.ColdStart {
		cold = 1
	}
	var read, write float64
	if u, ok := ctx.Value(usageKey{}).(*usage); ok {
		read, write = math.Float64frombits(u.read.Load()), math.Float64frombits(u.write.Load())
	}

	out := make([]byte, 0, 1024)
	out = append(out, `{"_aws":{"Timestamp":`...)
	out = strconv.AppendInt(out, i.Start.UnixMilli(), 10)
	out = append(out, `,"CloudWatchMetrics":[`+Directive+`]},"timestamp":"`...)
	out = append(i.Start.UTC().AppendFormat(out, "2006-01-02T15:04:05.000Z"), '"')
	text := func(name, value string) {
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
	text("environment", i.Environment)
	text("service", i.Service)
	text("operation", i.Operation)
	text("region", i.Region)
	text("requestId", i.RequestID)
	text("traceId", i.TraceID)
	text("caller", i.Caller)
	number("status", float64(i.Status))
	text("problem", i.Problem)
	number("Requests", 1)
	number("Faults", fault)
	number("Latency", float64(i.Latency.Microseconds())/1e3)
	number("ColdStarts", cold)
	number("ConsumedReadCapacity", read)
	number("ConsumedWriteCapacity", write)
	w.Write(append(out, '}', '\n'))
}
