// Package bench measures what the design promises, each figure next to its
// peers' in one run, so that a slow or busy machine slows all alike.
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
	"time"
)

// start is one cold start: from exec to the first answer.
type start struct {
	// Wall is the time from exec to the answer, CPU the user and system time
	// of the process up to then, RSS its largest resident memory in bytes.
	Wall, CPU time.Duration
	RSS       int64
	answer    []byte
}

// function is a binary that is started cold.
type function struct {
	name, binary string
	// env is the function's own, beside what Lambda sets for all alike.
	env []string
}

// startCold starts the binary with a Runtime API that holds one event, waits
// for the answer, and ends the process.
func startCold(ctx context.Context, f function, env []string, event []byte) (start, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	api := &runtimeAPI{event: event, answered: make(chan []byte, 1), failed: make(chan []byte, 1), done: make(chan struct{})}
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
	case s.answer = <-api.answered:
		s.Wall = time.Since(began)
	case message := <-api.failed:
		failure = fmt.Errorf("%s: %s", f.name, message)
	case <-ctx.Done():
		failure = fmt.Errorf("%s: no answer within 10 s: %s", f.name, output.Bytes())
	}
	s.RSS = maxRSS(cmd.Process.Pid)
	if err := errors.Join(failure, cmd.Process.Kill()); err != nil {
		cmd.Wait()
		return s, err
	}
	cmd.Wait() // killed: the error says so
	s.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return s, nil
}

// runtimeAPI hands out one event and takes its answer; further requests for
// work wait, so that the process does nothing that is not asked for.
type runtimeAPI struct {
	event            []byte
	given            bool
	answered, failed chan []byte
	done             chan struct{}
}

// ServeHTTP implements http.Handler. The function has one connection at a time
// and waits for each answer, so no lock is needed.
func (a *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		if a.given {
			select {
			case <-a.done:
			case <-r.Context().Done():
			}
			return
		}
		a.given = true
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "00000000-0000-4000-8000-000000000000")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(3*time.Second).UnixMilli()))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:bench")
		w.Header().Set("Lambda-Runtime-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
		w.Write(a.event)
		return
	}
	body, _ := io.ReadAll(r.Body)
	w.WriteHeader(http.StatusAccepted)
	if bytes.HasSuffix([]byte(r.URL.Path), []byte("/response")) {
		a.answered <- body
	} else {
		a.failed <- body
	}
}
