package tracing

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSpanBelowAnother(t *testing.T) {
	address, next := listen(t)
	ctx, request := New(address).Start(t.Context(), sampled, "getMyAccount")
	below, span := Start(ctx, "price")
	if FromContext(below) != span || FromContext(ctx) != request {
		t.Error("a context has another span than the one that was started with it")
	}
	span.End(errors.New("no price"))
	got := next()
	request.EndResponse(200, nil)
	want := document{
		"name": "price", "type": "subsegment", "trace_id": root, "parent_id": next()["id"], "fault": true,
		"cause": document{"exceptions": []any{document{"id": got["id"], "message": "no price"}}},
	}
	if diff := cmp.Diff(want, got, ignoreFields("id", "start_time", "end_time")); diff != "" {
		t.Errorf("subsegment (-want +got):\n%s", diff)
	}
	if got, want := span.Header(), (Header{Root: root, Parent: got["id"].(string), Sampled: true}); got != want {
		t.Errorf("header is %s, want %s", got, want)
	}
	if _, late := Start(ctx, "late"); late != nil {
		t.Error("a span started below one that has ended")
	}
}

// TestSpanWithoutEffect calls all methods of spans that record nothing.
func TestSpanWithoutEffect(t *testing.T) {
	address, next := listen(t)
	tracer := New(address)
	_, notSampled := tracer.Start(t.Context(), unsampled, "not sampled")
	ctx, ended := tracer.Start(t.Context(), sampled, "ended")
	ended.End(nil)
	want := next()
	for name, span := range map[string]*Span{"nil": nil, "not sampled": notSampled, "ended": ended} {
		t.Run(name, func(t *testing.T) {
			span.Annotate("a", 1)
			span.SetMetadata("b", 2)
			span.EndResponse(500, context.Canceled)
			span.End(context.Canceled)
			if span.IsRecording() {
				t.Error("the span records")
			}
		})
	}
	tracer.exporter.export(&FromContext(ctx).document) // the next one that arrives, if nothing else was sent
	if diff := cmp.Diff(want, next()); diff != "" {
		t.Errorf("subsegment after calls without effect (-want +got):\n%s", diff)
	}
}

func TestSpanOfManyGoroutines(t *testing.T) {
	address, next := listen(t)
	ctx, span := New(address).Start(t.Context(), sampled, "x")
	const goroutines = 20 // as many datagrams fit the daemon's buffer
	var all sync.WaitGroup
	for g := range goroutines {
		all.Go(func() {
			for i := range maxFields {
				FromContext(ctx).SetMetadata(strconv.Itoa(g*maxFields+i), i)
			}
			_, below := Start(ctx, "below")
			below.Header()
			below.End(nil)
		})
	}
	all.Wait()
	for range goroutines {
		next()
	}
	span.End(nil)
	span.End(nil)
	if got := len(next()["metadata"].(document)); got != maxFields {
		t.Errorf("%d fields, want the maximum %d", got, maxFields)
	}
}
