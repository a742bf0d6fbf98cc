package function

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"time"
)

// environment is one execution environment: a process, its Runtime API and its
// output.
type environment struct {
	pool    *pool
	id      string
	repeats bool // the init, as part of an invocation
	started time.Time
	memory  memory
	process atomic.Pointer[os.Process] // nil before the process has started
	output  *output
	stop    chan time.Duration // capacity 1: sent once, to end the environment; the time between SIGTERM and SIGKILL

	initDone chan struct{} // closed when the init has succeeded or failed
	initErr  error         // error of the init; readable once initDone is closed

	// Guarded by pool.mu.
	phase        phase
	polling      *connection   // waits for work; nil if it has broken, and in every phase but idle
	current      *invocation   // the invocation that is assigned, running, or responded to but not finished
	timer        *time.Timer   // timeout of the init, later of the current invocation
	initLimit    time.Duration // timeout of the init
	initDuration time.Duration // zero once the first invocation has taken it over
	prepared     time.Duration // of Config.Prepare; zero as above
	idleSince    time.Time
	reported     *FunctionError // error posted to init/error
}

// newEnvironment returns an environment without a process. Call run to start it.
func newEnvironment(p *pool, id string, initLimit time.Duration) *environment {
	e := &environment{
		pool:      p,
		id:        id,
		started:   time.Now(),
		stop:      make(chan time.Duration, 1),
		initDone:  make(chan struct{}),
		initLimit: initLimit,
	}
	var emit func(line string)
	if to := p.service.cfg.Log; to != nil {
		emit = func(line string) { to(p.name, e.id, line) }
	}
	e.output = newOutput(emit)
	e.timer = time.AfterFunc(initLimit, func() { p.expireInit(e) })
	e.timer.Stop() // prepare starts it
	return e
}

// prepare makes the executable exist, and starts the clock of the init.
func (e *environment) prepare() error {
	p := e.pool
	start := time.Now()
	var err error
	if p.service.cfg.Prepare != nil {
		err = p.service.cfg.Prepare(p.function.Binary)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e.started = time.Now()
	e.prepared = e.started.Sub(start)
	if e.phase == starting && !p.function.Debug {
		e.timer.Reset(e.initLimit)
	}
	return err
}

// run starts the process, serves its Runtime API, and returns when the process is
// gone.
func (e *environment) run() {
	if err := e.prepare(); err != nil {
		e.output.finish()
		e.pool.exited(e, failure{errorType: typeEntrypoint, detail: err.Error(), unprepared: true})
		return
	}
	e.reportInit()
	server, err := newServer(e.serve)
	if err != nil {
		e.pool.exited(e, failure{errorType: typeEntrypoint, detail: err.Error()})
		return
	}
	goroutines := &e.pool.service.environments
	goroutines.Go(func() { server.serve(goroutines.Go) })
	defer server.close()

	cmd, err := e.launch(server.listener.Addr().String())
	if err != nil {
		e.output.finish()
		e.pool.exited(e, failure{errorType: typeEntrypoint, detail: err.Error()})
		return
	}
	if started := e.pool.service.cfg.Started; started != nil {
		started(e.pool.name, e.id, cmd.Process.Pid)
	}
	err = e.wait(cmd)
	e.output.finish()
	detail := "Runtime exited without providing a reason"
	if err != nil {
		detail = "Runtime exited with error: " + err.Error()
	}
	e.pool.exited(e, failure{errorType: typeExit, detail: detail})
	// After the report, because the search takes time, and before the listener closes.
	e.pool.service.reaper.killRest(addressVariable + "=" + server.listener.Addr().String())
}

// launch starts the process.
func (e *environment) launch(runtimeAPI string) (*exec.Cmd, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer write.Close() // the process has its own copy; the stream ends when that is closed
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
	e.memory.pid.Store(int64(cmd.Process.Pid))
	e.process.Store(cmd.Process)
	return cmd, nil
}

// wait returns the error of the process's exit. It ends the process when asked to
// through e.stop. In both cases it kills the group of the process.
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
