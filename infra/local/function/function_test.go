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

// cloud is a Service under test, with what its functions logged.
type cloud struct {
	*Service
	t *testing.T

	mu    sync.Mutex
	lines []logged
}

type logged struct{ function, instance, text string }

// start makes a Service with a function for each kind of init, and checks in the end that nothing is left of it.
func start(t *testing.T, change func(*Config)) *cloud {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &cloud{t: t}
	cfg := Config{Region: "us-west-2", AccountID: "123456789012", Functions: map[string]Function{}, Log: c.log}
	for _, init := range []string{"ok", "init-exit", "init-error", "init-hang", "init-slow", "stubborn"} {
		cfg.Functions[init] = Function{Binary: self, Env: map[string]string{asFunction: init}, Timeout: 20 * time.Second}
		if testing.CoverMode() != "" { // or the binary warns on stderr
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

// only gives the function "ok" that timeout and the service that concurrency.
func only(timeout time.Duration, concurrency int) func(*Config) {
	return func(cfg *Config) {
		f := cfg.Functions["ok"]
		f.Timeout = timeout
		cfg.Functions["ok"] = f
		cfg.Concurrency = concurrency
	}
}

func (c *cloud) log(function, instance, line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, logged{function, instance, line})
}

// all is every line so far.
func (c *cloud) all() []logged {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.lines)
}

// logs is all that was logged so far, a line each.
func (c *cloud) logs() string {
	var b strings.Builder
	for _, l := range c.all() {
		b.WriteString(l.text + "\n")
	}
	return b.String()
}

func (c *cloud) do(function, what string, n int) (string, error) {
	payload, _ := json.Marshal(order{what, n})
	out, err := c.Invoke(context.Background(), function, payload, "")
	return string(out), err
}

// must is do, to the function "ok", without failure.
func (c *cloud) must(what string, n int) string {
	c.t.Helper()
	out, err := c.do("ok", what, n)
	if err != nil {
		c.t.Fatalf("%s: %v\n%s", what, err, c.logs())
	}
	return out
}

// fails expects a FunctionError of that type.
func (c *cloud) fails(function, what string, n int, errorType string) *FunctionError {
	c.t.Helper()
	out, err := c.do(function, what, n)
	var failed *FunctionError
	if !errors.As(err, &failed) || failed.Type != errorType {
		c.t.Fatalf("%s on %s: got %q, %v; want a %s\n%s", what, function, out, err, errorType, c.logs())
	}
	return failed
}

// eventually waits for what happens on other goroutines.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never came true:", what)
		}
	}
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// alive tells whether a process exists; one that ended but whose parent has not asked yet (a zombie) does not count.
func alive(pid int) bool {
	process, err := os.FindProcess(pid)
	if err != nil || process.Signal(syscall.Signal(0)) != nil {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || !strings.Contains(string(stat), ") Z ")
}
