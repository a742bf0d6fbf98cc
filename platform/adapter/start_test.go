package adapter

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/platform/rest"
)

// functionVariable makes the test binary run as a Lambda function.
const functionVariable = "ADAPTER_TEST_FUNCTION"

func TestMain(m *testing.M) {
	switch os.Getenv(functionVariable) {
	case "valid":
		Start(operation, echo)
	case "invalid":
		Start(rest.Operation[int, struct{}]{ID: "x"}, func(context.Context, int) (struct{}, error) { return struct{}{}, nil })
	default:
		os.Exit(m.Run())
	}
}

// function returns a command that runs a function with an environment.
func function(t *testing.T, name string, env ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), append(env, functionVariable+"="+name)...)
	return cmd
}

// TestStart runs a function against a Runtime API that has one invocation.
func TestStart(t *testing.T) {
	responses := make(chan []byte, 1)
	mux := http.NewServeMux()
	invocations := make(chan []byte, 1)
	invocations <- event(nil)
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, r *http.Request) {
		select {
		case e := <-invocations:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "i-1")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", "4102444800000") // the year 2100
			w.Write(e)
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/i-1/response", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		responses <- body
	})
	api := httptest.NewServer(mux)
	defer api.Close()

	cmd := function(t, "valid",
		"AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(api.URL, "http://"), "AWS_REGION=us-west-2", "ENVIRONMENT=prod")
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	select {
	case err := <-exited:
		t.Fatalf("the function exited: %v\n%s", err, &out)
	case data := <-responses:
		var r proxyResponse
		if err := json.Unmarshal(data, &r); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		assertEqual(t, "status", r.StatusCode, http.StatusOK)
		assertEqual(t, "X-Region", r.Headers["X-Region"], "us-west-2")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-exited
	if !strings.Contains(out.String(), `"environment":"prod"`) {
		t.Errorf("standard output lacks the metrics: %s", &out)
	}
}

func TestStartExitsForAnInvalidOperation(t *testing.T) {
	out, err := function(t, "invalid").Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("got %v, want the exit status 1", err)
	}
	text := string(out)
	logged := strings.Contains(text, "cannot start") && strings.Contains(text, "operation x: ")
	if !logged || strings.Count(text, "\n") != 1 {
		t.Errorf("got the log %s", text)
	}
}
