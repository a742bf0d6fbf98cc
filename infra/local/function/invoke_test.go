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

func TestColdThenWarm(t *testing.T) {
	c := start(t, nil)
	first := c.must("pid", 0)
	if second := c.must("pid", 0); second != first {
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
		c.must("echo", 0)
	}
	if got := c.Stats()["ok"].Environments; got != 1 {
		t.Errorf("%d environments", got)
	}
}

func TestParallelInvocations(t *testing.T) {
	c := start(t, only(20*time.Second, 4))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { c.do("ok", "sleep", 600) })
	}
	eventually(t, "four invocations under way", func() bool { return c.Stats()["ok"].Invocations == 4 })
	if _, err := c.do("ok", "echo", 0); !errors.Is(err, ErrThrottled) {
		t.Errorf("beyond the cap: %v, want ErrThrottled", err)
	}
	wg.Wait()
	if got, want := c.Stats()["ok"], (Stats{Environments: 4, ColdStarts: 4, Invocations: 4}); got != want {
		t.Errorf("stats %+v, want %+v", got, want)
	}
	c.must("echo", 0)
}

// An invocation that had an environment started takes one that gets free sooner; the new one is idle in the end.
func TestFreedEnvironmentServesWhoeverWaits(t *testing.T) {
	c := start(t, nil)
	const f = "init-slow"
	if _, err := c.do(f, "echo", 0); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is idle again", func() bool { return strings.Contains(c.logs(), "REPORT ") })
	var wg sync.WaitGroup
	wg.Go(func() { c.do(f, "sleep", 50) })
	eventually(t, "the first one is under way", func() bool { return c.Stats()[f].Invocations == 2 })
	begun := time.Now()
	if _, err := c.do(f, "echo", 0); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > 250*time.Millisecond {
		t.Errorf("waited %v, for the init of 300 ms of an environment that was not needed", took)
	}
	wg.Wait()
	if got := c.Stats()[f]; got.Environments != 2 || got.ColdStarts != 2 {
		t.Errorf("stats %+v", got)
	}
}

// A runtime that works on after its answer does not hold up the next invocation for long, nor past the cap.
func TestWorkAfterTheAnswer(t *testing.T) {
	c := start(t, only(20*time.Second, 2))
	for range 2 {
		if out := c.must("linger", 1000); out != "done" {
			t.Errorf("got %q", out)
		}
	}
	if _, err := c.do("ok", "echo", 0); !errors.Is(err, ErrThrottled) {
		t.Errorf("got %v, want ErrThrottled", err)
	}
	if got, want := c.Stats()["ok"], (Stats{Environments: 2, ColdStarts: 2, Invocations: 2}); got != want {
		t.Errorf("stats %+v, want %+v", got, want)
	}
}

