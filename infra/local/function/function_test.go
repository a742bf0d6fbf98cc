package function

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// testService is a Service under test with its log.
type testService struct {
	*Service
	t *testing.T

	mu    sync.Mutex
	lines []logged
}

type logged struct{ function, instance, text string }

// start returns a Service with a function for each kind of init, and closes it when the
// test ends.
func start(t *testing.T, change func(*Config)) *testService {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &testService{t: t}
	cfg := Config{Region: "us-west-2", AccountID: "123456789012", Functions: map[string]Function{}, Log: c.log}
	for _, init := range []string{"ok", "init-exit", "init-quit", "init-error", "init-hang", "init-slow", "stubborn"} {
		cfg.Functions[init] = Function{Binary: self, Env: map[string]string{asFunction: init}, Timeout: 20 * time.Second}
		if testing.CoverMode() != "" { // otherwise the binary prints a warning
			cfg.Functions[init].Env["GOCOVERDIR"] = t.TempDir()
		}
	}
	if change != nil {
		change(&cfg)
	}
	c.Service, err = New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// withLimits sets the timeout of the function "ok" and the concurrency of the service.
func withLimits(timeout time.Duration, concurrency int) func(*Config) {
	return func(cfg *Config) {
		f := cfg.Functions["ok"]
		f.Timeout = timeout
		cfg.Functions["ok"] = f
		cfg.Concurrency = concurrency
	}
}

func (c *testService) log(function, instance, line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, logged{function, instance, line})
}

// clearLog forgets the lines logged so far.
func (c *testService) clearLog() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = nil
}

// allLines returns the lines logged so far.
func (c *testService) allLines() []logged {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.lines)
}

// logText returns the text logged so far.
func (c *testService) logText() string {
	var b strings.Builder
	for _, l := range c.allLines() {
		b.WriteString(l.text + "\n")
	}
	return b.String()
}

func (c *testService) invoke(function, what string, n int) (string, error) {
	payload, _ := json.Marshal(command{Do: what, N: n})
	out, err := c.Invoke(context.Background(), function, payload, "")
	return string(out), err
}

// mustInvoke invokes the function "ok" and fails the test if that fails.
func (c *testService) mustInvoke(what string, n int) string {
	c.t.Helper()
	out, err := c.invoke("ok", what, n)
	if err != nil {
		c.t.Fatalf("%s: %v\n%s", what, err, c.logText())
	}
	return out
}

// wantError invokes a function and checks that it fails with a FunctionError of that type.
func (c *testService) wantError(function, what string, n int, errorType string) *FunctionError {
	c.t.Helper()
	out, err := c.invoke(function, what, n)
	var failed *FunctionError
	if !errors.As(err, &failed) || failed.Type != errorType {
		c.t.Fatalf("%s on %s: got %q, %v; want a %s\n%s", what, function, out, err, errorType, c.logText())
	}
	return failed
}

// waitUntil waits until the condition holds, and fails the test after five seconds.
func waitUntil(t *testing.T, event string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !condition(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("gave up waiting until %s", event)
		}
	}
}

func parseInt(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// alive reports whether a process is running. A process that has ended but has not been
// waited for (a zombie) is not running.
func alive(pid int) bool {
	process, err := os.FindProcess(pid)
	if err != nil || process.Signal(syscall.Signal(0)) != nil {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || !strings.Contains(string(stat), ") Z ")
}
