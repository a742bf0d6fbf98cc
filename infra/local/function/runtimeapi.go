package function

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

const (
	runtimePath    = "/2018-06-01/runtime/"
	invocationPath = runtimePath + "invocation/"

	errorTypeHeader = "Lambda-Runtime-Function-Error-Type" // of an error report; a trailer if a streamed response breaks off
	errorBodyHeader = "Lambda-Runtime-Function-Error-Body" // trailer with the error report, base64
)

// ServeHTTP serves the environment's Runtime API. Each invocation passes through it,
// and there are few paths, so it matches them without a mux.
func (e *environment) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, action, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, invocationPath), "/")
	inInvocation := strings.HasPrefix(r.URL.Path, invocationPath)
	switch {
	case inInvocation && id == "next" && action == "":
		if isMethod(w, r, http.MethodGet) {
			e.serveNext(w, r)
		}
	case inInvocation && action == "response":
		if isMethod(w, r, http.MethodPost) {
			e.serveResponse(w, r, id)
		}
	case inInvocation && action == "error":
		if isMethod(w, r, http.MethodPost) {
			e.serveError(w, r, id)
		}
	case r.URL.Path == runtimePath+"init/error":
		if isMethod(w, r, http.MethodPost) {
			e.serveInitError(w, r)
		}
	default:
		http.NotFound(w, r)
	}
}

// isMethod reports whether a request has the method, and otherwise refuses it.
func isMethod(w http.ResponseWriter, r *http.Request, method string) bool {
	if r.Method != method {
		w.Header().Set("Allow", method)
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
	return r.Method == method
}

// serveNext serves the long poll for work. The request also ends the init or the last
// invocation. A function that asks before it has responded gets the same work again.
func (e *environment) serveNext(w http.ResponseWriter, r *http.Request) {
	finished, inv, again := e.pool.ready(e)
	if finished != nil {
		e.reportEnd(finished, "")
	}
	if inv == nil {
		select {
		case inv = <-e.work:
		case <-r.Context().Done():
			return
		}
		if !e.pool.deliver(e, inv) {
			<-r.Context().Done() // the function would take an empty response for work
			return
		}
	}
	if !again {
		e.reportStart(inv)
	}

	// The names are canonical, so they are assigned without canonicalization.
	h := w.Header()
	h["Content-Type"] = jsonType
	h["Content-Length"] = []string{strconv.Itoa(len(inv.payload))}
	h["Lambda-Runtime-Aws-Request-Id"] = []string{inv.id}
	h["Lambda-Runtime-Deadline-Ms"] = []string{strconv.FormatInt(inv.started.Add(e.pool.function.Timeout).UnixMilli(), 10)}
	h["Lambda-Runtime-Invoked-Function-Arn"] = []string{e.pool.arn}
	if inv.trace != "" {
		h["Lambda-Runtime-Trace-Id"] = []string{inv.trace}
	}
	w.Write(inv.payload)
}

var jsonType = []string{"application/json"}

// serveResponse receives the function's response. A response that is too large
// fails the invocation and is refused with 413, which makes aws-lambda-go exit,
// here as on Lambda.
func (e *environment) serveResponse(w http.ResponseWriter, r *http.Request, id string) {
	if refuse(w, e.pool.checkCall(e, id)) {
		return
	}
	payload, complete, err := readBody(r)
	if err != nil {
		return // the connection broke; the exit or the timeout of the process completes the invocation
	}
	e.output.drain()
	if !complete {
		tooLarge := platformError(typeTooLarge, "Response payload size exceeded maximum allowed payload size ("+strconv.Itoa(maxResponse)+" bytes).")
		if refuse(w, e.pool.respond(e, id, nil, tooLarge)) {
			return
		}
		writeJSON(w, http.StatusRequestEntityTooLarge, `{"errorMessage":"Exceeded maximum allowed payload size (`+strconv.Itoa(maxResponse)+` bytes).","errorType":"RequestEntityTooLarge"}`)
		return
	}
	// A response that broke off in the function has the error in its trailers.
	if broken := r.Trailer.Get(errorTypeHeader); broken != "" {
		body, err := base64.StdEncoding.DecodeString(r.Trailer.Get(errorBodyHeader))
		if err != nil {
			body = payload
		}
		e.accept(w, e.pool.respond(e, id, nil, reportedError(body, broken)))
		return
	}
	e.accept(w, e.pool.respond(e, id, payload, nil))
}

// serveError receives the function's report that the invocation failed.
func (e *environment) serveError(w http.ResponseWriter, r *http.Request, id string) {
	if refuse(w, e.pool.checkCall(e, id)) {
		return
	}
	body, _, err := readBody(r)
	if err != nil {
		return
	}
	e.output.drain()
	e.accept(w, e.pool.respond(e, id, nil, reportedError(body, r.Header.Get(errorTypeHeader))))
}

// serveInitError keeps the report until the process ends, which a runtime does
// next, so that output before the end is not lost. If the process does not end, the
// init times out.
func (e *environment) serveInitError(w http.ResponseWriter, r *http.Request) {
	body, _, err := readBody(r)
	if err != nil {
		return
	}
	report := reportedError(body, r.Header.Get(errorTypeHeader))
	e.pool.mu.Lock()
	v := outOfTurn
	if e.phase == starting {
		v = accepted
		e.reported = report
	}
	e.pool.mu.Unlock()
	e.accept(w, v)
}

func (e *environment) accept(w http.ResponseWriter, v verdict) {
	if !refuse(w, v) {
		writeJSON(w, http.StatusAccepted, `{"status":"OK"}`)
	}
}

// refuse responds to a call that is not accepted, and reports whether it did.
func refuse(w http.ResponseWriter, v verdict) bool {
	switch v {
	case outOfTurn:
		writeJSON(w, http.StatusForbidden, `{"errorMessage":"State transition failed: the environment is not in a state to make this call","errorType":"InvalidStateTransition"}`)
	case unknownID:
		writeJSON(w, http.StatusBadRequest, `{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}`)
	}
	return v != accepted
}

func writeJSON(w http.ResponseWriter, status int, body string) {
	h := w.Header()
	h["Content-Type"] = jsonType
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	io.WriteString(w, body)
}

var bufferPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// readBody reads a body of up to maxResponse bytes. If the body is larger, complete
// is false, and the rest is read and discarded: otherwise the client's connection
// would break before it reads the response. The length is mostly unknown, because
// aws-lambda-go announces trailers, so the body is collected in a pooled buffer and
// copied once.
func readBody(r *http.Request) (body []byte, complete bool, err error) {
	buf := bufferPool.Get().(*bytes.Buffer)
	defer bufferPool.Put(buf)
	buf.Reset()
	if _, err := buf.ReadFrom(io.LimitReader(r.Body, maxResponse+1)); err != nil {
		return nil, false, err
	}
	if buf.Len() > maxResponse {
		_, err := io.Copy(io.Discard, r.Body)
		return nil, false, err
	}
	return bytes.Clone(buf.Bytes()), true, nil
}