func TestWarm(t *testing.T) {
	c := start(t, only(20*time.Second, 2))
	ctx := context.Background()
	for range 2 {
		if err := c.Warm(ctx, "ok"); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Warm(ctx, "ok"); !errors.Is(err, ErrThrottled) {
		t.Errorf("a third one: %v, want ErrThrottled", err)
	}
	c.must("echo", 0)
	if got, want := c.Stats()["ok"], (Stats{Environments: 2, Invocations: 1}); got != want {
		t.Errorf("stats %+v, want %+v", got, want)
	}
	var failed *FunctionError
	if err := c.Warm(ctx, "init-error"); !errors.As(err, &failed) || failed.Type != "ConfigError" {
		t.Errorf("a failing init: %v", err)
	}
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if err := c.Warm(short, "init-slow"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a slow init: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	c := start(t, nil)
	ctx := context.Background()
	if _, err := c.Invoke(ctx, "nobody", nil, ""); !errors.Is(err, ErrNoFunction) {
		t.Errorf("unknown name: %v", err)
	}
	if err := c.Warm(ctx, "nobody"); !errors.Is(err, ErrNoFunction) {
		t.Errorf("unknown name: %v", err)
	}
	if _, err := c.Invoke(ctx, "ok", make([]byte, maxRequest+1), ""); !errors.Is(err, ErrTooLarge) {
		t.Errorf("large request: %v", err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := c.Invoke(gone, "ok", nil, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: %v", err)
	}
	if got := c.Stats()["ok"]; got != (Stats{}) {
		t.Errorf("stats %+v after refusals only", got)
	}
}

func TestBigPayloads(t *testing.T) {
	c := start(t, nil)
	payload, _ := json.Marshal(order{Do: "count"})
	payload = append(payload, bytes.Repeat([]byte{' '}, maxRequest-len(payload))...)
	out, err := c.Invoke(context.Background(), "ok", payload, "")
	if err != nil || number(t, string(out)) != maxRequest {
		t.Fatalf("a request of 6 MB: %s, %v", out, err)
	}
	if got := len(c.must("big", maxResponse)); got != maxResponse {
		t.Errorf("a response of %d bytes arrived with %d", maxResponse, got)
	}
	failed := c.fails("ok", "big", maxResponse+1, typeTooLarge)
	if !strings.Contains(string(failed.Payload), "6291556 bytes") {
		t.Errorf("payload %s", failed.Payload)
	}
	// Far more than the server reads by itself before it cuts the connection: the function must get the 413 all the same.
	c.fails("ok", "big", 20<<20, typeTooLarge)
	c.must("echo", 0)
	if got := c.Stats()["ok"].ColdStarts; got != 3 {
		t.Errorf("%d cold starts; each 413 ends the function", got)
	}
}

func TestCallerGone(t *testing.T) {
	c := start(t, nil)
	pid := c.must("pid", 0)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	payload, _ := json.Marshal(order{"sleep", 300})
	begun := time.Now()
	if _, err := c.Invoke(ctx, "ok", payload, ""); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	if took := time.Since(begun); took > 200*time.Millisecond {
		t.Errorf("answered after %v", took)
	}
	eventually(t, "the function ends by itself", func() bool { return strings.Count(c.logs(), "REPORT RequestId") == 2 })
	if again := c.must("pid", 0); again != pid {
		t.Errorf("the environment was not used again")
	}
}

func TestHeadersOfAnInvocation(t *testing.T) {
	c := start(t, only(7*time.Second, 0))
	payload, _ := json.Marshal(order{Do: "header"})
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
	deadline := time.UnixMilli(int64(number(t, h.Get("Lambda-Runtime-Deadline-Ms"))))
	if left := deadline.Sub(now); left < 6*time.Second || left > 12*time.Second {
		t.Errorf("the deadline is %v ahead", left)
	}
	if c.must("header", 0); strings.Contains(c.must("header", 0), "Trace-Id") {
		t.Error("a trace header without a trace")
	}
}

func TestEnvironIsLambdasAlone(t *testing.T) {
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
	for _, line := range strings.Split(c.must("environ", 0), "\n") {
		name, value, _ := strings.Cut(line, "=")
		if _, twice := got[name]; twice {
			t.Errorf("%s is set twice", name)
		}
		got[name] = value
	}
	instance := got["AWS_LAMBDA_LOG_STREAM_NAME"]
	instance = instance[strings.LastIndex(instance, "]")+1:]
	if logged := c.all()[0].instance; logged != instance {
		t.Errorf("log stream of %s, logged as %s", instance, logged)
	}
	host, _, _ := strings.Cut(got["AWS_LAMBDA_RUNTIME_API"], ":")
	if host != "127.0.0.1" || strings.Contains(got["AWS_LAMBDA_RUNTIME_API"], "/") {
		t.Errorf("AWS_LAMBDA_RUNTIME_API=%s is no host:port", got["AWS_LAMBDA_RUNTIME_API"])
	}
	self, _ := os.Executable()
	want := map[string]string{
		"_HANDLER": "bootstrap", "AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "us-west-2",
		"AWS_LAMBDA_FUNCTION_NAME": "ok", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
		"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/ok",
		"AWS_LAMBDA_LOG_STREAM_NAME": got["AWS_LAMBDA_LOG_STREAM_NAME"], "AWS_LAMBDA_RUNTIME_API": got["AWS_LAMBDA_RUNTIME_API"],
		"AWS_ACCESS_KEY_ID": AccessKeyID, "AWS_SECRET_ACCESS_KEY": SecretAccessKey, "AWS_SESSION_TOKEN": SessionToken,
		"LAMBDA_TASK_ROOT": filepath.Dir(self), "LAMBDA_RUNTIME_DIR": "/var/runtime", "TZ": ":UTC",
		"PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin", "LANG": "C", "TABLE": "accounts", asFunction: "ok",
	}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s=%q, want %q", name, got[name], value)
		}
		delete(got, name)
	}
	for name, value := range got {
		t.Errorf("%s=%s is not Lambda's", name, value)
	}
	for _, name := range reserved {
		if _, set := want[name]; !set && !slices.Contains([]string{"_X_AMZN_TRACE_ID", "AWS_EXECUTION_ENV", "AWS_ACCESS_KEY"}, name) {
			t.Errorf("%s is reserved but not set", name)
		}
	}
}
