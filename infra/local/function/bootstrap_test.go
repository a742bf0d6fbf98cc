package function

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asFunction is the variable that makes this test binary a function's bootstrap. Starting it again is much faster than
// building another program, and it speaks the Runtime API with net/http alone.
const asFunction = "MERIDIAN_TEST_FUNCTION"

func TestMain(m *testing.M) {
	switch os.Getenv(asFunction) {
	case "":
		os.Exit(m.Run())
	case "host":
		hostMain()
	default:
		bootstrap(os.Getenv(asFunction))
	}
}

// hostMain is a process with a Service and one environment, which tells the function's pid and waits to be killed.
func hostMain() {
	self, _ := os.Executable()
	s, err := New(Config{Region: "us-east-1", AccountID: "123456789012", Functions: map[string]Function{
		"ok": {Binary: self, Env: map[string]string{asFunction: "ok"}},
	}})
	if err != nil {
		panic(err)
	}
	pid, err := s.Invoke(context.Background(), "ok", []byte(`{"do":"pid"}`), "")
	fmt.Println(string(pid), err)
	time.Sleep(time.Minute)
}

// order is a payload: what the function is to do.
type order struct {
	Do string `json:"do"`
	N  int    `json:"n,omitempty"` // milliseconds, bytes or an exit code
}

// bootstrap is the function. init says what happens before the first request for work.
func bootstrap(init string) {
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/"
	switch init {
	case "init-exit":
		fmt.Print("cannot start")
		os.Exit(1)
	case "init-error":
		post(api+"init/error", `{"errorMessage":"no table","errorType":"ConfigError"}`)
		os.Exit(1)
	case "init-hang":
		time.Sleep(time.Minute)
	case "init-slow":
		time.Sleep(300 * time.Millisecond)
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
	}
	for {
		resp, err := http.Get(api + "invocation/next")
		if err != nil {
			os.Exit(0) // the service is gone
		}
		payload, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			os.Exit(3)
		}
		handle(api, resp.Header, payload)
	}
}

func handle(api string, header http.Header, payload []byte) {
	var o order
	json.Unmarshal(payload, &o)
	self := api + "invocation/" + header.Get("Lambda-Runtime-Aws-Request-Id")
	answer := string(payload)
	switch o.Do {
	case "sleep":
		time.Sleep(time.Duration(o.N) * time.Millisecond)
	case "pid":
		answer = fmt.Sprint(os.Getpid())
	case "environ":
		answer = strings.Join(os.Environ(), "\n")
	case "header":
		b, _ := json.Marshal(header)
		answer = string(b)
	case "fail":
		post(self+"/error", `{"errorMessage":"no such account","errorType":"NotFound"}`)
		return
	case "panic": // as aws-lambda-go does it
		post(self+"/error", `{"errorMessage":"boom","errorType":"string","stackTrace":[{"path":"main.go","line":7,"label":"main"}]}`)
		os.Exit(1)
	case "exit":
		fmt.Println("about to exit")
		fmt.Print("last words")
		os.Exit(o.N)
	case "print":
		fmt.Println("to stdout")
		fmt.Fprintln(os.Stderr, "to stderr")
		fmt.Print("no end")
	case "big":
		answer = strings.Repeat("x", o.N)
	case "count":
		answer = fmt.Sprint(len(payload))
	case "strangers":
		answer = fmt.Sprint(
			post(api+"invocation/00000000-0000-4000-8000-000000000000/response", "{}"),
			post(api+"invocation/00000000-0000-4000-8000-000000000000/error", "{}"),
			post(api+"init/error", "{}"), get(api+"invocation/next"), get(api+"nothing"))
	case "twice":
		post(self+"/response", "first")
		fmt.Println("second answer:", post(self+"/response", "second"))
		return
	case "linger":
		post(self+"/response", "done")
		time.Sleep(time.Duration(o.N) * time.Millisecond)
		return
	case "child":
		child := exec.Command("sleep", "60")
		if err := child.Start(); err != nil {
			answer = err.Error()
			break
		}
		answer = fmt.Sprint(child.Process.Pid)
	case "broken": // a streamed response that fails on the way
		req, _ := http.NewRequest(http.MethodPost, self+"/response", io.MultiReader(strings.NewReader("half")))
		req.Trailer = http.Header{errorTypeHeader: {"StreamError"}, errorBodyHeader: {"eyJlcnJvck1lc3NhZ2UiOiJsb3N0IiwiZXJyb3JUeXBlIjoiU3RyZWFtRXJyb3IifQ=="}}
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			resp.Body.Close()
		}
		return
	}
	if post(self+"/response", answer) == http.StatusRequestEntityTooLarge {
		os.Exit(1)
	}
}

func post(url, body string) int {
	resp, err := http.Post(url, "application/json", bytes.NewReader([]byte(body)))
	if err != nil {
		return 0
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	return resp.StatusCode
}

func get(url string) int {
	resp, err := http.Get(url)
	if err != nil {
		return 0
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	return resp.StatusCode
}
