package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Path is the path of the API on the edge's address.
const Path = "/console/api"

// Cloud is the cloud that a Server controls.
type Cloud interface {
	// Status returns the state, with the route of a client at a location, such as
	// "49.28,-123.12"; an empty one is the first Region's.
	Status(location string) (Status, error)
	StopRegion(name string) error
	StartRegion(name string) error
	Cut(a, b string) error
	Heal(a, b string) error
	SetLag(lag time.Duration) error
	SetSkew(region string, skew time.Duration) error
	SetFault(f Fault) error
	ExpireKeys() error
	SetSecretsOutage(outage bool)
	// Mint returns tokens with the scopes, or with the user's if scopes is empty.
	Mint(user string, scopes []string) (Token, error)
	// Invoke invokes a function in a Region with an X-Ray header.
	Invoke(ctx context.Context, region, function, trace string, event []byte) ([]byte, error)
	Tables(ctx context.Context, region string) ([]Table, error)
	// Items returns at most limit items as the JSON array of DynamoDB's API.
	Items(ctx context.Context, region, table string, limit int) (json.RawMessage, error)
	// Pending returns at most limit writes of each link, and Conflicts the latest 200.
	Pending(limit int) []Write
	Conflicts() []Write
}

const (
	maxCommand = 7 << 20 // bytes; the event of Invoke has up to 6 MB
	maxItems   = 200     // of a table, and of the writes of a link
	// keepAlive is how often an idle stream of events gets a comment, which shows that the
	// cloud still runs.
	keepAlive = 15 * time.Second
)

// Server serves the API at Path:
//
//	GET  status?from=LAT,LON          Status
//	GET  requests                     []Request, the newest first
//	GET  requests/{id}                Request with its lines, event and response
//	GET  tables?region=R              []Table
//	GET  tables/{name}?region=R       the items, at most 200
//	GET  pending                      []Write
//	GET  conflicts                    []Write
//	GET  events                       server-sent events: event is Event.Type, data is Event.Data
//	POST {command}                    see Command; with Content-Type application/json
type Server struct {
	cloud    Cloud
	recorder *Recorder
	http.Handler
}

// NewServer returns a Server for a cloud whose requests the recorder keeps.
func NewServer(cloud Cloud, recorder *Recorder) *Server {
	s := &Server{cloud: cloud, recorder: recorder}
	mux := http.NewServeMux()
	get := func(path string, do func(*http.Request) (any, error)) {
		mux.HandleFunc("GET "+Path+path, func(w http.ResponseWriter, r *http.Request) { respond(w, r, do) })
	}
	get("/status", func(r *http.Request) (any, error) { return cloud.Status(r.FormValue("from")) })
	get("/requests", func(*http.Request) (any, error) { return recorder.Requests(), nil })
	get("/requests/{id}", func(r *http.Request) (any, error) {
		request, ok := recorder.Request(r.PathValue("id"))
		if !ok {
			return nil, fmt.Errorf("%w: no request %q among the latest %d", errNotFound, r.PathValue("id"), maxRequests)
		}
		return request, nil
	})
	get("/tables", func(r *http.Request) (any, error) { return cloud.Tables(r.Context(), r.FormValue("region")) })
	get("/tables/{name}", func(r *http.Request) (any, error) {
		return cloud.Items(r.Context(), r.FormValue("region"), r.PathValue("name"), maxItems)
	})
	get("/pending", func(*http.Request) (any, error) { return cloud.Pending(maxItems), nil })
	get("/conflicts", func(*http.Request) (any, error) { return cloud.Conflicts(), nil })
	mux.HandleFunc("GET "+Path+"/events", s.events)
	for name, do := range s.commands() {
		mux.HandleFunc("POST "+Path+"/"+name, func(w http.ResponseWriter, r *http.Request) {
			respond(w, r, func(r *http.Request) (any, error) { return s.command(r, do) })
		})
	}
	s.Handler = guard(http.NewCrossOriginProtection().Handler(mux))
	return s
}

// guard refuses requests for a host name that is not the machine's own: a web site could
// otherwise point its own name here.
func guard(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			writeError(w, http.StatusForbidden, fmt.Errorf("the host %q is not localhost or a loopback address: use one of them", r.Host))
			return
		}
		h.ServeHTTP(w, r)
	})
}

var errNotFound = errors.New("not found")

// respond writes the result of do as JSON, or its error.
func respond(w http.ResponseWriter, r *http.Request, do func(*http.Request) (any, error)) {
	result, err := do(r)
	switch {
	case errors.Is(err, errNotFound):
		writeError(w, http.StatusNotFound, err)
	case err != nil:
		writeError(w, http.StatusBadRequest, err)
	default:
		writeJSON(w, http.StatusOK, result)
	}
}

func writeError(w http.ResponseWriter, status int, err error) {
	writeJSON(w, status, map[string]string{"error": err.Error()})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body) // fails only if the client has disconnected
}

// events serves events until the client disconnects.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	events, stop := s.recorder.Watch()
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	flusher := http.NewResponseController(w)
	tick := time.NewTicker(keepAlive)
	defer tick.Stop()
	message := []byte(": watching\n\n")
	for {
		if _, err := w.Write(message); err != nil {
			return
		}
		if err := flusher.Flush(); err != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
			message = []byte(":\n\n")
		case e := <-events:
			message = append([]byte("event: "+e.Type+"\ndata: "), e.Data...)
			message = append(message, "\n\n"...)
		}
	}
}

// traceHeader returns an X-Ray header with a new trace, and the trace's ID.
func traceHeader() (header, id string) {
	hexadecimal := newID()
	id = "1-" + strconv.FormatInt(time.Now().Unix(), 16) + "-" + hexadecimal[:8] + hexadecimal[9:13] + hexadecimal[14:18] + hexadecimal[24:32]
	return "Root=" + id + ";Parent=" + hexadecimal[:8] + hexadecimal[28:] + ";Sampled=1", id
}
