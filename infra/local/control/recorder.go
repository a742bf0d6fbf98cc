package control

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/meridian-api/meridian/infra/local/edge"
	"github.com/meridian-api/meridian/infra/local/function"
	"github.com/meridian-api/meridian/infra/local/gateway"
)

// Limits of a Recorder. A Recorder therefore never uses more than 25 MB.
const (
	maxRequests = 500
	maxPayload  = 8 << 10  // bytes of an event or a response
	maxLines    = 16 << 10 // bytes of the lines of one request
	maxSpans    = 64       // of one request
	maxBuffered = 256      // events that wait for one reader
)

// leastBuild is the time that a build takes at least. To find that there is nothing to
// build takes less.
const leastBuild = time.Millisecond

// Recorder keeps the latest requests, and sends events about them to those who watch.
// Health checks are not requests. It is safe for concurrent use.
type Recorder struct {
	// Ended is called when a request has ended, and Printed for each line that a function
	// prints. Set them before the cloud starts; both may be nil.
	Ended   func(Request)
	Printed func(Line)

	mu        sync.Mutex
	ring      [maxRequests]*kept
	next      int
	byID      map[string]*kept
	byTrace   map[string]*kept
	unwatched map[string]bool // traces of health checks in progress
	instances map[string]*kept
	errors    map[string]int // by Region and function
	watchers  map[*watcher]struct{}
}

// kept is a request with the size of its lines.
type kept struct {
	Request
	lines       int
	healthCheck bool
}

type watcher struct {
	events chan Event
	lost   int
}

// NewRecorder returns an empty Recorder.
func NewRecorder() *Recorder {
	return &Recorder{
		byID: map[string]*kept{}, byTrace: map[string]*kept{}, unwatched: map[string]bool{},
		instances: map[string]*kept{}, errors: map[string]int{}, watchers: map[*watcher]struct{}{},
	}
}

// regionObserver is the observer of the gateway of one Region.
type regionObserver struct {
	*Recorder
	region string
}

// Observer returns the observer of the gateway of a Region.
func (r *Recorder) Observer(region string) gateway.Observer { return regionObserver{r, region} }

// Begin implements gateway.Observer.
func (o regionObserver) Begin(r *http.Request, requestID, traceID string) bool {
	if edge.IsHealthCheck(r) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.unwatched[traceID] = true
		return false
	}
	o.begin(Request{
		ID: requestID, TraceID: traceID, Start: time.Now(), Region: o.region, Method: r.Method, Path: r.URL.Path,
	})
	return true
}

func (r *Recorder) begin(request Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if old := r.ring[r.next]; old != nil {
		delete(r.byID, old.ID)
		if r.byTrace[old.TraceID] == old {
			delete(r.byTrace, old.TraceID)
		}
	}
	added := &kept{Request: request}
	r.ring[r.next] = added
	r.next = (r.next + 1) % maxRequests
	r.byID[request.ID] = added
	r.byTrace[request.TraceID] = added
	r.announce(added)
}

// Skipped implements gateway.Observer.
func (o regionObserver) Skipped(traceID string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.unwatched, traceID)
}

// End implements gateway.Observer.
func (o regionObserver) End(e gateway.Observation) {
	name := logicalName(e.Function)
	o.mu.Lock()
	if e.Status >= http.StatusInternalServerError && name != "" {
		o.errors[o.region+" "+name]++
	}
	r := o.byID[e.RequestID]
	if r == nil { // more than maxRequests have begun since
		o.mu.Unlock()
		return
	}
	r.Route, r.Status, r.Done, r.Function, r.Error = e.Route, e.Status, true, name, e.Error
	r.DurationMs = milliseconds(e.Took)
	r.Event, r.Response = r.cut(e.Event), r.cut(e.Response)
	r.add(Span{Kind: SpanGateway, Name: o.region, Start: r.Start, DurationMs: r.DurationMs, Failed: e.Status >= 500})
	for _, s := range e.Steps {
		r.add(Span{Kind: s.Name, Name: s.Name, Start: s.Start, DurationMs: milliseconds(s.Took)})
	}
	o.announce(r)
	snapshot := r.summary()
	o.mu.Unlock()
	if o.Ended != nil {
		o.Ended(snapshot)
	}
}

