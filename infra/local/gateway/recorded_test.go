package gateway_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/template"
	"time"

	"github.com/meridian-api/meridian/contract/recorded"
	"github.com/meridian-api/meridian/infra/local/function"
	"github.com/meridian-api/meridian/infra/local/gateway"
	"github.com/meridian-api/meridian/infra/local/issuer"
)

// TestRecorded sends the requests of testdata/recorded to a gateway, byte for
// byte over a connection, and compares the event and the response with the
// recorded ones.
func TestRecorded(t *testing.T) {
	cases, err := recorded.Load("testdata/recorded")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) { c.Judge(t, replay(t, c)) })
	}
}

// replay returns the differences between the recording and the gateway, by part.
func replay(t *testing.T, c recorded.Case) map[string]string {
	lambda := &standIn{answer: section(t, c, "function")}
	g, err := recordedGateway(t, c, lambda)
	if err != nil {
		return map[string]string{"api": err.Error()}
	}
	response := send(t, serveTCP(t, g), section(t, c, "request"))

	found := make(map[string]string)
	compareResponse(t, found, c, response)
	compareEvent(t, found, c, lambda.event())
	return found
}

// recordedGateway loads the API of a recording.
func recordedGateway(t *testing.T, c recorded.Case, f gateway.Functions) (*gateway.Gateway, error) {
	cfg := config(t, nil, f)
	cfg.Document = recordedDocument(t, section(t, c, "api"))
	cfg.Variables = nil
	if text := section(t, c, "stage variables"); text != "" {
		if err := json.Unmarshal([]byte(text), &cfg.Variables); err != nil {
			t.Fatal(err)
		}
	}
	if stage := c.Field("stage"); stage != "" {
		cfg.Stage = stage
	}
	if c.Field("throttle") == "0" {
		cfg.Throttle = &gateway.Throttle{}
	}
	return gateway.New(cfg)
}

// section returns a section with its placeholders filled in, without the last
// line end; it is empty if the recording has no such section.
func section(t *testing.T, c recorded.Case, name string) string {
	text, _ := c.Section(name)
	token := func(sign func(string, ...issuer.Option) (string, error), lifetime time.Duration) func(string) (string,
		error) {
		return func(user string) (string, error) { return sign(user, issuer.WithLifetime(lifetime)) }
	}
	parsed, err := template.New(name).Funcs(template.FuncMap{
		"accessToken":  token(shared().AccessToken, time.Hour),
		"idToken":      token(shared().IDToken, time.Hour),
		"expiredToken": token(shared().IDToken, -time.Hour),
		"repeat":       strings.Repeat,
		"gzip":         compressed,
	}).Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var filled strings.Builder
	if err := parsed.Execute(&filled, nil); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(filled.String(), "\n")
}

// compressed returns a text in the coding gzip.
func compressed(text string) (string, error) {
	var b strings.Builder
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	err = errors.Join(err, w.Close())
	return b.String(), err
}

// standIn is the function of a recording: it keeps the event and returns what
// the recorded function returned.
type standIn struct {
	answer string
	mu     sync.Mutex
	last   []byte
}

func (s *standIn) Invoke(ctx context.Context, _ string, payload []byte, _ string) ([]byte, error) {
	if len(payload) > function.MaxRequest {
		return nil, gateway.ErrTooLarge
	}
	s.mu.Lock()
	s.last = payload
	s.mu.Unlock()
	switch s.answer {
	case "error: failed":
		return nil, gateway.ErrFunctionFailed
	case "error: no permission":
		return nil, gateway.ErrNoFunction
	case "error: throttled":
		return nil, gateway.ErrThrottled
	case "error: unreachable":
		return nil, errors.New("connection refused")
	case "error: slow":
		<-ctx.Done()
		return nil, ctx.Err()
	case "":
		return []byte("{}"), nil
	}
	return []byte(s.answer), nil
}

func (s *standIn) event() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// message is a response, recorded or received.
type message struct {
	status int
	header http.Header
	// body is nil if the recording does not have it.
	body []byte
}

// send writes the request as the recording has it and reads the response.
func send(t *testing.T, address, text string) *message {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = conn.Write(wire(text)) }() // the server may refuse before it has read all
	method, _, _ := strings.Cut(text, " ")
	reader := bufio.NewReader(conn)
	response, err := http.ReadResponse(reader, &http.Request{Method: method})
	if err == nil && response.StatusCode == http.StatusContinue {
		response, err = http.ReadResponse(reader, &http.Request{Method: method})
	}
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return &message{response.StatusCode, response.Header, body}
}

