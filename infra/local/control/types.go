package control

import (
	"encoding/json"
	"time"
)

// Status is the state of the cloud.
type Status struct {
	// Route lists the Regions that serve the client, in the order in which they are tried.
	Route         []string   `json:"route"`
	Regions       []Region   `json:"regions"`
	Links         []Link     `json:"links"`
	Functions     []Function `json:"functions"`
	Faults        []Fault    `json:"faults"`
	SecretsOutage bool       `json:"secretsOutage"`
	// Users are the users that Token accepts.
	Users []string `json:"users"`
}

// Region is one Region of the cloud.
type Region struct {
	Name      string  `json:"name"`
	URL       string  `json:"url"`
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Down      bool    `json:"down"`
	// Healthy is the result of the edge's health checks, which follow Down after seconds.
	Healthy bool `json:"healthy"`
	// SkewMs is by how many milliseconds the Region's clock is ahead.
	SkewMs float64 `json:"skewMs"`
}

// Link is the replication from one Region to another.
type Link struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Cut reports whether nothing is delivered, because of Link or because a Region is down.
	Cut bool `json:"cut"`
	// CutByUser reports whether the link stays cut when both Regions run.
	CutByUser bool    `json:"cutByUser"`
	LagMs     float64 `json:"lagMs"`
	// Pending is the number of writes that have not arrived.
	Pending int `json:"pending"`
}

// Function is a function in one Region.
type Function struct {
	Region string `json:"region"`
	// Name consists of the context and the function, such as "accounts-get-account".
	Name        string `json:"name"`
	Instances   int    `json:"instances"`
	ColdStarts  int    `json:"coldStarts"`
	Invocations int    `json:"invocations"`
	// MemoryBytes is the most memory that an instance has used; 0 is unknown.
	MemoryBytes int64 `json:"memoryBytes"`
	// Errors is the number of responses with a status of 500 or more.
	Errors int `json:"errors"`
}

// Fault is a fault of a function in all Regions. The zero value of a field is no such fault.
type Fault struct {
	Function string  `json:"function"`
	Crash    bool    `json:"crash,omitempty"`
	Throttle bool    `json:"throttle,omitempty"`
	DelayMs  float64 `json:"delayMs,omitempty"`
}

// HasEffect reports whether there is any fault.
func (f Fault) HasEffect() bool { return f.Crash || f.Throttle || f.DelayMs != 0 }

// Request is a request to a gateway, or an invocation by Invoke.
type Request struct {
	ID      string    `json:"id"`
	TraceID string    `json:"traceId"`
	Start   time.Time `json:"start"`
	// Region is empty if no Region has been reached.
	Region string `json:"region"`
	Method string `json:"method"`
	Path   string `json:"path"`
	// Route is the path of the contract, such as "/accounts/{accountId}".
	Route string `json:"route,omitempty"`
	// Status is 0 while the request is in progress, or if the client has disconnected.
	Status     int     `json:"status"`
	Done       bool    `json:"done"`
	DurationMs float64 `json:"durationMs"`
	Function   string  `json:"function,omitempty"`
	Cold       bool    `json:"cold"`
	Error      string  `json:"error,omitempty"`
	Spans      []Span  `json:"spans,omitempty"`
	// Lines, Event and Response are only in the response to a request for one Request.
	Lines    []string `json:"lines,omitempty"`
	Event    string   `json:"event,omitempty"`
	Response string   `json:"response,omitempty"`
	// Truncated reports whether parts were left out, because they exceed a limit of Recorder.
	Truncated bool `json:"truncated,omitempty"`
}

// The kinds of Span.
const (
	SpanEdge       = "edge"
	SpanGateway    = "gateway"
	SpanAuthorizer = "authorizer"
	SpanValidation = "validation"
	SpanFunction   = "function"
	SpanBuild      = "build" // of the function, when it is called for the first time
	SpanInit       = "init"  // of the function's instance, before the first invocation
	SpanAWS        = "aws"   // a call of the function, such as DynamoDB GetItem
	SpanCode       = "code"  // a part of the function that it traces itself
)

// Span is a part of the time of a Request.
type Span struct {
	Kind       string    `json:"kind"`
	Name       string    `json:"name"`
	Start      time.Time `json:"start"`
	DurationMs float64   `json:"durationMs"`
	Failed     bool      `json:"failed,omitempty"`
}

// Write is a write that is on its way to a Region, or one that was discarded there.
type Write struct {
	From  string          `json:"from"`
	To    string          `json:"to"`
	Table string          `json:"table"`
	Key   json.RawMessage `json:"key"`
	// Deleted reports whether the write deletes the item.
	Deleted bool      `json:"deleted"`
	Written time.Time `json:"written"` // by the clock of From
	// Winner is the Region with the later write that was kept. It is empty for a write that
	// is on its way.
	Winner string `json:"winner,omitempty"`
}

// Table is a table in one Region.
type Table struct {
	Name  string `json:"name"`
	Items int    `json:"items"`
}

// Token contains tokens of a user.
type Token struct {
	AccessToken string `json:"accessToken"`
	IDToken     string `json:"idToken"`
}

// Invocation is the result of Invoke.
type Invocation struct {
	RequestID string `json:"requestId"`
	// Response is the output of the function; empty if it failed.
	Response string `json:"response"`
	Error    string `json:"error,omitempty"`
}

// The types of Event.
const (
	EventRequest = "request" // a Request without lines, event and response, which began, ended or got spans
	EventLine    = "line"    // a Line
	EventState   = "state"   // the Status has changed; the data is null
	EventLost    = "lost"    // the reader was too slow: the data is the number of events that it missed
)

// Event is a change.
type Event struct {
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`
}

// Line is a line that a function printed, or Lambda about it.
type Line struct {
	Time     time.Time `json:"time"`
	Region   string    `json:"region"`
	Function string    `json:"function"`
	Instance string    `json:"instance"`
	// RequestID is empty outside of a request, such as in the init.
	RequestID string `json:"requestId,omitempty"`
	Text      string `json:"text"`
}
