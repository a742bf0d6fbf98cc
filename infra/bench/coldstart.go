// Package bench measures what the design promises. It measures the peers in the same
// run, so that a slow or busy machine slows all of them.
package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"time"
)

// start is one cold start: from exec to the first response.
type start struct {
	// Wall is the time from exec to the response. CPU is the user and system time of
	// the process in that time, and RSS its maximum resident memory in bytes.
	// Init is the time from exec to the function's first request for an event.
	Wall, CPU, Init time.Duration
	RSS             int64
	response        []byte
}

// function is a binary that is started cold.
type function struct {
	name, binary string
	// env is added to the variables that Lambda sets.
	env []string
}

// startCold starts the binary with a Runtime API that has one event, waits for the
// response, and ends the process.
func startCold(ctx context.Context, f function, env []string, event []byte) (start, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	api := &runtimeAPI{event: event, responses: make(chan []byte, 1), failures: make(chan []byte, 1), done: make(chan struct{})}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return start{}, err
	}
	server := &http.Server{Handler: api}
	go server.Serve(listener) // ends with Close
	defer server.Close()
	defer close(api.done)

	cmd := exec.Command(f.binary)
	cmd.Env = append([]string{"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String()}, env...)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return start{}, err
	}
	var s start
	var failure error
	select {
	case s.response = <-api.responses:
		s.Wall, s.Init = time.Since(began), api.asked.Sub(began)
	case message := <-api.failures:
		failure = fmt.Errorf("%s: %s", f.name, message)
	case <-ctx.Done():
		failure = fmt.Errorf("%s: no response within 10 s: %s", f.name, output.Bytes())
	}
	s.RSS = maxRSS(cmd.Process.Pid)
	if err := errors.Join(failure, cmd.Process.Kill()); err != nil {
		cmd.Wait()
		return s, err
	}
	cmd.Wait() // its error is the kill
	s.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return s, nil
}

// runtimeAPI is a Runtime API with one event. A request for a second event waits, so
// that the process does nothing that is not measured.
type runtimeAPI struct {
	event               []byte
	sent                bool
	asked               time.Time // when the function asked for the event
	responses, failures chan []byte
	done                chan struct{}
}

// ServeHTTP implements http.Handler. It needs no lock, because the function has one
// connection and waits for each response.
func (a *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		if a.sent {
			select {
			case <-a.done:
			case <-r.Context().Done():
			}
			return
		}
		a.sent, a.asked = true, time.Now()
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "00000000-0000-4000-8000-000000000000")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(3*time.Second).UnixMilli()))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:bench")
		w.Header().Set("Lambda-Runtime-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
		w.Write(a.event)
		return
	}
	body, _ := io.ReadAll(r.Body)
	w.WriteHeader(http.StatusAccepted)
	if strings.HasSuffix(r.URL.Path, "/response") {
		a.responses <- body
	} else {
		a.failures <- body
	}
}