// wire turns a recorded request into bytes: line ends, and the Content-Length
// that clients compute.
func wire(text string) []byte {
	head, body, _ := strings.Cut(text, "\n\n")
	lower := strings.ToLower(head)
	if body != "" && !strings.Contains(lower, "\ncontent-length:") && !strings.Contains(lower, "\ntransfer-encoding:") {
		head += "\nContent-Length: " + strconv.Itoa(len(body))
	}
	if strings.Contains(lower, "\ntransfer-encoding: chunked") {
		body = strings.ReplaceAll(body, "\n", "\r\n")
	}
	return []byte(strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n" + body)
}

// parseResponse reads a section "response": the status, headers, and after an
// empty line the body, if it was recorded.
func parseResponse(t *testing.T, text string) *message {
	head, body, recordedBody := strings.Cut(text, "\n\n")
	status, headers, _ := strings.Cut(head, "\n")
	a := &message{header: make(http.Header)}
	var err error
	if a.status, err = strconv.Atoi(status); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(headers) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if !ok {
			t.Fatalf("response header %q", line)
		}
		a.header.Add(name, value)
	}
	if recordedBody || strings.HasSuffix(text, "\n") {
		a.body = []byte(body)
	}
	return a
}

// compareResponse compares with the section "response", and bytes that are no
// text with the section "response body base64".
func compareResponse(t *testing.T, found map[string]string, c recorded.Case, got *message) {
	want := parseResponse(t, section(t, c, "response"))
	if text := section(t, c, "response body base64"); text != "" {
		decoded, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		want.body = decoded
	}
	if got.status != want.status {
		found["status"] = fmt.Sprintf("got %d %.300s, want %d", got.status, got.body, want.status)
	}
	for key, values := range want.header {
		part := "header " + strings.ToLower(key)
		switch all := got.header[key]; {
		case values[0] == "<absent>":
			if len(all) > 0 {
				found[part] = fmt.Sprintf("got %q, want it absent", all)
			}
		case recorded.Wildcard(values[0]):
			if !recorded.Matches(values[0], strings.Join(all, "\n")) {
				found[part] = fmt.Sprintf("got %q, want %s", all, values[0])
			}
		case !recorded.MatchesText(strings.Join(values, "\n"), strings.Join(all, "\n")):
			found[part] = fmt.Sprintf("got %q, want %q", all, values)
		}
	}
	if want.body != nil && !sameBody(want.body, got.body) {
		found["body"] = fmt.Sprintf("got %.300q, want %.300q", got.body, want.body)
	}
}

// sameBody compares JSON by value: most sources have it decoded. Where the bytes
// are known, the recording has a Content-Length.
func sameBody(want, got []byte) bool {
	var wantValue, gotValue any
	if json.Unmarshal(want, &wantValue) != nil || json.Unmarshal(got, &gotValue) != nil {
		return bytes.Equal(want, got)
	}
	return len(recorded.Compare("", wantValue, gotValue, true)) == 0
}

// compareEvent compares the event with the section "event", every field of it,
// with "event headers", every single-value header, or with "event part", the
// fields that it has. A recording without them and without a function is one
// in which no function is invoked.
func compareEvent(t *testing.T, found map[string]string, c recorded.Case, event []byte) {
	all, headers, part := section(t, c, "event"), section(t, c, "event headers"), section(t, c, "event part")
	if all+headers+part == "" {
		if _, ok := c.Section("function"); !ok && event != nil {
			found["function"] = "invoked"
		}
		return
	}
	if event == nil {
		found["function"] = "not invoked"
		return
	}
	var want, got any
	if err := json.Unmarshal([]byte(all+headers+part), &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(event, &got); err != nil {
		t.Fatal(err)
	}
	if headers != "" {
		got = got.(object)["headers"]
	}
	withoutStage(c, want)
	except(t, c, want, got)
	for path, text := range recorded.Compare("", want, got, part == "") {
		found["event "+path] = text
	}
}

// withoutStage takes the stage from requestContext.path, where APIs recorded
// under their execute-api name have it. The emulator is a custom domain.
func withoutStage(c recorded.Case, event any) {
	if stage := c.Field("stage"); stage != "" {
		if context, ok := event.(object)["requestContext"].(object); ok {
			path, _ := context["path"].(string)
			context["path"] = strings.TrimPrefix(path, "/"+stage)
		}
	}
}

// except takes the fields out of both events that a recording's lines
// "except: PATH: REASON" name. A * at the end of a path stands for any rest.
func except(t *testing.T, c recorded.Case, want, got any) {
	for _, line := range c.All("except") {
		path, reason, ok := strings.Cut(line, ": ")
		if !ok || reason == "" {
			t.Fatalf("except %q has no reason", line)
		}
		if removed := remove(want, path) + remove(got, path); removed == 0 {
			t.Errorf("except %q: neither event has it", path)
		}
	}
}

func remove(value any, path string) int {
	fields, ok := value.(object)
	if !ok {
		return 0
	}
	name, rest, nested := strings.Cut(path, "/")
	if nested {
		return remove(fields[name], rest)
	}
	removed := 0
	prefix, wildcard := strings.CutSuffix(name, "*")
	for key := range fields {
		if key == name || wildcard && strings.HasPrefix(key, prefix) {
			delete(fields, key)
			removed++
		}
	}
	return removed
}
