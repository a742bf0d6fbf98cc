package function

import (
	"errors"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestPrepareIsNotPartOfTheInit takes longer for a build than an init may take.
func TestPrepareIsNotPartOfTheInit(t *testing.T) {
	var calls atomic.Int64
	c := start(t, func(cfg *Config) {
		cfg.Prepare = func(string) error {
			calls.Add(1)
			time.Sleep(700 * time.Millisecond)
			return nil
		}
	})
	c.initTimeout = 500 * time.Millisecond // an init of this binary takes a few milliseconds
	c.mustInvoke("echo", 0)
	c.mustInvoke("echo", 0)
	if n := calls.Load(); n != 1 {
		t.Errorf("prepared %d times, want once for the only environment", n)
	}
}

func TestPrepareFails(t *testing.T) {
	var calls atomic.Int64
	c := start(t, func(cfg *Config) {
		cfg.Prepare = func(binary string) error {
			calls.Add(1)
			return errors.New("does not compile: " + filepath.Base(binary))
		}
	})
	_, err := c.invoke("ok", "echo", 0)
	var failed *FunctionError
	if !errors.As(err, &failed) || failed.Type != typeEntrypoint || !strings.Contains(failed.Message,
		"does not compile: ") {
		t.Errorf("error %v, want a *FunctionError of type %s with the cause", err, typeEntrypoint)
	}
	if n := calls.Load(); n != 1 {
		t.Errorf("prepared %d times for one invocation, want once", n)
	}
}

// TestDebugStopsTheClocks lets a function sleep longer than its timeout, and its
// environment be idle longer than others may.
func TestDebugStopsTheClocks(t *testing.T) {
	pids := make(chan int, 10)
	c := start(t, func(cfg *Config) {
		f := cfg.Functions["ok"]
		f.Timeout, f.Debug = 50*time.Millisecond, true
		cfg.Functions["ok"] = f
		cfg.Idle = 20 * time.Millisecond
		cfg.Started = func(_, _ string, pid int) { pids <- pid }
	})
	c.mustInvoke("sleep", 300)
	pid := parseInt(t, c.mustInvoke("pid", 0))
	if started := <-pids; started != pid {
		t.Errorf("Started received %d, want the process %d", started, pid)
	}
	time.Sleep(200 * time.Millisecond)
	if again := parseInt(t, c.mustInvoke("pid", 0)); again != pid {
		t.Errorf("the process %d has ended when idle, and %d took its place", pid, again)
	}
}
