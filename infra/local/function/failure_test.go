package function

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestReportedError(t *testing.T) {
	c := start(t, nil)
	failed := c.wantError("ok", "fail", 0, "NotFound")
	const payload = `{"errorMessage":"no such account","errorType":"NotFound"}`
	if failed.Message != "no such account" || string(failed.Payload) != payload {
		t.Errorf("got %+v", failed)
	}
	c.mustInvoke("echo", 0)
	if got := c.Stats()["ok"].ColdStarts; got != 1 {
		t.Errorf("%d cold starts, want 1: an error does not end the environment", got)
	}
}

func TestPanic(t *testing.T) {
	c := start(t, nil)
	failed := c.wantError("ok", "panic", 0, "string")
	if failed.Message != "boom" || !strings.Contains(string(failed.Payload), `"stackTrace":[{"path":"main.go"`) {
		t.Errorf("got %+v", failed)
	}
	c.mustInvoke("echo", 0) // starts while the old process may still be ending
	if got := c.Stats()["ok"]; got.ColdStarts != 2 || got.Environments != 1 {
		t.Errorf("stats %+v", got)
	}
	if !strings.Contains(c.logText(), "Error: Runtime exited with error: exit status 1\nRuntime.ExitError\n") {
		t.Errorf("log:\n%s", c.logText())
	}
}

func TestBrokenStream(t *testing.T) {
	c := start(t, nil)
	if failed := c.wantError("ok", "broken", 0, "StreamError"); failed.Message != "lost" {
		t.Errorf("got %+v", failed)
	}
}

func TestTimeout(t *testing.T) {
	c := start(t, withLimits(250*time.Millisecond, 0))
	pid := parseInt(t, c.mustInvoke("pid", 0))
	started := time.Now()
	failed := c.wantError("ok", "sleep", 60_000, "Sandbox.Timedout")
	if took := time.Since(started); took < 250*time.Millisecond || took > 2*time.Second {
		t.Errorf("after %v", took)
	}
	if !strings.HasSuffix(failed.Message, "Error: Task timed out after 0.25 seconds") {
		t.Errorf("message %q", failed.Message)
	}
	logs := c.logText()
	for _, want := range []string{" Task timed out after 0.25 seconds\nEND RequestId: ", "\tStatus: timeout"} {
		if !strings.Contains(logs, want) {
			t.Errorf("the log lacks %q:\n%s", want, logs)
		}
	}
	waitUntil(t, "the process is killed", func() bool { return !alive(pid) })
	if next := parseInt(t, c.mustInvoke("pid", 0)); next == pid {
		t.Error("the next invocation was not a cold start")
	}
}

// TestTimeoutAfterResponse checks that the timeout applies until the function asks for more
// work, even though the caller already has the response.
func TestTimeoutAfterResponse(t *testing.T) {
	c := start(t, withLimits(300*time.Millisecond, 1))
	if out := c.mustInvoke("linger", 60_000); out != "done" {
		t.Errorf("got %q", out)
	}
	waitUntil(t, "the environment is ended", func() bool { return c.Stats()["ok"].Environments == 0 })
	waitUntil(t, "the timeout is logged", func() bool { return strings.Contains(c.logText(), "Status: timeout") })
	c.mustInvoke("echo", 0)
}

func TestCrash(t *testing.T) {
	for _, test := range []struct {
		name   string
		code   int
		detail string
	}{
		{name: "exit status 1", code: 1, detail: "Runtime exited with error: exit status 1"},
		{name: "exit status 0", code: 0, detail: "Runtime exited without providing a reason"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := start(t, nil)
			c.mustInvoke("echo", 0)
			failed := c.wantError("ok", "exit", test.code, "Runtime.ExitError")
			if !strings.HasPrefix(failed.Message, "RequestId: ") || !strings.HasSuffix(failed.Message, " Error: "+test.detail) {
				t.Errorf("message %q", failed.Message)
			}
			logs := c.logText()
			for _, want := range []string{
				"about to exit\nlast words\nRequestId: ", "\tStatus: error\tError Type: Runtime.ExitError",
			} {
				if !strings.Contains(logs, want) {
					t.Errorf("the log lacks %q:\n%s", want, logs)
				}
			}
			c.mustInvoke("echo", 0)
			if got := c.Stats()["ok"]; got.ColdStarts != 2 || got.Environments != 1 {
				t.Errorf("stats %+v", got)
			}
		})
	}
}

// TestFailingInit checks that each invocation of a function that cannot start causes one
// start, which is repeated once, and returns the error.
func TestFailingInit(t *testing.T) {
	for function, want := range map[string]string{"init-exit": "Runtime.ExitError", "init-error": "ConfigError"} {
		t.Run(function, func(t *testing.T) {
			c := start(t, nil)
			for range 3 {
				c.wantError(function, "echo", 0, want)
			}
			if got, want := c.Stats()[function], (Stats{ColdStarts: 3, Invocations: 3}); got != want {
				t.Errorf("stats %+v, want %+v", got, want)
			}
			for _, phase := range []string{"init", "invoke"} {
				line := "\tPhase: " + phase + "\tStatus: error\tError Type: " + want
				if got := strings.Count(c.logText(), line); got != 3 {
					t.Errorf("%d failures of phase %s in the log, want 3:\n%s", got, phase, c.logText())
				}
			}
			waitUntil(t, "no execution is counted", func() bool { return c.executions.Load() == 0 })
		})
	}
}

