package function

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestFunctionsDieWithTheirService(t *testing.T) {
	self, _ := os.Executable()
	host := exec.Command(self)
	host.Env = append(os.Environ(), asFunction+"=host")
	out, err := host.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := host.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	word, _, _ := strings.Cut(line, " ")
	pid := number(t, word)
	if !alive(pid) {
		t.Fatal("the function is not running")
	}
	host.Process.Kill()
	host.Wait()
	eventually(t, "the function is gone", func() bool { return !alive(pid) })
}

// The thread of whoever asked for the environment may end; the environment stays.
func TestFunctionsOutliveThreads(t *testing.T) {
	c := start(t, nil)
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked, so the thread ends with the goroutine
		done <- c.Warm(context.Background(), "ok")
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	c.must("echo", 0)
	if got, want := c.Stats()["ok"], (Stats{Environments: 1, Invocations: 1}); got != want {
		t.Errorf("stats %+v, want %+v", got, want)
	}
}
