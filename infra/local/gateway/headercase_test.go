package gateway_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/infra/local/frontend"
	"github.com/meridian-api/meridian/infra/local/headercase"
)

// echo returns the headers of its event, as a function would.
func echo(_ context.Context, _ string, payload []byte, _ string) ([]byte, error) {
	var event struct{ Headers map[string]string }
	if err := json.Unmarshal(payload, &event); err != nil {
		return nil, err
	}
	body, err := json.Marshal(event.Headers)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]string{"body": string(body)})
}

// serveTCP serves the handler as the embedded cloud does, and returns its address.
func serveTCP(t testing.TB, h http.Handler) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := frontend.Serve(l, h)
	t.Cleanup(func() { _ = server.Close() })
	return l.Addr().String()
}

func TestHeaderCaseOnTheWire(t *testing.T) {
	g := newGateway(t, nil, functions(echo))
	mux := http.NewServeMux()
	mux.HandleFunc("/other", func(http.ResponseWriter, *http.Request) {})
	mux.Handle("/", g)
	address := serveTCP(t, mux)
	// On one connection, bytes before a request must not be parsed as its headers.
	steps := []struct {
		name, raw string
		responses int
		seen      []string
	}{
		{
			name: "odd case", raw: "GET / HTTP/1.1\r\nhOST: x\r\ntEsT-HEADeR: a\r\nauthorization: b\r\n\r\n",
			responses: 1, seen: []string{"hOST", "tEsT-HEADeR", "authorization"},
		},
		{
			name:      "a body of known length",
			raw:       "PUT /files/index HTTP/1.1\r\nHost: x\r\ncontent-LENGTH: 16\r\nx-a: 1\r\n\r\nX-A: 1\r\nX-B: 2\r\n",
			responses: 1, seen: []string{"Host", "x-a"},
		},
		{
			name: "a body in chunks",
			raw: "PUT /files/index HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nx-CHUNK: 1\r\n\r\n" +
				"5;e=1\r\nX-A:1\r\nA\r\n\r\nX-B: 2\r\n\r\n0\r\nX-Trailer: 1\r\n\r\n",
			responses: 1, seen: []string{"x-CHUNK"},
		},
		{
			name: "another handler's request", raw: "GET /other HTTP/1.1\r\nHost: x\r\nX-lost: 1\r\n\r\n",
			responses: 1,
		},
		{
			name:      "two at once",
			raw:       "GET /?1 HTTP/1.1\r\nHost: x\r\nx-One: 1\r\n\r\nGET /?2 HTTP/1.1\r\nHost: x\r\nx-Two: 1\r\n\r\n",
			responses: 2, seen: []string{"x-Two"},
		},
		{
			name: "bare newlines", raw: "GET / HTTP/1.1\nHost: x\nx-LF: 1\n\n", responses: 1,
			seen: []string{"x-LF"},
		},
		{
			name: "a name twice", raw: "GET / HTTP/1.1\r\nHost: x\r\nx-twice: 1\r\nX-TWICE: 2\r\n\r\n",
			responses: 1, seen: []string{"X-TWICE"},
		},
	}
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	reader := bufio.NewReader(conn)
	for _, step := range steps {
		if _, err := io.WriteString(conn, step.raw); err != nil {
			t.Fatal(err)
		}
		var body []byte
		for range step.responses {
			response, err := http.ReadResponse(reader, nil)
			if err != nil {
				t.Fatalf("%s: %v", step.name, err)
			}
			body, _ = io.ReadAll(response.Body)
			if response.StatusCode != 200 {
				t.Fatalf("%s: %d %s", step.name, response.StatusCode, body)
			}
		}
		for _, name := range step.seen {
			if !strings.Contains(string(body), `"`+name+`":`) {
				t.Errorf("%s: %s is not among %s", step.name, name, body)
			}
		}
	}
}

// The gateway sets some headers whatever the client sends, in whatever case.
func TestHeadersOfTheGatewayReplaceTheClients(t *testing.T) {
	conn, err := net.Dial("tcp", serveTCP(t, newGateway(t, nil, functions(echo))))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	raw := "GET / HTTP/1.1\r\nHost: x\r\n"
	names := []string{"x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"}
	for _, name := range names {
		raw += name + ": 1\r\n"
	}
	if _, err := io.WriteString(conn, raw+"\r\n"); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.Contains(string(body), `"`+name+`":`) {
			t.Errorf("the event has the client's %s: %s", name, body)
		}
	}
}

