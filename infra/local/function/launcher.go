package function

import (
	"os/exec"
	"runtime"
)

// launcher starts processes from one operating system thread that lives as long as
// the service. On Linux a function is killed when its parent dies
// (PR_SET_PDEATHSIG), and the parent is the thread that forked it. Started from an
// arbitrary goroutine, functions would die whenever Go retires a thread.
type launcher struct {
	requests chan launch
	done     chan struct{}
}

type launch struct {
	cmd    *exec.Cmd
	result chan error
}

func newLauncher() *launcher {
	l := &launcher{requests: make(chan launch), done: make(chan struct{})}
	go func() {
		defer close(l.done)
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for r := range l.requests {
			r.result <- r.cmd.Start()
		}
	}()
	return l
}

func (l *launcher) start(cmd *exec.Cmd) error {
	r := launch{cmd, make(chan error, 1)}
	l.requests <- r
	return <-r.result
}

// close ends the thread. All processes that it started must have ended.
func (l *launcher) close() {
	close(l.requests)
	<-l.done
}