// Edge records the time that a request has spent at the edge. requestID is empty if no
// gateway has responded.
func (r *Recorder) Edge(requestID, region string, request *http.Request, status int, start time.Time) {
	took := milliseconds(time.Since(start))
	span := Span{Kind: SpanEdge, Name: "edge", Start: start, DurationMs: took, Failed: requestID == ""}
	if requestID == "" {
		failed := Request{
			ID: newID(), TraceID: newID(), Start: start, Region: region, Method: request.Method, Path: request.URL.Path,
			Status: status, Done: true, DurationMs: took, Error: "no Region has responded to the edge", Spans: []Span{span},
		}
		r.begin(failed)
		if r.Ended != nil {
			r.Ended(failed)
		}
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if known := r.byID[requestID]; known != nil {
		known.add(span)
		r.announce(known)
	}
}

// Invoked records that an instance begins to work.
func (r *Recorder) Invoked(i function.Started) {
	r.mu.Lock()
	defer r.mu.Unlock()
	root := rootOf(i.TraceHeader)
	if r.unwatched[root] {
		r.instances[i.Instance] = &kept{healthCheck: true}
		return
	}
	known := r.byTrace[root]
	if known == nil {
		return
	}
	r.instances[i.Instance] = known
	known.Cold = i.Init > 0
	if i.Init > 0 {
		init := i.At.Add(-i.Init)
		if i.Prepared >= leastBuild {
			known.add(Span{Kind: SpanBuild, Name: "build", Start: init.Add(-i.Prepared), DurationMs: milliseconds(i.Prepared)})
		}
		known.add(Span{Kind: SpanInit, Name: "init", Start: init, DurationMs: milliseconds(i.Init)})
	}
}

// Line records a line of a function, and returns it with its request. It reports false for
// the lines of a health check.
func (r *Recorder) Line(region, name, instance, text string) (Line, bool) {
	line := Line{Time: time.Now(), Region: region, Function: logicalName(name), Instance: instance, Text: text}
	r.mu.Lock()
	known := r.instances[instance]
	if strings.HasPrefix(text, "REPORT ") { // the last line of an invocation
		delete(r.instances, instance)
	}
	if known != nil && known.healthCheck {
		r.mu.Unlock()
		return line, false
	}
	if known != nil {
		line.RequestID = known.ID
		if known.lines += len(text); known.lines <= maxLines {
			known.Lines = append(known.Lines, text)
		} else {
			known.Truncated = true
		}
	}
	if len(r.watchers) > 0 {
		r.publish(EventLine, line)
	}
	r.mu.Unlock()
	if r.Printed != nil {
		r.Printed(line)
	}
	return line, true
}

// Trace records an X-Ray document of a function. It reports false if the document belongs
// to a health check or to a request that is not kept any longer.
func (r *Recorder) Trace(document []byte) bool {
	var d struct {
		Name      string  `json:"name"`
		TraceID   string  `json:"trace_id"`
		Start     float64 `json:"start_time"`
		End       float64 `json:"end_time"`
		Namespace string  `json:"namespace"`
		Error     bool    `json:"error"`
		Fault     bool    `json:"fault"`
		AWS       struct {
			Operation string `json:"operation"`
			Table     string `json:"table_name"`
		} `json:"aws"`
	}
	if json.Unmarshal(document, &d) != nil {
		return false
	}
	span := Span{Kind: SpanCode, Name: d.Name, DurationMs: (d.End - d.Start) * 1000, Failed: d.Error || d.Fault}
	span.Start = time.UnixMicro(int64(d.Start * 1e6))
	if d.Namespace == "aws" {
		span.Kind = SpanAWS
		span.Name = strings.Join(strings.Fields(d.Name+" "+d.AWS.Operation+" "+d.AWS.Table), " ")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.byTrace[d.TraceID]
	if known == nil {
		return false
	}
	known.add(span)
	r.announce(known)
	return true
}

// Requests returns the latest requests without lines, event and response, the newest
// first.
func (r *Recorder) Requests() []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := []Request{}
	for i := range maxRequests {
		if known := r.ring[(r.next+maxRequests-1-i)%maxRequests]; known != nil {
			list = append(list, known.summary())
		}
	}
	return list
}

// Request returns the request with the ID, or with the trace ID.
func (r *Recorder) Request(id string) (Request, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.byID[id]
	if known == nil {
		known = r.byTrace[id]
	}
	if known == nil {
		return Request{}, false
	}
	request := known.Request
	request.Spans, request.Lines = slices.Clone(known.Spans), slices.Clone(known.Lines)
	return request, true
}

// Errors returns the number of failed requests of a function in a Region.
func (r *Recorder) Errors(region, name string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.errors[region+" "+name]
}
