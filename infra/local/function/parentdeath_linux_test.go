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

func TestFunctionsAreKilledWithService(t *testing.T) {
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
	pid := parseInt(t, word)
	if !alive(pid) {
		t.Fatal("the function is not running")
	}
	host.Process.Kill()
	host.Wait()
	waitUntil(t, "the function has ended", func() bool { return !alive(pid) })
}

// TestFunctionsOutliveThreads checks that an environment survives the thread that requested
// it.
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
	c.mustInvoke("echo", 0)
	if got, want := c.Stats()["ok"], (Stats{Environments: 1, Invocations: 1}); got != want {
		t.Errorf("stats %+v, want %+v", got, want)
	}
}
