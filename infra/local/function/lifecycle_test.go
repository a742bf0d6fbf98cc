package function

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestIdleEnvironmentsAreEnded(t *testing.T) {
	c := start(t, func(cfg *Config) { cfg.Idle = 100 * time.Millisecond })
	pid := parseInt(t, c.mustInvoke("pid", 0))
	waitUntil(t, "the environment is ended", func() bool { return c.Stats()["ok"].Environments == 0 })
	waitUntil(t, "its process is gone", func() bool { return !alive(pid) })
	c.mustInvoke("echo", 0)
	if got := c.Stats()["ok"].ColdStarts; got != 2 {
		t.Errorf("%d cold starts", got)
	}
}

// TestBusyEnvironmentIsNotReaped checks that invocations use the environment that was used
// last, and that a second, superfluous environment ends.
func TestBusyEnvironmentIsNotReaped(t *testing.T) {
	c := start(t, func(cfg *Config) { cfg.Idle = 200 * time.Millisecond })
	for range 2 {
		if err := c.Warm(context.Background(), "ok"); err != nil {
			t.Fatal(err)
		}
	}
	pid := c.mustInvoke("pid", 0)
	waitUntil(t, "one environment is ended", func() bool {
		time.Sleep(5 * time.Millisecond) // so that the used environment is idle again
		c.mustInvoke("echo", 0)
		return c.Stats()["ok"].Environments == 1
	})
	if again := c.mustInvoke("pid", 0); again != pid {
		t.Errorf("the environment in use was ended")
	}
}

// TestSignalEndsAnInvocation kills the process of an invocation in progress. The next
// invocation starts another process.
func TestSignalEndsAnInvocation(t *testing.T) {
	c := start(t, nil)
	first := c.mustInvoke("pid", 0)
	result := make(chan error)
	go func() { _, err := c.invoke("ok", "sleep", 60_000); result <- err }()
	waitUntil(t, "an invocation is in progress", func() bool { return c.Stats()["ok"].Invocations == 2 })
	if err := c.Signal("ok", os.Kill); err != nil {
		t.Error(err)
	}
	var failed *FunctionError
	if err := <-result; !errors.As(err, &failed) {
		t.Errorf("invocation in progress: %v, want a *FunctionError", err)
	}
	if next := c.mustInvoke("pid", 0); next == first {
		t.Errorf("the process %s serves after it was killed", next)
	}
	if err := c.Signal("missing", os.Kill); !errors.Is(err, ErrNoFunction) {
		t.Errorf("a missing function: %v, want ErrNoFunction", err)
	}
}

func TestCloseEndsProcessesAndGoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	c := start(t, nil)
	var pids []int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			pid, err := c.invoke("ok", "pid", 0)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			pids = append(pids, parseInt(t, pid))
		})
	}
	wg.Wait()
	pids = append(pids, parseInt(t, c.mustInvoke("child", 0)))
	children := 5
	if runtime.GOOS == "linux" { // elsewhere a process in a session of its own outlives the function
		pids = append(pids, parseInt(t, c.mustInvoke("session", 0)))
		children++
	}

	result := make(chan error)
	go func() { _, err := c.invoke("ok", "sleep", 60_000); result <- err }()
	waitUntil(t, "another invocation is in progress", func() bool { return c.Stats()["ok"].Invocations == children })
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := <-result; !errors.Is(err, ErrClosed) {
		t.Errorf("invocation in progress: %v, want ErrClosed", err)
	}
	for _, pid := range pids {
		waitUntil(t, fmt.Sprint("process ", pid, " is gone"), func() bool { return !alive(pid) })
	}
	if got := c.Stats()["ok"].Environments; got != 0 {
		t.Errorf("%d environments are alive", got)
	}
	if _, err := c.invoke("ok", "echo", 0); !errors.Is(err, ErrClosed) {
		t.Errorf("Invoke after Close: %v, want ErrClosed", err)
	}
	if err := c.Warm(context.Background(), "ok"); !errors.Is(err, ErrClosed) {
		t.Errorf("Warm after Close: %v, want ErrClosed", err)
	}
	c.Close()
	waitUntil(t, "no goroutine is left", func() bool { return runtime.NumGoroutine() <= before })
}

