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

// serve serves a request to the environment's Runtime API, and reports whether the
// connection stays open. Each invocation passes through it, and there are few paths, so it
// matches them without a mux.
func (e *environment) serve(c *connection, r *http.Request) (open bool) {
	id, action, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, invocationPath), "/")
	inInvocation := strings.HasPrefix(r.URL.Path, invocationPath)
	method, serve := http.MethodPost, (func() bool)(nil)
	switch {
	case inInvocation && id == "next" && action == "":
		method, serve = http.MethodGet, func() bool { return e.serveNext(c) }
	case inInvocation && action == "response":
		serve = func() bool { return e.serveResponse(c, r, id) }
	case inInvocation && action == "error":
		serve = func() bool { return e.serveError(c, r, id) }
	case r.URL.Path == runtimePath+"init/error":
		serve = func() bool { return e.serveInitError(c, r) }
	default:
		c.respond(r, http.StatusNotFound, nil, "404 page not found\n")
		return true
	}
	if r.Method != method {
		c.respond(r, http.StatusMethodNotAllowed, []header{{"Allow", method}}, "")
		return true
	}
	return serve()
}

// serveNext serves the long poll for work. The request also ends the init or the last
// invocation. A function that asks before it has responded gets the same work again.
func (e *environment) serveNext(c *connection) (open bool) {
	finished, inv, again := e.pool.ready(e, c)
	if finished != nil {
		e.reportEnd(finished, "")
	}
	if inv != nil {
		e.deliver(c, inv, !again)
	}
	return c.wait(func() { e.pool.gone(e, c) })
}

// deliver sends work to the function. isNew is false for work that it has received before.
func (e *environment) deliver(c *connection, inv *invocation, isNew bool) {
	if isNew {
		e.reportStart(inv)
	}
	headers := append(make([]header, 0, 4),
		header{"Lambda-Runtime-Aws-Request-Id", inv.id},
		header{"Lambda-Runtime-Deadline-Ms", strconv.FormatInt(inv.started.Add(e.pool.function.Timeout).UnixMilli(), 10)},
		header{"Lambda-Runtime-Invoked-Function-Arn", e.pool.arn})
	if inv.trace != "" {
		headers = append(headers, header{"Lambda-Runtime-Trace-Id", lineEnds.Replace(inv.trace)})
	}
	c.deliver(inv.payload, headers...)
}

// lineEnds replaces what would end a header.
var lineEnds = strings.NewReplacer("\r", " ", "\n", " ")

// serveResponse receives the function's response. A response that is too large
// fails the invocation and is refused with 413, which makes aws-lambda-go exit,
// here as on Lambda.
func (e *environment) serveResponse(c *connection, r *http.Request, id string) (open bool) {
	if refuse(c, r, e.pool.checkCall(e, id)) {
		return true
	}
	payload, complete, err := readBody(r)
	if err != nil {
		return false // the connection broke; the exit or the timeout of the process completes the invocation
	}
	e.output.drain()
	if !complete {
		tooLarge := platformError(typeTooLarge, "Response payload size exceeded maximum allowed payload size ("+strconv.Itoa(maxResponse)+" bytes).")
		if !refuse(c, r, e.pool.respond(e, id, nil, tooLarge)) {
			c.respond(r, http.StatusRequestEntityTooLarge, nil, `{"errorMessage":"Exceeded maximum allowed payload size (`+strconv.Itoa(maxResponse)+` bytes).","errorType":"RequestEntityTooLarge"}`)
		}
		return true
	}
	// A response that broke off in the function has the error in its trailers.
	if broken := r.Trailer.Get(errorTypeHeader); broken != "" {
		body, err := base64.StdEncoding.DecodeString(r.Trailer.Get(errorBodyHeader))
		if err != nil {
			body = payload
		}
		return accept(c, r, e.pool.respond(e, id, nil, reportedError(body, broken)))
	}
	return accept(c, r, e.pool.respond(e, id, payload, nil))
}

// serveError receives the function's report that the invocation failed.
func (e *environment) serveError(c *connection, r *http.Request, id string) (open bool) {
	if refuse(c, r, e.pool.checkCall(e, id)) {
		return true
	}
	body, _, err := readBody(r)
	if err != nil {
		return false
	}
	e.output.drain()
	return accept(c, r, e.pool.respond(e, id, nil, reportedError(body, r.Header.Get(errorTypeHeader))))
}

// serveInitError keeps the report until the process ends, which a runtime does
// next, so that output before the end is not lost. If the process does not end, the
// init times out.
func (e *environment) serveInitError(c *connection, r *http.Request) (open bool) {
	body, _, err := readBody(r)
	if err != nil {
		return false
	}
	report := reportedError(body, r.Header.Get(errorTypeHeader))
	e.pool.mu.Lock()
	v := outOfTurn
	if e.phase == starting {
		v = accepted
		e.reported = report
	}
	e.pool.mu.Unlock()
	return accept(c, r, v)
}

// accept responds to a call with its verdict. The connection stays open.
func accept(c *connection, r *http.Request, v verdict) (open bool) {
	if !refuse(c, r, v) {
		c.respond(r, http.StatusAccepted, nil, `{"status":"OK"}`)
	}
	return true
}

// refuse responds to a call that is not accepted, and reports whether it did.
func refuse(c *connection, r *http.Request, v verdict) bool {
	switch v {
	case outOfTurn:
		c.respond(r, http.StatusForbidden, nil, `{"errorMessage":"State transition failed: the environment is not in a state to make this call","errorType":"InvalidStateTransition"}`)
	case unknownID:
		c.respond(r, http.StatusBadRequest, nil, `{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}`)
	}
	return v != accepted
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
