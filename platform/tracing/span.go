package tracing

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"sync"
	"time"
)

// Span is the time that a piece of work takes. Methods of a nil span, and of one that
// has ended, do nothing. A span is safe for concurrent use.
type Span struct {
	exporter *exporter
	header   Header // of calls that are part of the span

	mu        sync.Mutex // guards the fields below
	recording bool       // false after End, and if the trace is not sampled
	document  subsegment
}

// newSpan starts a span below the parent.
func newSpan(e *exporter, parent Header, name string) *Span {
	own := Header{Root: parent.Root, Parent: newID(), Sampled: parent.Sampled}
	return &Span{exporter: e, header: own, recording: own.Sampled, document: subsegment{
		name: cleanName(name), id: own.Parent, traceID: own.Root, parentID: parent.Parent, start: time.Now(),
	}}
}

// newID returns the ID of a new span: 16 random hexadecimal digits that are not all zero.
func newID() string {
	var id [8]byte
	binary.BigEndian.PutUint64(id[:], 1+rand.Uint64N(math.MaxUint64))
	return hex.EncodeToString(id[:])
}

// Header returns the tracing header for calls that are part of s, or the zero Header,
// which is not valid, if s is nil. Calls of AWS's services send it by themselves.
func (s *Span) Header() Header {
	if s == nil {
		return Header{}
	}
	return s.header
}

// IsRecording reports whether s records: its trace is sampled, and it has not ended.
func (s *Span) IsRecording() bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.recording
}

// Annotate sets an annotation, by which X-Ray finds traces. The value is a string, a bool
// or a number; another value is sent as text. X-Ray indexes 50 annotations of a trace.
// Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-annotations
func (s *Span) Annotate(name string, value any) {
	s.update(func(d *subsegment) { d.annotations.set(cleanKey(name), annotation(value)) })
}

// SetMetadata sets a value that X-Ray shows with the span and does not index. The value
// is sent as JSON.
func (s *Span) SetMetadata(name string, value any) {
	s.update(func(d *subsegment) { d.metadata.set(name, value) })
}

// End ends the span and sends it. err is the error of the work, or nil. Only the first
// call has an effect.
func (s *Span) End(err error) {
	var ended *subsegment
	s.update(func(d *subsegment) {
		d.end = d.start.Add(time.Since(d.start)) // never before start, whatever happens to the clock
		if err != nil {
			d.fail(err)
		}
		s.recording, ended = false, d
	})
	if ended != nil {
		s.exporter.export(ended)
	}
}

// EndResponse ends the span of a request. status is the HTTP status of the response, and
// err is the error of the invocation, or nil. In X-Ray, a 4xx status is an error, a 429 is
// also a throttle, and a 5xx is a fault.
func (s *Span) EndResponse(status int, err error) {
	s.update(func(d *subsegment) { d.respond(status) })
	s.End(err)
}

// update calls f with the document if s records.
func (s *Span) update(f func(*subsegment)) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.recording {
		f(&s.document)
	}
}