func TestHeaderCaseByteByByte(t *testing.T) {
	conn, err := net.Dial("tcp", serveTCP(t, newGateway(t, nil, functions(echo))))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, b := range []byte("GET / HTTP/1.1\r\nhost: x\r\nx-SLOW: 1\r\n\r\n") {
		if _, err := conn.Write([]byte{b}); err != nil {
			t.Fatal(err)
		}
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if body, _ := io.ReadAll(response.Body); !strings.Contains(string(body), `"x-SLOW":`) {
		t.Errorf("%s", body)
	}
}

func TestHeaderCaseOverHTTP2(t *testing.T) {
	server := httptest.NewUnstartedServer(newGateway(t, nil, functions(echo)))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	r, err := http.NewRequest("GET", server.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Two", "1")
	response, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	if response.ProtoMajor != 2 {
		t.Fatalf("%s over %s", body, response.Proto)
	}
	for _, name := range []string{"x-two", "Host", "User-Agent", "X-Forwarded-For"} {
		if !strings.Contains(string(body), `"`+name+`":`) {
			t.Errorf("%s is not among %s", name, body)
		}
	}
}

// TestEventOverHTTP2 checks that a client that speaks HTTP/2 without TLS is served, and that
// the function sees HTTP/1.1, as on AWS. A header of the function reaches the client in
// lower case, once for each value.
func TestEventOverHTTP2(t *testing.T) {
	got, f := capturing(`{"statusCode":200,"multiValueHeaders":{"X-Own":["1","2"]}}`)
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	client := http.Client{Transport: &http.Transport{Protocols: protocols}}
	defer client.CloseIdleConnections()
	r, err := http.NewRequest("GET", "http://"+serveTCP(t, newGateway(t, nil, f))+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Two", "1")
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.ProtoMajor != 2 || strings.Join(response.Header["X-Own"], "|") != "1|2" {
		t.Errorf("%s, X-Own %q", response.Proto, response.Header["X-Own"])
	}
	if protocol := at(got.event, "requestContext")["protocol"]; protocol != "HTTP/1.1" {
		t.Errorf("the function sees the protocol %v", protocol)
	}
	names := at(got.event, "headers")
	for _, name := range []string{"x-two", "Host", "User-Agent", "accept-encoding"} {
		if names[name] == nil {
			t.Errorf("%s is not among %v", name, names)
		}
	}
}

// The reader of header names must not fail on requests that it cannot parse. net/http
// handles them, with canonical names.
func TestUnparsableRequestsDoNotFail(t *testing.T) {
	address := serveTCP(t, newGateway(t, nil, functions(echo)))
	for name, raw := range map[string]string{
		"many headers": "GET / HTTP/1.1\r\nHost: x\r\n" + func() string {
			var b strings.Builder
			for i := range 17_000 {
				fmt.Fprintf(&b, "a%d:\r\n", i)
			}
			return b.String()
		}() + "\r\n",
		"a long line":     "GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", 70_000) + "\r\n\r\n",
		"TLS":             "\x16\x03\x01\x00\xa5\x01\x00",
		"HTTP/2":          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"two lengths":     "PUT /files/index HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
		"no length":       "PUT /files/index HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
		"a bad chunk":     "PUT /files/index HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"a folded header": "GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n 2\r\n\r\n",
		"no colon":        "GET / HTTP/1.1\r\nHost: x\r\nX\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, raw)
		_ = conn.(*net.TCPConn).CloseWrite()
		if _, err := io.ReadAll(conn); err != nil && !strings.Contains(err.Error(), "reset") {
			t.Errorf("%s: %v", name, err)
		}
		conn.Close()
	}
	if response, err := http.Get("http://" + address + "/"); err != nil || response.StatusCode != 200 {
		t.Errorf("a later request: %v %v", response, err)
	}
}

// A ConnContext that the server already has must still be called.
func TestConnContextIsKept(t *testing.T) {
	type key struct{}
	server := &http.Server{ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, key{}, "kept")
	}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	headercase.Keep(server, l)
	if got := server.ConnContext(t.Context(), &tls.Conn{}).Value(key{}); got != "kept" {
		t.Errorf("%v", got)
	}
}
