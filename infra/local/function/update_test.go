package function

import (
	"errors"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"
)

// versionVariable is a variable of a function's configuration that makes two
// configurations differ.
const versionVariable = "MERIDIAN_TEST_VERSION"

// withVersion returns the service's functions, with a version of the named one.
func (c *testService) withVersion(name, version string) map[string]Function {
	functions := map[string]Function{}
	for name, p := range *c.pools.Load() {
		functions[name] = p.function
	}
	f := functions[name]
	f.Env = maps.Clone(f.Env)
	f.Env[versionVariable] = version
	functions[name] = f
	return functions
}

func (c *testService) mustUpdate(functions map[string]Function) {
	c.t.Helper()
	if err := c.Update(functions); err != nil {
		c.t.Fatal(err)
	}
}

// version returns the version of the function "ok" that serves an invocation.
func (c *testService) version() string {
	c.t.Helper()
	for line := range strings.Lines(c.mustInvoke("environ", 0)) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), versionVariable+"="); ok {
			return v
		}
	}
	return ""
}

func TestUpdateKeepsUnchangedFunctions(t *testing.T) {
	c := start(t, nil)
	kept, err := c.invoke("init-slow", "pid", 0)
	if err != nil {
		t.Fatal(err)
	}
	replaced := c.mustInvoke("pid", 0)
	c.mustUpdate(c.withVersion("ok", "2"))
	if pid, err := c.invoke("init-slow", "pid", 0); err != nil || pid != kept {
		t.Errorf("the unchanged function has the process %s, %v; want %s", pid, err, kept)
	}
	if pid := c.mustInvoke("pid", 0); pid == replaced {
		t.Error("the changed function has its old process")
	}
	if got := c.version(); got != "2" {
		t.Errorf("version %q", got)
	}
	waitUntil(t, "the old process is gone", func() bool { return !alive(parseInt(t, replaced)) })
}

func TestUpdateLetsInvocationsEnd(t *testing.T) {
	c := start(t, nil)
	pid := parseInt(t, c.mustInvoke("pid", 0))
	type result struct {
		response string
		err      error
	}
	slow := make(chan result)
	go func() {
		response, err := c.invoke("ok", "sleep", 500)
		slow <- result{response, err}
	}()
	waitUntil(t, "the invocation is accepted", func() bool { return c.Stats()["ok"].Invocations == 2 })
	without := c.withVersion("ok", "")
	delete(without, "ok")
	c.mustUpdate(without)
	if _, err := c.invoke("ok", "echo", 0); !errors.Is(err, ErrNoFunction) {
		t.Errorf("the removed function: %v", err)
	}
	if !alive(pid) {
		t.Error("the process ended during its invocation")
	}
	if r := <-slow; r.err != nil || !strings.Contains(r.response, "sleep") {
		t.Errorf("the invocation in progress: %q, %v", r.response, r.err)
	}
	waitUntil(t, "the old process is gone", func() bool { return !alive(pid) })
}

// TestUpdateWhileInvoked checks that no invocation fails while the function is
// replaced again and again, and that none that begins after an Update reaches an
// earlier version.
func TestUpdateWhileInvoked(t *testing.T) {
	c := start(t, nil)
	var mu sync.Mutex
	updated := "a"
	c.mustUpdate(c.withVersion("ok", updated))
	done := make(chan struct{})
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				mu.Lock()
				oldest := updated
				mu.Unlock()
				out, err := c.invoke("ok", "environ", 0)
				_, after, _ := strings.Cut(out, versionVariable+"=")
				version, _, _ := strings.Cut(after, "\n")
				if err != nil || version < oldest {
					t.Errorf("version %q after %q, %v", version, oldest, err)
					return
				}
			}
		})
	}
	for _, version := range strings.Split("bcdefgh", "") {
		c.mustUpdate(c.withVersion("ok", version))
		mu.Lock()
		updated = version
		mu.Unlock()
		time.Sleep(50 * time.Millisecond)
	}
	close(done)
	clients.Wait()
	waitUntil(t, "the old environments are gone", func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, p := range c.retired {
			if p.snapshot().Environments > 0 {
				return false
			}
		}
		return true
	})
}

func TestUpdateErrors(t *testing.T) {
	c := start(t, nil)
	bad := c.withVersion("ok", "2")
	bad["ok"] = Function{}
	if err := c.Update(bad); err == nil || !strings.Contains(err.Error(), `function "ok": the field Binary is empty`) {
		t.Errorf("a function without a binary: %v", err)
	}
	c.mustInvoke("echo", 0)
	functions := c.withVersion("ok", "2")
	c.Close()
	if err := c.Update(functions); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}