// TestRepeatedInitServes checks that an invocation is served if the init succeeds when it
// is repeated.
func TestRepeatedInitServes(t *testing.T) {
	c := start(t, nil)
	mark := filepath.Join(t.TempDir(), "mark")
	functions := maps.Clone(c.cfg.Functions)
	second := functions["ok"]
	second.Env = maps.Clone(second.Env)
	second.Env[asFunction], second.Env[markFile] = "init-second", mark
	functions["second"] = second
	if err := c.Update(functions); err != nil {
		t.Fatal(err)
	}
	if out, err := c.invoke("second", "echo", 0); err != nil {
		t.Fatalf("%s, %v\n%s", out, err, c.logText())
	}
	if got, want := c.Stats()["second"], (Stats{Environments: 1, ColdStarts: 1, Invocations: 1}); got != want {
		t.Errorf("stats %+v, want %+v", got, want)
	}
	if got := strings.Count(c.logText(), "INIT_START "); got != 1 {
		t.Errorf("%d lines INIT_START, want 1:\n%s", got, c.logText())
	}
}

func TestInitErrorPayload(t *testing.T) {
	c := start(t, nil)
	failed := c.wantError("init-error", "echo", 0, "ConfigError")
	if string(failed.Payload) != `{"errorMessage":"no table","errorType":"ConfigError"}` {
		t.Errorf("payload %s", failed.Payload)
	}
}

func TestInitTimeout(t *testing.T) {
	c := start(t, func(cfg *Config) {
		f := cfg.Functions["init-hang"]
		f.Timeout = 250 * time.Millisecond
		cfg.Functions["init-hang"] = f
	})
	c.initTimeout = 150 * time.Millisecond
	failed := c.wantError("init-hang", "echo", 0, "Sandbox.Timedout")
	if !strings.Contains(failed.Message, "after 0.25 seconds") { // of the repeated init
		t.Errorf("message %q", failed.Message)
	}
	for _, phase := range []string{"init", "invoke"} {
		if !strings.Contains(c.logText(), "\tPhase: "+phase+"\tStatus: timeout") {
			t.Errorf("no timeout of phase %s in the log:\n%s", phase, c.logText())
		}
	}
}

func TestMissingBinary(t *testing.T) {
	c := start(t, func(cfg *Config) { cfg.Functions["gone"] = Function{Binary: "no/such/bootstrap"} })
	c.wantError("gone", "echo", 0, "Runtime.InvalidEntrypoint")
	var failed *FunctionError
	if err := c.Warm(context.Background(), "gone"); !errors.As(err, &failed) {
		t.Errorf("got %v", err)
	}
}

// TestInvalidRuntimeCalls checks the statuses of calls that the Runtime API refuses: unknown
// request IDs, an init error after the init, an unknown path, and a second response; and
// that a request for work before the response gets the same work. The statuses are in
// testdata/recorded/api.
func TestInvalidRuntimeCalls(t *testing.T) {
	c := start(t, nil)
	if got, want := c.mustInvoke("invalid calls", 0), "400 400 403 200 404"; got != want {
		t.Errorf("statuses %s, want %s", got, want)
	}
	if got := c.mustInvoke("twice", 0); got != "first" {
		t.Errorf("the response is %q, want the first one", got)
	}
	waitUntil(t, "the second response is refused", func() bool {
		return strings.Contains(c.logText(), "second response: 403")
	})
}

func TestConfigurationErrors(t *testing.T) {
	for name, test := range map[string]struct {
		function Function
		want     string
	}{
		"no binary": {function: Function{}, want: "Binary"},
		"memory":    {function: Function{Binary: "x", MemoryMB: 64}, want: "MemoryMB 64"},
		"timeout":   {function: Function{Binary: "x", Timeout: time.Hour}, want: "Timeout 1h0m0s"},
		"reserved variable": {
			function: Function{Binary: "x", Env: map[string]string{"AWS_REGION": "eu-west-1"}}, want: "AWS_REGION",
		},
	} {
		t.Run(name, func(t *testing.T) {
			functions := map[string]Function{"get-account": test.function}
			_, err := New(Config{Region: "us-east-1", AccountID: "1", Functions: functions})
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "get-account") {
				t.Errorf("got %v, want an error about get-account and %s", err, test.want)
			}
		})
	}
	if _, err := New(Config{AccountID: "1"}); err == nil {
		t.Error("New accepted an empty Region")
	}
	if _, err := New(Config{Region: "us-east-1", AccountID: "1", Idle: -1}); err == nil {
		t.Error("New accepted a negative Idle")
	}
}