func TestCloseWhileStarting(t *testing.T) {
	c := start(t, nil)
	result := make(chan error)
	go func() { _, err := c.invoke("init-hang", "echo", 0); result <- err }()
	waitUntil(t, "the environment is starting", func() bool { return c.Stats()["init-hang"].Environments == 1 })
	c.Close()
	if err := <-result; !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}

// TestFunctionThatIgnoresSIGTERM checks that such a function is killed after the shutdown
// timeout.
func TestFunctionThatIgnoresSIGTERM(t *testing.T) {
	c := start(t, nil)
	c.shutdownTimeout = 100 * time.Millisecond
	pid, err := c.invoke("stubborn", "pid", 0)
	if err != nil {
		t.Fatal(err)
	}
	waitUntil(t, "it is idle again", func() bool { return strings.Contains(c.logText(), "REPORT ") })
	started := time.Now()
	c.Close()
	if took := time.Since(started); took < 100*time.Millisecond || took > time.Second {
		t.Errorf("Close took %v", took)
	}
	if alive(parseInt(t, pid)) {
		t.Error("the process is still running")
	}
}

func TestInvocationLog(t *testing.T) {
	c := start(t, nil)
	c.mustInvoke("print", 0)
	c.mustInvoke("echo", 0)
	waitUntil(t, "the second REPORT is logged", func() bool { return strings.Count(c.logText(), "REPORT ") == 2 })
	want := regexp.MustCompile(`^INIT_START Runtime Version: provided:al2023\.v\d+
START RequestId: (\S+) Version: \$LATEST
to stdout
to stderr
no end
END RequestId: \S+
REPORT RequestId: \S+\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB` +
		`(\tMax Memory Used: \d+ MB)?\tInit Duration: \d+\.\d\d ms
START RequestId: \S+ Version: \$LATEST
END RequestId: \S+
REPORT RequestId: \S+\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB(\tMax Memory Used: \d+ MB)?
$`)
	if !want.MatchString(c.logText()) {
		t.Errorf("log:\n%s", c.logText())
	}
	for _, l := range c.allLines() {
		if l.function != "ok" || len(l.instance) != 32 {
			t.Errorf("line of function %q, instance %q", l.function, l.instance)
		}
	}
}

func TestOutputLines(t *testing.T) {
	var got []string
	o := newOutput(func(line string) { got = append(got, line) })
	for _, chunk := range []string{"a", "b\nc\r\n", "\n", "d\ne"} {
		o.split([]byte(chunk))
	}
	o.split(bytes.Repeat([]byte{'f'}, maxLine))
	o.split([]byte("rest"))
	o.endLine()
	want := []string{"ab", "c", "", "d", "e" + strings.Repeat("f", maxLine), "rest"}
	if !slices.Equal(got, want) {
		t.Errorf("%d lines: %.100q", len(got), got)
	}
}

// TestConcurrentInvocations combines many callers, failures, timeouts and a concurrency
// limit, and checks the invariants of the pool. It is most useful with the race detector.
func TestConcurrentInvocations(t *testing.T) {
	c := start(t, func(cfg *Config) {
		withLimits(400*time.Millisecond, 6)(cfg)
		cfg.Idle = 50 * time.Millisecond
	})
	commands := []command{
		{Do: "echo"}, {Do: "fail"}, {Do: "echo"}, {Do: "sleep", N: 5}, {Do: "linger", N: 20},
		{Do: "print"}, {Do: "echo"}, {Do: "exit", N: 1}, {Do: "panic"},
	}
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 18 {
				o := commands[(worker+i)%len(commands)]
				_, err := c.invoke("ok", o.Do, o.N)
				var failed *FunctionError
				if err != nil && !errors.Is(err, ErrThrottled) && !errors.As(err, &failed) {
					t.Errorf("%s: %v", o.Do, err)
				}
			}
		})
	}
	wg.Wait()
	p, _ := c.pool("ok")
	waitUntil(t, "all environments have ended", func() bool { return c.Stats()["ok"].Environments == 0 })
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.queue) != 0 || p.soonIdle != 0 || len(p.idle) != 0 || c.executions.Load() != 0 {
		t.Errorf("left: %d queued, %d soon idle, %d idle, %d executions", len(p.queue), p.soonIdle, len(p.idle),
			c.executions.Load())
	}
}
