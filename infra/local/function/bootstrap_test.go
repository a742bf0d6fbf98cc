package function

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
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

// asFunction is the variable that makes this test binary act as a function's bootstrap.
// Starting it is much faster than building another program. It implements the Runtime API
// with net/http only.
const asFunction = "MERIDIAN_TEST_FUNCTION"

// initErrorBody is the variable with what the function "init-error" reports.
const initErrorBody = "MERIDIAN_TEST_INIT_ERROR"

// markFile is the variable with the file by which the function "init-second" knows that it
// has started before.
const markFile = "MERIDIAN_TEST_MARK"

// callPrefix starts the lines that makeCall prints.
const callPrefix = "CALL"

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

// hostMain runs a Service with one environment, prints the PID of the function, and waits
// to be killed.
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

// command is a payload that says what the function does.
type command struct {
	Do    string   `json:"do"`
	N     int      `json:"n,omitempty"`     // milliseconds, bytes or an exit code
	Calls []string `json:"calls,omitempty"` // of the Runtime API, as in "POST /path {}"; {id} is the request ID
}

// bootstrap runs the function. The init says what happens before the first request for
// work.
func bootstrap(init string) {
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/"
	switch init {
	case "init-exit":
		fmt.Print("cannot start")
		os.Exit(1)
	case "init-error":
		post(api+"init/error", cmp.Or(os.Getenv(initErrorBody), `{"errorMessage":"no table","errorType":"ConfigError"}`))
		os.Exit(1)
	case "init-quit":
		os.Exit(0)
	case "init-second":
		if _, err := os.Stat(os.Getenv(markFile)); err != nil {
			os.WriteFile(os.Getenv(markFile), nil, 0o600)
			os.Exit(1)
		}
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
			os.Exit(0) // the service has ended
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
	var cmd command
	json.Unmarshal(payload, &cmd)
	self := api + "invocation/" + header.Get("Lambda-Runtime-Aws-Request-Id")
	response := string(payload)
	switch cmd.Do {
	case "sleep":
		time.Sleep(time.Duration(cmd.N) * time.Millisecond)
	case "pid":
		response = fmt.Sprint(os.Getpid())
	case "environ":
		response = strings.Join(os.Environ(), "\n")
	case "header":
		b, _ := json.Marshal(header)
		response = string(b)
	case "fail":
		post(self+"/error", `{"errorMessage":"no such account","errorType":"NotFound"}`)
		return
	case "panic": // like aws-lambda-go
		post(self+"/error", `{"errorMessage":"boom","errorType":"string",`+
			`"stackTrace":[{"path":"main.go","line":7,"label":"main"}]}`)
		os.Exit(1)
	case "exit":
		fmt.Println("about to exit")
		fmt.Print("last words")
		os.Exit(cmd.N)
	case "quit":
		os.Exit(cmd.N)
	case "killed":
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "calls":
		for _, call := range cmd.Calls {
			makeCall(strings.ReplaceAll(call, "{id}", header.Get("Lambda-Runtime-Aws-Request-Id")))
		}
	case "print":
		fmt.Println("to stdout")
		fmt.Fprintln(os.Stderr, "to stderr")
		fmt.Print("no end")
	case "big":
		response = strings.Repeat("x", cmd.N)
	case "count":
		response = fmt.Sprint(len(payload))
	case "invalid calls":
		response = fmt.Sprint(
			post(api+"invocation/00000000-0000-4000-8000-000000000000/response", "{}"),
			post(api+"invocation/00000000-0000-4000-8000-000000000000/error", "{}"),
			post(api+"init/error", "{}"), get(api+"invocation/next"), get(api+"nothing"))
	case "twice":
		post(self+"/response", "first")
		fmt.Println("second response:", post(self+"/response", "second"))
		return
	case "linger":
		post(self+"/response", "done")
		time.Sleep(time.Duration(cmd.N) * time.Millisecond)
		return
	case "child", "session":
		child := exec.Command("sleep", "60")
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: cmd.Do == "session"}
		if err := child.Start(); err != nil {
			response = err.Error()
			break
		}
		response = fmt.Sprint(child.Process.Pid)
	case "broken": // a streamed response that breaks off
		req, _ := http.NewRequest(http.MethodPost, self+"/response", io.MultiReader(strings.NewReader("half")))
		report := base64.StdEncoding.EncodeToString([]byte(`{"errorMessage":"lost","errorType":"StreamError"}`))
		req.Trailer = http.Header{errorTypeHeader: {"StreamError"}, errorBodyHeader: {report}}
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			resp.Body.Close()
		}
		return
	}
	if post(self+"/response", response) == http.StatusRequestEntityTooLarge {
		os.Exit(1)
	}
}

// makeCall sends a request of a command to the Runtime API and prints the response. A
// body {too large} has one byte more than a response may have.
func makeCall(call string) {
	method, target, _ := strings.Cut(call, " ")
	path, body, _ := strings.Cut(target, " ")
	body = strings.ReplaceAll(body, "{too large}", strings.Repeat("x", maxResponse+1))
	req, _ := http.NewRequest(method, "http://"+os.Getenv("AWS_LAMBDA_RUNTIME_API")+path, strings.NewReader(body))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		fmt.Println(callPrefix, err)
		return
	}
	text, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	fmt.Println(callPrefix, resp.StatusCode, strings.TrimSpace(string(text)))
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
