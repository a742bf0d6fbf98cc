package control

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Watch returns a channel of events from now on. Events that the reader is too slow for are
// dropped and counted in one of type EventLost. The caller calls stop.
func (r *Recorder) Watch() (events <-chan Event, stop func()) {
	w := &watcher{events: make(chan Event, maxBuffered)}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watchers[w] = struct{}{}
	return w.events, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.watchers, w)
	}
}

// Changed sends an event that the status has changed.
func (r *Recorder) Changed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.publish(EventState, nil)
}

// announce sends an event about a request. The caller holds r.mu.
func (r *Recorder) announce(changed *kept) {
	if len(r.watchers) > 0 {
		r.publish(EventRequest, changed.summary())
	}
}

// publish sends an event. It costs nothing without a watcher. The caller holds r.mu.
func (r *Recorder) publish(kind string, data any) {
	if len(r.watchers) == 0 {
		return
	}
	encoded, err := json.Marshal(data)
	if err != nil {
		panic(err) // the types of this package can be encoded
	}
	for w := range r.watchers {
		w.send(Event{Type: kind, Data: encoded})
	}
}

// send sends an event if there is room, after one for those that were lost.
func (w *watcher) send(e Event) {
	if free := cap(w.events) - len(w.events); free == 0 || free < 2 && w.lost > 0 {
		w.lost++
		return
	}
	if w.lost > 0 {
		lost, _ := json.Marshal(w.lost) // an int can be encoded
		w.events <- Event{Type: EventLost, Data: lost}
		w.lost = 0
	}
	w.events <- e
}

// summary returns a copy of the request without lines, event and response.
func (r *kept) summary() Request {
	s := r.Request
	s.Spans, s.Lines, s.Event, s.Response = slices.Clone(r.Spans), nil, "", ""
	return s
}

func (r *kept) add(s Span) {
	if len(r.Spans) < maxSpans {
		r.Spans = append(r.Spans, s)
	} else {
		r.Truncated = true
	}
}

// cut returns the beginning of a payload.
func (r *kept) cut(payload []byte) string {
	if len(payload) > maxPayload {
		r.Truncated = true
		payload = payload[:maxPayload]
	}
	return string(payload)
}

// rootOf returns the trace ID in an X-Ray header.
func rootOf(header string) string {
	for field := range strings.SplitSeq(header, ";") {
		if root, ok := strings.CutPrefix(strings.TrimSpace(field), "Root="); ok {
			return root
		}
	}
	return ""
}

// logicalName returns the name of a function without the environment.
func logicalName(physical string) string {
	_, name, _ := strings.Cut(physical, "-")
	return name
}

func newID() string { return uuid.NewString() }

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
