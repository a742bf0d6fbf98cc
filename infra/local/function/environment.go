package function

import (
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// maxHeader is what a request to the Runtime API may have in headers, in bytes: the X-Ray cause that goes with a reported
// error may have 1 MiB by itself.
const maxHeader = 2 << 20

// environment is one execution environment: a process, its Runtime API and its output.
type environment struct {
	pool    *pool
	id      string
	started time.Time
	output  *output
	work    chan *invocation   // holds one: the work assigned to an idle environment
	stop    chan time.Duration // holds one: sent once, by whoever decides its end; the time it has after SIGTERM

	initDone chan struct{} // closed when the init is over, one way or the other
	initErr  error         // why it failed; readable once initDone is closed

	// Under the pool's lock.
	phase     phase
	current   *invocation   // what it is to run, runs, or has answered but not finished
	timer     *time.Timer   // of its init, then of its current invocation
	initTook  time.Duration // until its first invocation has reported it
	idleSince time.Time
	reported  *FunctionError // what it posted to init/error
}

// newEnvironment makes the record of an environment; run brings it to life.
func newEnvironment(p *pool) *environment {
	e := &environment{
		pool:     p,
		id:       newInstance(),
		started:  time.Now(),
		work:     make(chan *invocation, 1),
		stop:     make(chan time.Duration, 1),
		initDone: make(chan struct{}),
	}
	var emit func(line string)
	if to := p.service.cfg.Log; to != nil {
		emit = func(line string) { to(p.name, e.id, line) }
	}
	e.output = newOutput(emit)
	e.timer = time.AfterFunc(p.service.initTimeout, func() { p.expireInit(e) })
	return e
}

// run is the environment's life, from before its process exists until after it is gone.
func (e *environment) run() {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		e.pool.exited(e, failure{errorType: typeEntrypoint, detail: err.Error()})
		return
	}
	server := &http.Server{Handler: e, ErrorLog: log.New(io.Discard, "", 0), MaxHeaderBytes: maxHeader}
	e.pool.service.environments.Go(func() { server.Serve(listener) })
	defer server.Close()

	cmd, err := e.launch(listener.Addr().String())
	if err != nil {
		e.output.finish()
		e.pool.exited(e, failure{errorType: typeEntrypoint, detail: err.Error()})
		return
	}
	err = e.wait(cmd)
	e.output.finish()
	detail := "Runtime exited without providing a reason"
	if err != nil {
		detail = "Runtime exited with error: " + err.Error()
	}
	e.pool.exited(e, failure{errorType: typeExit, detail: detail})
}

// launch starts the process.
func (e *environment) launch(runtimeAPI string) (*exec.Cmd, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer write.Close() // the process has its own; without this one its end ends the stream
	if err := e.output.follow(read); err != nil {
		return nil, err
	}
	p := e.pool
	cmd := &exec.Cmd{
		Path:        p.function.Binary,
		Args:        []string{p.function.Binary},
		Dir:         filepath.Dir(p.function.Binary),
		Env:         p.service.cfg.environ(p.name, p.function, runtimeAPI, e.id, e.started),
		Stdout:      write,
		Stderr:      write,
		SysProcAttr: childAttributes(),
	}
	if err := p.service.launcher.start(cmd); err != nil {
		return nil, err
	}
	return cmd, nil
}

// wait returns the process's exit, having ended it when told to. Its children go with it.
func (e *environment) wait(cmd *exec.Cmd) error {
	defer killGroup(cmd.Process)
	exit := make(chan error, 1)
	go func() { exit <- cmd.Wait() }()

	select {
	case err := <-exit:
		return err
	case grace := <-e.stop:
		if grace > 0 {
			terminate(cmd.Process)
			select {
			case err := <-exit:
				return err
			case <-time.After(grace):
			}
		}
	}
	killGroup(cmd.Process)
	return <-exit
}
