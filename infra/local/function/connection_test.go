package function

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// dialServer serves handle and returns a connection to it.
func dialServer(t *testing.T, handle func(*connection, *http.Request) bool) net.Conn {
	t.Helper()
	s, err := newServer(handle)
	if err != nil {
		t.Fatal(err)
	}
	go s.serve(func(do func()) { go do() })
	t.Cleanup(s.close)
	conn, err := net.Dial("tcp", s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	return conn
}

// TestConnectionServesWhatRuntimesSend sends everything at once, so that a request whose
// end is misjudged shows in the response to the next one.
func TestConnectionServesWhatRuntimesSend(t *testing.T) {
	conn := dialServer(t, func(c *connection, r *http.Request) bool {
		body := ""
		if r.URL.Path != "/unread" {
			data, _ := io.ReadAll(r.Body)
			body = string(data)
		}
		c.respond(r, http.StatusAccepted, []header{{"X-Path", r.URL.Path}}, body+r.Trailer.Get("X-End"))
		return true
	})
	for _, request := range []string{
		"GET /none HTTP/1.1\r\nHost: a\r\n\r\n",
		"POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none",
		"POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nthree",
		"POST /chunks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n" +
			"3\r\ntwo\r\n0\r\nX-End: !\r\n\r\n",
		"POST /expect HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\nfour",
		"HEAD /head HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /old HTTP/1.0\r\n\r\n", // closes the connection
		"GET /late HTTP/1.1\r\nHost: a\r\n\r\n",
	} {
		if _, err := io.WriteString(conn, request); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	reader := bufio.NewReader(conn)
	for {
		method := http.MethodGet
		if len(got) == 6 { // the response to HEAD, after that to Expect
			method = http.MethodHead
		}
		response, err := http.ReadResponse(reader, &http.Request{Method: method})
		if err != nil {
			break
		}
		body, _ := io.ReadAll(response.Body)
		got = append(got, fmt.Sprintf("%d %s %s", response.StatusCode, response.Header.Get("X-Path"), body))
	}
	want := []string{
		"202 /none ", "202 /length one", "202 /unread ", "202 /chunks two!", "100  ", "202 /expect four",
		"202 /head ", "202 /old ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("responses (-want +got):\n%s", diff)
	}
}

// TestConnectionLimitsHeaders checks that a header without an end does not fill the memory.
func TestConnectionLimitsHeaders(t *testing.T) {
	conn := dialServer(t, func(*connection, *http.Request) bool { t.Error("served"); return false })
	go io.WriteString(conn, "GET / HTTP/1.1\r\nX-Long: "+strings.Repeat("x", maxHeader+1<<20))
	if n, err := io.Copy(io.Discard, conn); n > 0 {
		t.Errorf("a response of %d bytes, error %v; want a closed connection", n, err)
	}
}

// TestBrokenPollLosesNoWork checks that an invocation is not written to a connection that
// broke while the environment waited for work: the environment gets it when it asks again.
func TestBrokenPollLosesNoWork(t *testing.T) {
	c := start(t, func(*Config) {})
	c.mustInvoke("echo", 0)
	pool, _ := c.pool("ok")
	waitUntil(t, "the environment polls", func() bool { return polling(pool) != nil })
	polling(pool).conn.Close() // net/http's client asks again, because a GET is repeatable
	if got := c.mustInvoke("pid", 0); got == "" {
		t.Error("no response")
	}
	if n := c.Stats()["ok"].Environments; n != 1 {
		t.Errorf("%d environments, want the first one", n)
	}
}

// polling returns the connection on which the only environment waits for work, or nil.
func polling(p *pool) *connection {
	p.mu.Lock()
	defer p.mu.Unlock()
	for e := range p.live {
		return e.polling
	}
	return nil
}
