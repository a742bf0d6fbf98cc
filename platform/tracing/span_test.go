package tracing

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// TestSpanBehavesLikeTheSDKs calls random methods of a span and of a span of
// OpenTelemetry's SDK, and compares all that the two report.
func TestSpanBehavesLikeTheSDKs(t *testing.T) {
	exporter, err := dial("127.0.0.1:1") // no daemon listens
	if err != nil {
		t.Fatal(err)
	}
	own := &provider{exporter: exporter, ids: ids{time.Now}}
	sdk := sdktrace.NewTracerProvider(
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.NeverSample())), sdktrace.WithResource(resource.Empty()),
	)
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 0))
		parent := ParseHeader([]string{sampled, sampled, unsampled, "", "Root=" + root + ";Sampled=1"}[random.IntN(5)])
		options := randomOptions(random)
		steps := make([]func(trace.Span), random.IntN(12))
		for i := range steps {
			steps[i] = randomStep(random)
		}
		run := func(p trace.TracerProvider) trace.Span {
			ctx := trace.ContextWithRemoteSpanContext(context.Background(), parent)
			ctx, span := p.Tracer(scope).Start(ctx, "first", options...)
			if !trace.SpanContextFromContext(ctx).Equal(span.SpanContext()) || span.TracerProvider() != p {
				t.Errorf("seed %d: context of %T has another span, or the span another provider", seed, p)
			}
			for _, step := range steps {
				step(span)
			}
			return span
		}
		if diff := cmp.Diff(report(run(sdk), parent), report(run(own), parent)); diff != "" {
			t.Fatalf("seed %d (-SDK +own):\n%s", seed, diff)
		}
	}
}

// randomOptions returns options with which to start a span.
func randomOptions(random *rand.Rand) []trace.SpanStartOption {
	return [][]trace.SpanStartOption{
		nil, {trace.WithNewRoot()}, {trace.WithTimestamp(time.Unix(1772651717, 0))},
		{trace.WithAttributes(attribute.Int("a", 1)), trace.WithSpanKind(trace.SpanKindClient)},
	}[random.IntN(4)]
}

// randomStep returns a call of a method of a span.
func randomStep(random *rand.Rand) func(trace.Span) {
	n := random.IntN(5)
	code := codes.Code(random.IntN(3))
	many := make([]attribute.KeyValue, random.IntN(2*maxAttributes))
	for i := range many {
		many[i] = attribute.Int(strconv.Itoa(random.IntN(300)), i)
	}
	end := [][]trace.SpanEndOption{nil, {trace.WithTimestamp(time.Unix(1772651718, 0))}}[random.IntN(2)]
	return []func(trace.Span){
		func(s trace.Span) { s.SetAttributes(attribute.Int("a", n), attribute.String("b", fmt.Sprint(n))) },
		func(s trace.Span) {
			s.SetAttributes(attribute.String("", "no key"), attribute.KeyValue{Key: "no value"})
		},
		func(s trace.Span) { s.SetAttributes(many...) },
		func(s trace.Span) { s.SetName(fmt.Sprint(n)) },
		func(s trace.Span) { s.SetStatus(code, fmt.Sprint(n)) },
		func(s trace.Span) { s.RecordError(context.Canceled) },
		func(s trace.Span) { s.AddEvent("event") },
		func(s trace.Span) { s.AddLink(trace.Link{}) },
		func(s trace.Span) { s.End(end...) },
	}[random.IntN(9)]
}

// spanReport has all that a span and its context report, without random IDs.
type spanReport struct {
	Recording, Sampled, Remote, OwnSpanID, SameTrace bool
	Name                                             string
	Attributes                                       []string // sorted
	Status                                           codes.Code
	Description, Parent                              string
	Start, End                                       int64 // fixed times in seconds, or 0
}

func report(s trace.Span, parent trace.SpanContext) spanReport {
	sc := s.SpanContext()
	r := spanReport{
		Recording: s.IsRecording(), Sampled: sc.IsSampled(), Remote: sc.IsRemote(),
		OwnSpanID: sc.SpanID().IsValid() && sc.SpanID() != parent.SpanID(), SameTrace: sc.TraceID() == parent.TraceID(),
	}
	fixed := func(t time.Time) int64 {
		if time.Since(t) > -time.Minute && time.Since(t) < time.Minute {
			return 0
		}
		return t.Unix()
	}
	var attributes []attribute.KeyValue
	switch s := s.(type) {
	case sdktrace.ReadOnlySpan:
		attributes = s.Attributes()
		r.Name, r.Status, r.Description = s.Name(), s.Status().Code, s.Status().Description
		r.Parent, r.Start, r.End = s.Parent().SpanID().String(), fixed(s.StartTime()), fixed(s.EndTime())
	case *span:
		if !s.context.IsSampled() {
			return r // of such a span, the SDK's reports nothing
		}
		attributes = s.attributes
		r.Name, r.Status, r.Description = s.name, s.status, s.description
		r.Parent, r.Start, r.End = s.parent.SpanID().String(), fixed(s.start), fixed(s.end)
	}
	for _, a := range attributes {
		r.Attributes = append(r.Attributes, string(a.Key)+"="+a.Value.String())
	}
	slices.Sort(r.Attributes)
	return r
}
