package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/infra/local"
)

// TestMain lets the tests' own binary stand in for a Lambda, which answers with the event's headers.
func TestMain(m *testing.M) {
	if api := os.Getenv("AWS_LAMBDA_RUNTIME_API"); api != "" {
		answerWithHeaders("http://" + api + "/2018-06-01/runtime/invocation/")
	}
	os.Exit(m.Run())
}

// answerWithHeaders serves the Runtime API until that is gone.
func answerWithHeaders(invocations string) {
	for {
		next, err := http.Get(invocations + "next")
		if err != nil {
			os.Exit(1)
		}
		var event struct{ Headers map[string]string }
		err = json.NewDecoder(next.Body).Decode(&event)
		next.Body.Close()
		names, _ := json.Marshal(event.Headers) // strings always marshal
		answer, _ := json.Marshal(map[string]any{"statusCode": 200, "body": string(names)})
		resp, err2 := http.Post(invocations+next.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/response", "application/json", bytes.NewReader(answer))
		if err != nil || err2 != nil {
			os.Exit(1)
		}
		resp.Body.Close()
	}
}

// TestFunctionsSeeHeadersAsTheClientWroteThem goes through the edge, as DNS alone stands before AWS.
func TestFunctionsSeeHeadersAsTheClientWroteThem(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cloud := start(t, func(cfg *local.Config) {
		cfg.Binaries = maps.Clone(cfg.Binaries)
		cfg.Binaries["accounts"] = maps.Clone(cfg.Binaries["accounts"])
		cfg.Binaries["accounts"]["check-accounts"] = self
	})
	edge, err := url.Parse(cloud.URL())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", edge.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "GET /accounts/health HTTP/1.1\r\nhost: x\r\nx-lower: 1\r\nX-UPPER: 2\r\nuser-agent: app\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range []string{`"x-lower":"1"`, `"X-UPPER":"2"`, `"user-agent":"app"`} {
		if !strings.Contains(string(body), header) {
			t.Errorf("%s is not among %s", header, body)
		}
	}
}
