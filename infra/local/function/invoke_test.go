package function

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestWarmInvocationReusesEnvironment(t *testing.T) {
	c := start(t, nil)
	first := c.mustInvoke("pid", 0)
	if second := c.mustInvoke("pid", 0); second != first {
		t.Errorf("the second invocation ran in process %s, the first in %s", second, first)
	}
	if got, want := c.Stats()["ok"], (Stats{Environments: 1, ColdStarts: 1, Invocations: 2}); got != want {
		t.Errorf("stats %+v, want %+v", got, want)
	}
	if got := c.Stats()["stubborn"]; got != (Stats{}) {
		t.Errorf("a function that was not used has stats %+v", got)
	}
}

func TestSequentialInvocationsShareOneEnvironment(t *testing.T) {
	c := start(t, nil)
	for range 200 {
		c.mustInvoke("echo", 0)
	}
	if got := c.Stats()["ok"].Environments; got != 1 {
		t.Errorf("%d environments", got)
	}
}

func TestParallelInvocations(t *testing.T) {
	c := start(t, withLimits(20*time.Second, 4))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { c.invoke("ok", "sleep", 600) })
	}
	waitUntil(t, "four invocations are in progress", func() bool { return c.Stats()["ok"].Invocations == 4 })
	if _, err := c.invoke("ok", "echo", 0); !errors.Is(err, ErrThrottled) {
		t.Errorf("over the concurrency limit: %v, want ErrThrottled", err)
	}
	wg.Wait()
	if got, want := c.Stats()["ok"], (Stats{Environments: 4, ColdStarts: 4, Invocations: 4}); got != want {
		t.Errorf("stats %+v, want %+v", got, want)
	}
	c.mustInvoke("echo", 0)
}

// TestConcurrencyLimits checks that a function with a reservation is limited by it alone,
// that functions without one share the account's limit, and that the error says which
// limit it is. An idle environment does not count.
func TestConcurrencyLimits(t *testing.T) {
	for _, test := range []struct {
		name              string
		account, reserved int
		other             bool // the other function runs while the first one is busy
		limit             string
	}{
		{name: "reserved", account: 1, reserved: 1, other: true, limit: "its reserved concurrency"},
		{name: "account", account: 1, limit: "the account's concurrency"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := start(t, func(cfg *Config) {
				withLimits(20*time.Second, test.account)(cfg)
				f := cfg.Functions["ok"]
				f.Concurrency = test.reserved
				cfg.Functions["ok"] = f
			})
			if _, err := c.invoke("stubborn", "echo", 0); err != nil { // its environment stays, idle
				t.Fatal(err)
			}
			waitUntil(t, "it is idle", func() bool { return c.executions.Load() == 0 })
			var busy sync.WaitGroup
			busy.Go(func() { c.invoke("ok", "sleep", 500) })
			waitUntil(t, "an invocation is in progress", func() bool { return c.Stats()["ok"].Invocations == 1 })
			if _, err := c.invoke("ok", "echo", 0); !errors.Is(err, ErrThrottled) || !strings.HasSuffix(err.Error(),
				test.limit) {
				t.Errorf("over the limit: %v, want ErrThrottled, %s", err, test.limit)
			}
			if _, err := c.invoke("stubborn", "echo", 0); (err == nil) != test.other {
				t.Errorf("the other function: %v", err)
			}
			busy.Wait()
		})
	}
}

// TestEarlierIdleEnvironmentIsUsed checks that an invocation that caused a start takes an
// environment that becomes idle earlier. The new one is then idle.
func TestEarlierIdleEnvironmentIsUsed(t *testing.T) {
	c := start(t, nil)
	const f = "init-slow"
	if _, err := c.invoke(f, "echo", 0); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, "it is idle again", func() bool { return strings.Contains(c.logText(), "REPORT ") })
	var wg sync.WaitGroup
	wg.Go(func() { c.invoke(f, "sleep", 50) })
	waitUntil(t, "the first invocation is in progress", func() bool { return c.Stats()[f].Invocations == 2 })
	started := time.Now()
	if _, err := c.invoke(f, "echo", 0); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(started); took > 250*time.Millisecond {
		t.Errorf("waited %v for the init (300 ms) of an environment that is not needed", took)
	}
	wg.Wait()
	if got := c.Stats()[f]; got.Environments != 2 || got.ColdStarts != 2 {
		t.Errorf("stats %+v", got)
	}
}

