package function

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestIdleEnvironmentsAreEnded(t *testing.T) {
	c := start(t, func(cfg *Config) { cfg.Idle = 100 * time.Millisecond })
	pid := number(t, c.must("pid", 0))
	eventually(t, "the environment is ended", func() bool { return c.Stats()["ok"].Environments == 0 })
	eventually(t, "its process is gone", func() bool { return !alive(pid) })
	c.must("echo", 0)
	if got := c.Stats()["ok"].ColdStarts; got != 2 {
		t.Errorf("%d cold starts", got)
	}
}

// Invocations go to the environment that was used last, so of two the spare one is ended and the other stays.
func TestReapingSparesTheBusy(t *testing.T) {
	c := start(t, func(cfg *Config) { cfg.Idle = 200 * time.Millisecond })
	for range 2 {
		if err := c.Warm(context.Background(), "ok"); err != nil {
			t.Fatal(err)
		}
	}
	pid := c.must("pid", 0)
	eventually(t, "one is ended", func() bool {
		time.Sleep(5 * time.Millisecond) // the one in use is back, or the other would serve
		c.must("echo", 0)
		return c.Stats()["ok"].Environments == 1
	})
	if again := c.must("pid", 0); again != pid {
		t.Errorf("the one in use was ended")
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	c := start(t, nil)
	var pids []int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			pid, err := c.do("ok", "pid", 0)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			pids = append(pids, number(t, pid))
		})
	}
	wg.Wait()
	pids = append(pids, number(t, c.must("child", 0)))

	result := make(chan error)
	go func() { _, err := c.do("ok", "sleep", 60_000); result <- err }()
	eventually(t, "one more is under way", func() bool { return c.Stats()["ok"].Invocations == 5 })
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := <-result; !errors.Is(err, ErrClosed) {
		t.Errorf("the one under way: %v, want ErrClosed", err)
	}
	for _, pid := range pids {
		eventually(t, fmt.Sprint("process ", pid, " is gone"), func() bool { return !alive(pid) })
	}
	if got := c.Stats()["ok"].Environments; got != 0 {
		t.Errorf("%d environments alive", got)
	}
	if _, err := c.do("ok", "echo", 0); !errors.Is(err, ErrClosed) {
		t.Errorf("an invocation after Close: %v", err)
	}
	if err := c.Warm(context.Background(), "ok"); !errors.Is(err, ErrClosed) {
		t.Errorf("Warm after Close: %v", err)
	}
	c.Close()
	eventually(t, "no goroutine is left", func() bool { return runtime.NumGoroutine() <= before })
}

func TestCloseWhileStarting(t *testing.T) {
	c := start(t, nil)
	result := make(chan error)
	go func() { _, err := c.do("init-hang", "echo", 0); result <- err }()
	eventually(t, "it is starting", func() bool { return c.Stats()["init-hang"].Environments == 1 })
	c.Close()
	if err := <-result; !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}

// A function that ignores SIGTERM has until the end of its grace.
func TestStubbornFunctionIsKilled(t *testing.T) {
	c := start(t, nil)
	c.shutdownTimeout = 100 * time.Millisecond
	pid, err := c.do("stubborn", "pid", 0)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is idle again", func() bool { return strings.Contains(c.logs(), "REPORT ") })
	begun := time.Now()
	c.Close()
	if took := time.Since(begun); took < 100*time.Millisecond || took > time.Second {
		t.Errorf("Close took %v", took)
	}
	if alive(number(t, pid)) {
		t.Error("it is still there")
	}
}

func TestLogOfInvocations(t *testing.T) {
	c := start(t, nil)
	c.must("print", 0)
	c.must("echo", 0)
	eventually(t, "the second report", func() bool { return strings.Count(c.logs(), "REPORT ") == 2 })
	want := regexp.MustCompile(`^START RequestId: (\S+) Version: \$LATEST
to stdout
to stderr
no end
END RequestId: \S+
REPORT RequestId: \S+\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tInit Duration: \d+\.\d\d ms
START RequestId: \S+ Version: \$LATEST
END RequestId: \S+
REPORT RequestId: \S+\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB
$`)
	if !want.MatchString(c.logs()) {
		t.Errorf("log:\n%s", c.logs())
	}
	for _, l := range c.all() {
		if l.function != "ok" || len(l.instance) != 32 {
			t.Errorf("line of %q, %q", l.function, l.instance)
		}
	}
}

func TestLinesOfOutput(t *testing.T) {
	var got []string
	o := newOutput(func(line string) { got = append(got, line) })
	for _, chunk := range []string{"a", "b\nc\r\n", "\n", "d\ne"} {
		o.accept([]byte(chunk))
	}
	o.accept(bytes.Repeat([]byte{'f'}, maxLine))
	o.accept([]byte("rest"))
	o.endLine()
	if len(got) != 6 || got[0] != "ab" || got[1] != "c" || got[2] != "" || got[3] != "d" || len(got[4]) != maxLine+1 || got[5] != "rest" {
		t.Errorf("%d lines: %.100q", len(got), got)
	}
}

// Many callers, failures, timeouts and a cap together; the race detector and the invariants are the judges.
func TestManyAtOnce(t *testing.T) {
	c := start(t, func(cfg *Config) {
		only(400*time.Millisecond, 6)(cfg)
		cfg.Idle = 50 * time.Millisecond
	})
	orders := []order{{"echo", 0}, {"fail", 0}, {"echo", 0}, {"sleep", 5}, {"linger", 20}, {"print", 0}, {"echo", 0}, {"exit", 1}, {"panic", 0}}
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 18 {
				o := orders[(worker+i)%len(orders)]
				_, err := c.do("ok", o.Do, o.N)
				var failed *FunctionError
				if err != nil && !errors.Is(err, ErrThrottled) && !errors.As(err, &failed) {
					t.Errorf("%s: %v", o.Do, err)
				}
			}
		})
	}
	wg.Wait()
	p := c.pools["ok"]
	eventually(t, "all environments ended", func() bool { return c.Stats()["ok"].Environments == 0 })
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.queue) != 0 || p.coming != 0 || len(p.idle) != 0 {
		t.Errorf("left: %d queued, %d coming, %d idle", len(p.queue), p.coming, len(p.idle))
	}
}
