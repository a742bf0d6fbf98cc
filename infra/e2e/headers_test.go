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

// TestMain runs the tests or, if a Lambda runtime starts the binary, a function that
// responds with the event's headers.
func TestMain(m *testing.M) {
	if api := os.Getenv("AWS_LAMBDA_RUNTIME_API"); api != "" {
		respondWithHeaders("http://" + api + "/2018-06-01/runtime/invocation/")
	}
	os.Exit(m.Run())
}

// respondWithHeaders handles the events of the Runtime API until that is closed.
func respondWithHeaders(invocations string) {
	for {
		next, err := http.Get(invocations + "next")
		if err != nil {
			os.Exit(1)
		}
		var event struct{ Headers map[string]string }
		err = json.NewDecoder(next.Body).Decode(&event)
		next.Body.Close()
		headers, _ := json.Marshal(event.Headers) // strings always marshal
		body, _ := json.Marshal(map[string]any{"statusCode": 200, "body": string(headers)})
		url := invocations + next.Header.Get("Lambda-Runtime-Aws-Request-Id") + "/response"
		resp, err2 := http.Post(url, "application/json", bytes.NewReader(body))
		if err != nil || err2 != nil {
			os.Exit(1)
		}
		resp.Body.Close()
	}
}

// TestFunctionsReceiveTheClientsHeaderNames sends a request through the edge. On AWS the
// edge is only DNS, so it must not change the spelling of header names.
func TestFunctionsReceiveTheClientsHeaderNames(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cloud := startCloud(t, func(cfg *local.Config) {
		cfg.Binaries = maps.Clone(cfg.Binaries)
		cfg.Binaries["accounts"] = maps.Clone(cfg.Binaries["accounts"])
		cfg.Binaries["accounts"]["check-accounts"] = self
		cfg.Breach = nil // the response is not the operation's
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
			t.Errorf("the function received %s, want %s in it", body, header)
		}
	}
}
