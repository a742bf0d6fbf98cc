package control

import (
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"time"
)

// Command is the body of a command. Each command uses some of the fields:
//
//	region   Region, Down
//	link     A, B, Cut
//	lag      LagMs
//	skew     Region, SkewMs
//	fault    Fault; one without any effect ends the faults of the function
//	keys     none: expires the keys that sign tokens
//	secrets  Outage
//	token    User, Scopes; the response is a Token
//	invoke   Region, Function, Event; the response is an Invocation
type Command struct {
	Region   string          `json:"region,omitempty"`
	Down     bool            `json:"down,omitempty"`
	A        string          `json:"a,omitempty"`
	B        string          `json:"b,omitempty"`
	Cut      bool            `json:"cut,omitempty"`
	LagMs    float64         `json:"lagMs,omitempty"`
	SkewMs   float64         `json:"skewMs,omitempty"`
	Fault    Fault           `json:"fault,omitzero"`
	Outage   bool            `json:"outage,omitempty"`
	User     string          `json:"user,omitempty"`
	Scopes   []string        `json:"scopes,omitempty"`
	Function string          `json:"function,omitempty"`
	Event    json.RawMessage `json:"event,omitempty"`
}

// commands returns the commands by name.
func (s *Server) commands() map[string]func(context.Context, Command) (any, error) {
	return map[string]func(context.Context, Command) (any, error){
		"region": func(_ context.Context, c Command) (any, error) {
			if c.Down {
				return nil, s.cloud.StopRegion(c.Region)
			}
			return nil, s.cloud.StartRegion(c.Region)
		},
		"link": func(_ context.Context, c Command) (any, error) {
			if c.Cut {
				return nil, s.cloud.Cut(c.A, c.B)
			}
			return nil, s.cloud.Heal(c.A, c.B)
		},
		"lag": func(_ context.Context, c Command) (any, error) { return nil, s.cloud.SetLag(duration(c.LagMs)) },
		"skew": func(_ context.Context, c Command) (any, error) {
			return nil, s.cloud.SetSkew(c.Region, duration(c.SkewMs))
		},
		"fault": func(_ context.Context, c Command) (any, error) { return nil, s.cloud.SetFault(c.Fault) },
		"keys":  func(context.Context, Command) (any, error) { return nil, s.cloud.ExpireKeys() },
		"secrets": func(_ context.Context, c Command) (any, error) {
			s.cloud.SetSecretsOutage(c.Outage)
			return nil, nil
		},
		"token":  func(_ context.Context, c Command) (any, error) { return s.cloud.Mint(c.User, c.Scopes) },
		"invoke": s.invoke,
	}
}

// command performs a command and announces that the state has changed.
func (s *Server) command(r *http.Request, do func(context.Context, Command) (any, error)) (any, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return nil, fmt.Errorf("the Content-Type %q is not application/json", r.Header.Get("Content-Type"))
	}
	var c Command
	decoder := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxCommand))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return nil, fmt.Errorf("read the command: %w", err)
	}
	defer s.recorder.Changed()
	return do(r.Context(), c)
}

// invoke invokes a function and records the invocation as a request.
func (s *Server) invoke(ctx context.Context, c Command) (any, error) {
	if c.Region == "" {
		status, err := s.cloud.Status("")
		if err != nil {
			return nil, err
		}
		c.Region = status.Route[0]
	}
	header, trace := traceHeader()
	request := Request{
		ID: newID(), TraceID: trace, Start: time.Now(), Region: c.Region, Method: "INVOKE", Path: c.Function, Function: c.Function,
	}
	s.recorder.begin(request)
	output, err := s.cloud.Invoke(ctx, c.Region, c.Function, header, c.Event)
	result := Invocation{RequestID: request.ID, Response: string(output)}
	if err != nil {
		result.Error = err.Error()
	}
	s.recorder.invoked(request.ID, c.Event, output, result.Error)
	return result, nil
}

// invoked records the end of an invocation. Its status is 200 or 500.
func (r *Recorder) invoked(id string, event, output []byte, failure string) {
	r.mu.Lock()
	known := r.byID[id]
	if known == nil {
		r.mu.Unlock()
		return
	}
	known.Status, known.Done, known.Error = http.StatusOK, true, failure
	if failure != "" {
		known.Status = http.StatusInternalServerError
	}
	known.DurationMs = milliseconds(time.Since(known.Start))
	known.Event, known.Response = known.cut(event), known.cut(output)
	known.add(Span{Kind: SpanFunction, Name: known.Function, Start: known.Start, DurationMs: known.DurationMs, Failed: failure != ""})
	r.announce(known)
	summary := known.summary()
	r.mu.Unlock()
	if r.Ended != nil {
		r.Ended(summary)
	}
}

func duration(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
