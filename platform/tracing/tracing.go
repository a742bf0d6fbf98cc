// Package tracing makes X-Ray subsegments of spans. The API and core SDK are
// OpenTelemetry's; the exporter, the identifiers and the instrumentation of AWS
// calls are ours: OTLP with gRPC doubles a Go Lambda's cold start, and the
// X-Ray SDKs are in maintenance mode.
//
// A function with active tracing has a segment of its own, made by Lambda; its
// identifier is the Parent of the tracing header that Lambda hands over with
// each request. The spans of this package are that segment's subsegments.
package tracing

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

const scope = "github.com/meridian-api/meridian/platform/tracing"

// Tracer starts the span of an invocation. It is safe for concurrent use.
type Tracer struct{ tracer trace.Tracer }

// New makes a tracer that sends to the X-Ray daemon at address, the value of
// AWS_XRAY_DAEMON_ADDRESS. Without an address, or with one that cannot be, it
// records nothing: a trace is not worth a start.
func New(address string) *Tracer {
	if address == "" {
		return &Tracer{noop.NewTracerProvider().Tracer(scope)}
	}
	exporter, err := dial(address)
	if err != nil {
		return New("")
	}
	return newTracer(exporter, time.Now)
}

func newTracer(e sdktrace.SpanExporter, now func() time.Time) *Tracer {
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithSyncer(e),
		sdktrace.WithIDGenerator(ids{now}),
		// X-Ray has decided in the header; what has no decision is not sampled.
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.NeverSample())),
		// The default resource looks at the host and the process, which costs start-up time; X-Ray knows both.
		sdktrace.WithResource(resource.Empty()),
	)
	return &Tracer{provider.Tracer(scope)}
}

// Start begins the span of an invocation under the segment that the tracing
// header names. annotations become X-Ray's annotations, by which traces are
// found.
func (t *Tracer) Start(ctx context.Context, header, name string, annotations ...attribute.KeyValue) (context.Context, trace.Span) {
	if parent := ParseHeader(header); parent.IsValid() {
		ctx = trace.ContextWithRemoteSpanContext(ctx, parent)
	}
	ctx, span := t.tracer.Start(ctx, name)
	if span.IsRecording() {
		for _, a := range annotations {
			a.Key = annotation + a.Key
			span.SetAttributes(a)
		}
	}
	return ctx, span
}

// End ends a span with its outcome: status is the HTTP status answered, err
// what went wrong, or nil. A 4xx is the caller's error, a 5xx a fault, a 429 a
// throttle, as X-Ray means them.
func End(span trace.Span, status int, err error) {
	if span.IsRecording() {
		span.SetAttributes(attribute.Int(keyStatus, status))
		if status == 429 {
			span.SetAttributes(attribute.Bool(keyThrottle, true))
		}
		if err != nil {
			span.SetStatus(codes.Error, err.Error())
		}
	}
	span.End()
}
