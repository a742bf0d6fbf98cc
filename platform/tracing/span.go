package tracing

import (
	"context"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/embedded"
)

// maxAttributes is the maximum number of attributes of a span, the default of
// OpenTelemetry's SDK. More are dropped.
const maxAttributes = 128

// provider implements trace.TracerProvider. It samples a span if its parent is
// sampled: the tracing header contains X-Ray's decision. Spans without a parent are
// not sampled.
type provider struct {
	embedded.TracerProvider
	exporter *exporter
	ids      ids
}

// Tracer implements trace.TracerProvider. X-Ray has no scopes, so that all tracers are equal.
func (p *provider) Tracer(string, ...trace.TracerOption) trace.Tracer { return tracer{provider: p} }

// tracer implements trace.Tracer.
type tracer struct {
	embedded.Tracer
	provider *provider
}

// Start implements trace.Tracer. Kinds and links are ignored, because subsegments have
// neither.
func (t tracer) Start(ctx context.Context, name string, options ...trace.SpanStartOption) (context.Context, trace.Span) {
	cfg := trace.NewSpanStartConfig(options...)
	parent := trace.SpanContextFromContext(ctx)
	if cfg.NewRoot() {
		parent = trace.SpanContext{}
	}
	sampled := parent.IsValid() && parent.IsSampled()
	id := trace.SpanContextConfig{
		TraceID: parent.TraceID(), TraceFlags: parent.TraceFlags().WithSampled(sampled), TraceState: parent.TraceState(),
	}
	if id.TraceID.IsValid() {
		id.SpanID = t.provider.ids.newSpanID()
	} else {
		id.TraceID, id.SpanID = t.provider.ids.newIDs()
	}
	s := &span{
		provider: t.provider, context: trace.NewSpanContext(id), parent: parent, recording: sampled,
		name: name, start: orNow(cfg.Timestamp()),
	}
	s.SetAttributes(cfg.Attributes()...)
	return trace.ContextWithSpan(ctx, s), s
}

// orNow returns t or, if t is zero, the current time.
func orNow(t time.Time) time.Time {
	if t.IsZero() {
		return time.Now()
	}
	return t
}

// span implements trace.Span. A span that is not sampled has an ID and records nothing.
type span struct {
	embedded.Span
	provider        *provider
	context, parent trace.SpanContext

	mu          sync.Mutex // guards the fields below
	recording   bool       // false after End; then the fields below do not change
	name        string
	start, end  time.Time
	attributes  []attribute.KeyValue // at most one of a key
	status      codes.Code
	description string // of the error
}

// SpanContext implements trace.Span.
func (s *span) SpanContext() trace.SpanContext { return s.context }

// TracerProvider implements trace.Span.
func (s *span) TracerProvider() trace.TracerProvider { return s.provider }

// IsRecording implements trace.Span.
func (s *span) IsRecording() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.recording
}

// update calls f if s is recording.
func (s *span) update(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.recording {
		f()
	}
}

// SetName implements trace.Span.
func (s *span) SetName(name string) { s.update(func() { s.name = name }) }

// SetStatus implements trace.Span. As OpenTelemetry requires, Ok is final, and Unset
// changes nothing.
func (s *span) SetStatus(code codes.Code, description string) {
	s.update(func() {
		if code < s.status {
			return
		}
		s.status, s.description = code, ""
		if code == codes.Error {
			s.description = description
		}
	})
}

// SetAttributes implements trace.Span. The last value of a key counts.
func (s *span) SetAttributes(attributes ...attribute.KeyValue) {
	s.update(func() {
		for _, a := range attributes {
			i := slices.IndexFunc(s.attributes, func(old attribute.KeyValue) bool { return old.Key == a.Key })
			switch {
			case !a.Valid():
			case i >= 0:
				s.attributes[i] = a
			case len(s.attributes) < maxAttributes:
				s.attributes = append(s.attributes, a)
			}
		}
	})
}

// AddEvent implements trace.Span. Subsegments have no events.
func (*span) AddEvent(string, ...trace.EventOption) {}

// RecordError implements trace.Span. It does nothing, because it would add an event.
// SetStatus reports an error.
func (*span) RecordError(error, ...trace.EventOption) {}

// AddLink implements trace.Span. Subsegments have no links.
func (*span) AddLink(trace.Link) {}

// End implements trace.Span. The first call sends the span.
func (s *span) End(options ...trace.SpanEndOption) {
	cfg := trace.NewSpanEndConfig(options...)
	ended := false
	s.update(func() {
		s.recording, ended = false, true
		s.end = cfg.Timestamp()
		if s.end.IsZero() {
			s.end = s.start.Add(time.Since(s.start)) // never before start, whatever happens to the clock
		}
	})
	if ended {
		s.provider.exporter.export(s)
	}
}
