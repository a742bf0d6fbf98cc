package function

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestReportedError(t *testing.T) {
	c := start(t, nil)
	failed := c.fails("ok", "fail", 0, "NotFound")
	if failed.Message != "no such account" || string(failed.Payload) != `{"errorMessage":"no such account","errorType":"NotFound"}` {
		t.Errorf("got %+v", failed)
	}
	c.must("echo", 0)
	if got := c.Stats()["ok"].ColdStarts; got != 1 {
		t.Errorf("%d cold starts: an error must not cost the environment", got)
	}
}

func TestPanic(t *testing.T) {
	c := start(t, nil)
	failed := c.fails("ok", "panic", 0, "string")
	if failed.Message != "boom" || !strings.Contains(string(failed.Payload), `"stackTrace":[{"path":"main.go"`) {
		t.Errorf("got %+v", failed)
	}
	c.must("echo", 0) // begun while the old process may still be on its way out
	if got := c.Stats()["ok"]; got.ColdStarts != 2 || got.Environments != 1 {
		t.Errorf("stats %+v", got)
	}
	if !strings.Contains(c.logs(), "Error: Runtime exited with error: exit status 1\nRuntime.ExitError\n") {
		t.Errorf("log:\n%s", c.logs())
	}
}

func TestBrokenStream(t *testing.T) {
	c := start(t, nil)
	if failed := c.fails("ok", "broken", 0, "StreamError"); failed.Message != "lost" {
		t.Errorf("got %+v", failed)
	}
}

func TestTimeout(t *testing.T) {
	c := start(t, only(250*time.Millisecond, 0))
	pid := number(t, c.must("pid", 0))
	begun := time.Now()
	failed := c.fails("ok", "sleep", 60_000, "Sandbox.Timedout")
	if took := time.Since(begun); took < 250*time.Millisecond || took > 2*time.Second {
		t.Errorf("after %v", took)
	}
	if !strings.HasSuffix(failed.Message, "Error: Task timed out after 0.25 seconds") {
		t.Errorf("message %q", failed.Message)
	}
	logs := c.logs()
	if !strings.Contains(logs, " Task timed out after 0.25 seconds\nEND RequestId: ") || !strings.Contains(logs, "\tStatus: timeout") {
		t.Errorf("log:\n%s", logs)
	}
	eventually(t, "the process is killed", func() bool { return !alive(pid) })
	if next := number(t, c.must("pid", 0)); next == pid {
		t.Error("the next invocation was no cold start")
	}
}

// The timeout holds until the function asks for more work, though its caller has long been answered.
func TestTimeoutAfterTheAnswer(t *testing.T) {
	c := start(t, only(300*time.Millisecond, 1))
	if out := c.must("linger", 60_000); out != "done" {
		t.Errorf("got %q", out)
	}
	eventually(t, "the environment is ended", func() bool { return c.Stats()["ok"].Environments == 0 })
	eventually(t, "the timeout is logged", func() bool { return strings.Contains(c.logs(), "Status: timeout") })
	c.must("echo", 0)
}

func TestCrash(t *testing.T) {
	for _, test := range []struct {
		code   int
		detail string
	}{{1, "Runtime exited with error: exit status 1"}, {0, "Runtime exited without providing a reason"}} {
		c := start(t, nil)
		c.must("echo", 0)
		failed := c.fails("ok", "exit", test.code, "Runtime.ExitError")
		if !strings.HasPrefix(failed.Message, "RequestId: ") || !strings.HasSuffix(failed.Message, " Error: "+test.detail) {
			t.Errorf("message %q", failed.Message)
		}
		logs := c.logs()
		if !strings.Contains(logs, "about to exit\nlast words\nRequestId: ") || !strings.Contains(logs, "\tStatus: error\tError Type: Runtime.ExitError") {
			t.Errorf("log:\n%s", logs)
		}
		c.must("echo", 0)
		if got := c.Stats()["ok"]; got.ColdStarts != 2 || got.Environments != 1 {
			t.Errorf("stats %+v", got)
		}
	}
}

// Each invocation of a function that cannot start costs one start and gets the error.
func TestFailingInit(t *testing.T) {
	for function, want := range map[string]string{"init-exit": "Runtime.ExitError", "init-error": "ConfigError"} {
		c := start(t, nil)
		for range 3 {
			c.fails(function, "echo", 0, want)
		}
		if got, want := c.Stats()[function], (Stats{ColdStarts: 3, Invocations: 3}); got != want {
			t.Errorf("%s: stats %+v, want %+v", function, got, want)
		}
		if got := strings.Count(c.logs(), "\tPhase: init\tStatus: error\tError Type: "+want); got != 3 {
			t.Errorf("%s: log:\n%s", function, c.logs())
		}
	}
}

func TestInitErrorPayload(t *testing.T) {
	c := start(t, nil)
	failed := c.fails("init-error", "echo", 0, "ConfigError")
	if string(failed.Payload) != `{"errorMessage":"no table","errorType":"ConfigError"}` {
		t.Errorf("payload %s", failed.Payload)
	}
}

func TestInitTimeout(t *testing.T) {
	c := start(t, nil)
	c.initTimeout = 150 * time.Millisecond
	failed := c.fails("init-hang", "echo", 0, "Sandbox.Timedout")
	if !strings.Contains(failed.Message, "after 0.15 seconds") {
		t.Errorf("message %q", failed.Message)
	}
	if !strings.Contains(c.logs(), "\tPhase: init\tStatus: timeout") {
		t.Errorf("log:\n%s", c.logs())
	}
}

func TestMissingBinary(t *testing.T) {
	c := start(t, func(cfg *Config) { cfg.Functions["gone"] = Function{Binary: "no/such/bootstrap"} })
	c.fails("gone", "echo", 0, "Runtime.InvalidEntrypoint")
	var failed *FunctionError
	if err := c.Warm(context.Background(), "gone"); !errors.As(err, &failed) {
		t.Errorf("got %v", err)
	}
}

// What the Runtime API does not accept, with the statuses of the real one: an unknown request id, an init error after
// init, a request for work before the answer, an unknown path.
func TestCallsOutOfTurn(t *testing.T) {
	c := start(t, nil)
	if got, want := c.must("strangers", 0), "400 400 403 403 404"; got != want {
		t.Errorf("statuses %s, want %s", got, want)
	}
	if got := c.must("twice", 0); got != "first" {
		t.Errorf("the answer is %q", got)
	}
	eventually(t, "the second answer is refused", func() bool { return strings.Contains(c.logs(), "second answer: 403") })
}

func TestConfigurationErrors(t *testing.T) {
	for name, test := range map[string]struct {
		function Function
		want     string
	}{
		"no binary":    {Function{}, "Binary"},
		"memory":       {Function{Binary: "x", MemoryMB: 64}, "MemoryMB of 64"},
		"timeout":      {Function{Binary: "x", Timeout: time.Hour}, "Timeout of 1h0m0s"},
		"reserved env": {Function{Binary: "x", Env: map[string]string{"AWS_REGION": "eu-west-1"}}, "AWS_REGION"},
	} {
		_, err := New(Config{Region: "us-east-1", AccountID: "1", Functions: map[string]Function{"get-account": test.function}})
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "get-account") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(Config{AccountID: "1"}); err == nil {
		t.Error("no Region, no error")
	}
	if _, err := New(Config{Region: "us-east-1", AccountID: "1", Idle: -1}); err == nil {
		t.Error("a negative Idle, no error")
	}
}
