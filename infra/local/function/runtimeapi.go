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

	errorTypeHeader = "Lambda-Runtime-Function-Error-Type" // of error reports; a trailer when a streamed response breaks
	errorBodyHeader = "Lambda-Runtime-Function-Error-Body" // that trailer's companion, base64
)

// ServeHTTP is the environment's Runtime API. Paths are few and on the way of every invocation, so they are told apart
// by hand.
func (e *environment) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, action, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, invocationPath), "/")
	inInvocation := strings.HasPrefix(r.URL.Path, invocationPath)
	switch {
	case inInvocation && id == "next" && action == "" && r.Method == http.MethodGet:
		e.serveNext(w, r)
	case inInvocation && action == "response" && r.Method == http.MethodPost:
		e.serveResponse(w, r, id)
	case inInvocation && action == "error" && r.Method == http.MethodPost:
		e.serveError(w, r, id)
	case r.URL.Path == runtimePath+"init/error" && r.Method == http.MethodPost:
		e.serveInitError(w, r)
	default:
		http.NotFound(w, r)
	}
}

// serveNext is the long poll for work, and with it the end of the init or of the last invocation.
func (e *environment) serveNext(w http.ResponseWriter, r *http.Request) {
	finished, inv, ok := e.pool.ready(e)
	if finished != nil {
		e.reportEnd(finished, "")
	}
	if !ok {
		refuse(w, outOfTurn)
		return
	}
	if inv == nil {
		select {
		case inv = <-e.work:
		case <-r.Context().Done():
			return
		}
		if !e.pool.deliver(e, inv) {
			<-r.Context().Done() // an empty answer would be taken for work
			return
		}
	}
	e.reportStart(inv)

	// The names are in canonical form; setting them directly spares a check of each.
	h := w.Header()
	h["Content-Type"] = jsonType
	h["Content-Length"] = []string{strconv.Itoa(len(inv.payload))}
	h["Lambda-Runtime-Aws-Request-Id"] = []string{inv.id}
	h["Lambda-Runtime-Deadline-Ms"] = []string{strconv.FormatInt(inv.begun.Add(e.pool.function.Timeout).UnixMilli(), 10)}
	h["Lambda-Runtime-Invoked-Function-Arn"] = []string{e.pool.arn}
	if inv.trace != "" {
		h["Lambda-Runtime-Trace-Id"] = []string{inv.trace}
	}
	w.Write(inv.payload)
}

var jsonType = []string{"application/json"}

// serveResponse takes the function's answer. One that is too large fails the invocation and is refused with 413, upon
// which aws-lambda-go exits, here as in the cloud.
func (e *environment) serveResponse(w http.ResponseWriter, r *http.Request, id string) {
	if refuse(w, e.pool.check(e, id)) {
		return
	}
	payload, whole, err := readBody(r)
	if err != nil {
		return // the connection broke; the process's exit or its timeout settles the invocation
	}
	e.output.drain()
	if !whole {
		tooLarge := platformError(typeTooLarge, "Response payload size exceeded maximum allowed payload size ("+strconv.Itoa(maxResponse)+" bytes).")
		if refuse(w, e.pool.answer(e, id, nil, tooLarge)) {
			return
		}
		reply(w, http.StatusRequestEntityTooLarge, `{"errorMessage":"Exceeded maximum allowed payload size (`+strconv.Itoa(maxResponse)+` bytes).","errorType":"RequestEntityTooLarge"}`)
		return
	}
	// A response that broke off on the function's side says so after its body.
	if broken := r.Trailer.Get(errorTypeHeader); broken != "" {
		body, err := base64.StdEncoding.DecodeString(r.Trailer.Get(errorBodyHeader))
		if err != nil {
			body = payload
		}
		e.accept(w, e.pool.answer(e, id, nil, reportedError(body, broken)))
		return
	}
	e.accept(w, e.pool.answer(e, id, payload, nil))
}

// serveError takes the function's report that the invocation failed.
func (e *environment) serveError(w http.ResponseWriter, r *http.Request, id string) {
	if refuse(w, e.pool.check(e, id)) {
		return
	}
	body, _, err := readBody(r)
	if err != nil {
		return
	}
	e.output.drain()
	e.accept(w, e.pool.answer(e, id, nil, reportedError(body, r.Header.Get(errorTypeHeader))))
}

// serveInitError keeps the report for when the process ends, which a runtime does next; what it prints until then is
// not lost so. If it does not end, the init times out.
func (e *environment) serveInitError(w http.ResponseWriter, r *http.Request) {
	body, _, err := readBody(r)
	if err != nil {
		return
	}
	told := reportedError(body, r.Header.Get(errorTypeHeader))
	e.pool.mu.Lock()
	verdict := outOfTurn
	if e.phase == starting {
		verdict = accepted
		e.reported = told
	}
	e.pool.mu.Unlock()
	e.accept(w, verdict)
}

func (e *environment) accept(w http.ResponseWriter, verdict refusal) {
	if !refuse(w, verdict) {
		reply(w, http.StatusAccepted, `{"status":"OK"}`)
	}
}

// refuse answers a call that is not accepted and tells whether that was so.
func refuse(w http.ResponseWriter, verdict refusal) bool {
	switch verdict {
	case outOfTurn:
		reply(w, http.StatusForbidden, `{"errorMessage":"State transition failed: the environment is not in a state to make this call","errorType":"InvalidStateTransition"}`)
	case unknownID:
		reply(w, http.StatusBadRequest, `{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}`)
	}
	return verdict != accepted
}

func reply(w http.ResponseWriter, status int, body string) {
	h := w.Header()
	h["Content-Type"] = jsonType
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	io.WriteString(w, body)
}

var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// readBody reads a posted body of up to maxResponse bytes. whole is false for a larger one, the rest of which is read and
// dropped: the client would otherwise see its connection break instead of the answer. The length is mostly unknown, as
// aws-lambda-go announces trailers, so it is collected in a reused buffer and copied once.
func readBody(r *http.Request) (body []byte, whole bool, err error) {
	buf := bodies.Get().(*bytes.Buffer)
	defer bodies.Put(buf)
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