// TestWorkAfterResponse checks that a runtime that keeps working after its response does
// not delay the next invocation, and that the concurrency limit still holds.
func TestWorkAfterResponse(t *testing.T) {
	c := start(t, withLimits(20*time.Second, 2))
	for range 2 {
		if out := c.mustInvoke("linger", 1000); out != "done" {
			t.Errorf("got %q", out)
		}
	}
	if _, err := c.invoke("ok", "echo", 0); !errors.Is(err, ErrThrottled) {
		t.Errorf("got %v, want ErrThrottled", err)
	}
	if got, want := c.Stats()["ok"], (Stats{Environments: 2, ColdStarts: 2, Invocations: 2}); got != want {
		t.Errorf("stats %+v, want %+v", got, want)
	}
}

func TestWarm(t *testing.T) {
	c := start(t, withLimits(20*time.Second, 2))
	ctx := context.Background()
	for range 2 {
		if err := c.Warm(ctx, "ok"); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Warm(ctx, "ok"); !errors.Is(err, ErrThrottled) {
		t.Errorf("third environment: %v, want ErrThrottled", err)
	}
	c.mustInvoke("echo", 0)
	if got, want := c.Stats()["ok"], (Stats{Environments: 2, Invocations: 1}); got != want {
		t.Errorf("stats %+v, want %+v", got, want)
	}
	var failed *FunctionError
	if err := c.Warm(ctx, "init-error"); !errors.As(err, &failed) || failed.Type != "ConfigError" {
		t.Errorf("failing init: %v, want ConfigError", err)
	}
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if err := c.Warm(short, "init-slow"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("slow init: %v, want DeadlineExceeded", err)
	}
}

func TestInvokeErrors(t *testing.T) {
	c := start(t, nil)
	ctx := context.Background()
	if _, err := c.Invoke(ctx, "nobody", nil, ""); !errors.Is(err, ErrNoFunction) {
		t.Errorf("unknown function: %v, want ErrNoFunction", err)
	}
	if err := c.Warm(ctx, "nobody"); !errors.Is(err, ErrNoFunction) {
		t.Errorf("unknown function: %v, want ErrNoFunction", err)
	}
	if _, err := c.Invoke(ctx, "ok", make([]byte, MaxRequest+1), ""); !errors.Is(err, ErrTooLarge) {
		t.Errorf("large request: %v, want ErrTooLarge", err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := c.Invoke(gone, "ok", nil, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled context: %v, want Canceled", err)
	}
	if got := c.Stats()["ok"]; got != (Stats{}) {
		t.Errorf("stats %+v after failed calls only", got)
	}
}

func TestBigPayloads(t *testing.T) {
	c := start(t, nil)
	payload, _ := json.Marshal(command{Do: "count"})
	payload = append(payload, bytes.Repeat([]byte{' '}, MaxRequest-len(payload))...)
	out, err := c.Invoke(context.Background(), "ok", payload, "")
	if err != nil || parseInt(t, string(out)) != MaxRequest {
		t.Fatalf("a request of 6 MB: %s, %v", out, err)
	}
	if got := len(c.mustInvoke("big", maxResponse)); got != maxResponse {
		t.Errorf("a response of %d bytes arrived with %d", maxResponse, got)
	}
	failed := c.wantError("ok", "big", maxResponse+1, typeTooLarge)
	if !strings.Contains(string(failed.Payload), "6291556 bytes") {
		t.Errorf("payload %s", failed.Payload)
	}
	// More than the server reads by itself before it closes the connection. The function must
	// receive the 413 nevertheless.
	c.wantError("ok", "big", 20<<20, typeTooLarge)
	c.mustInvoke("echo", 0)
	if got := c.Stats()["ok"].ColdStarts; got != 3 {
		t.Errorf("%d cold starts, want 3: each 413 ends the function", got)
	}
}

func TestCanceledCaller(t *testing.T) {
	c := start(t, nil)
	pid := c.mustInvoke("pid", 0)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	payload, _ := json.Marshal(command{Do: "sleep", N: 300})
	started := time.Now()
	if _, err := c.Invoke(ctx, "ok", payload, ""); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	if took := time.Since(started); took > 200*time.Millisecond {
		t.Errorf("returned after %v", took)
	}
	waitUntil(t, "the function finishes", func() bool { return strings.Count(c.logText(), "REPORT RequestId") == 2 })
	if again := c.mustInvoke("pid", 0); again != pid {
		t.Errorf("the environment was not reused")
	}
}

func TestInvocationHeaders(t *testing.T) {
	c := start(t, withLimits(7*time.Second, 0))
	payload, _ := json.Marshal(command{Do: "header"})
	now := time.Now()
	out, err := c.Invoke(context.Background(), "ok", payload, "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
	if err != nil {
		t.Fatal(err)
	}
	var h http.Header
	if err := json.Unmarshal(out, &h); err != nil {
		t.Fatal(err)
	}
	if got := h.Get("Lambda-Runtime-Trace-Id"); got != "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1" {
		t.Errorf("trace %q", got)
	}
	if got := h.Get("Lambda-Runtime-Invoked-Function-Arn"); got != "arn:aws:lambda:us-west-2:123456789012:function:ok" {
		t.Errorf("arn %q", got)
	}
	if got := h.Get("Lambda-Runtime-Aws-Request-Id"); len(got) != 36 || got[14] != '4' {
		t.Errorf("request id %q", got)
	}
	deadline := time.UnixMilli(int64(parseInt(t, h.Get("Lambda-Runtime-Deadline-Ms"))))
	if left := deadline.Sub(now); left < 6*time.Second || left > 12*time.Second {
		t.Errorf("the deadline is in %v, want about 7 s", left)
	}
	if c.mustInvoke("header", 0); strings.Contains(c.mustInvoke("header", 0), "Trace-Id") {
		t.Error("got a trace header for an invocation without a trace")
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("AWS_PROFILE", "production")
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
	t.Setenv("HTTPS_PROXY", "http://proxy.example")
	c := start(t, func(cfg *Config) {
		f := cfg.Functions["ok"]
		f.MemoryMB = 512
		f.Env = map[string]string{asFunction: "ok", "TABLE": "accounts", "LANG": "C"}
		cfg.Functions["ok"] = f
	})
	got := map[string]string{}
	for _, line := range strings.Split(c.mustInvoke("environ", 0), "\n") {
		name, value, _ := strings.Cut(line, "=")
		if _, twice := got[name]; twice {
			t.Errorf("%s is set twice", name)
		}
		got[name] = value
	}
	instance := got["AWS_LAMBDA_LOG_STREAM_NAME"]
	instance = instance[strings.LastIndex(instance, "]")+1:]
	if logged := c.allLines()[0].instance; logged != instance {
		t.Errorf("the log stream is of instance %s, the log of %s", instance, logged)
	}
	host, _, _ := strings.Cut(got["AWS_LAMBDA_RUNTIME_API"], ":")
	if host != "127.0.0.1" || strings.Contains(got["AWS_LAMBDA_RUNTIME_API"], "/") {
		t.Errorf("AWS_LAMBDA_RUNTIME_API=%s is not host:port", got["AWS_LAMBDA_RUNTIME_API"])
	}
	self, _ := os.Executable()
	want := map[string]string{
		"_HANDLER": "bootstrap", "AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "us-west-2",
		"AWS_LAMBDA_FUNCTION_NAME": "ok", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
		"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/ok",
		"AWS_LAMBDA_LOG_STREAM_NAME": got["AWS_LAMBDA_LOG_STREAM_NAME"],
		"AWS_LAMBDA_RUNTIME_API":     got["AWS_LAMBDA_RUNTIME_API"],
		"AWS_ACCESS_KEY_ID":          AccessKeyID,
		"AWS_SECRET_ACCESS_KEY":      SecretAccessKey,
		"AWS_SESSION_TOKEN":          SessionToken("ok"),
		"LAMBDA_TASK_ROOT":           filepath.Dir(self), "LAMBDA_RUNTIME_DIR": "/var/runtime", "TZ": ":UTC",
		"PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin", "LANG": "C", "TABLE": "accounts", asFunction: "ok",
		"AWS_EXECUTION_ENV":        "AWS_Lambda_rapid",
		"AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR", "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
		"LD_LIBRARY_PATH": "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
	}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s=%q, want %q", name, got[name], value)
		}
		delete(got, name)
	}
	for name, value := range got {
		t.Errorf("unexpected variable %s=%s", name, value)
	}
	// Reserved, but not set by Lambda when the process starts.
	unset := []string{"_X_AMZN_TRACE_ID", "AWS_ACCESS_KEY"}
	for _, name := range reserved {
		if _, set := want[name]; !set && !slices.Contains(unset, name) {
			t.Errorf("%s is reserved but not set", name)
		}
	}
}
