package lambdaenv

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// countingConn counts the writes to a connection.
type countingConn struct {
	net.Conn
	writes *atomic.Int32
}

func (c countingConn) Write(b []byte) (int, error) { c.writes.Add(1); return c.Conn.Write(b) }

// opaqueBody is a body of a type that http.Transport does not recognize, like the SDK's.
type opaqueBody struct{ io.Reader }

func (opaqueBody) Close() error { return nil }

// newRequest returns a request with an opaque body.
func newRequest(t *testing.T, url, content string, length int64) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, opaqueBody{strings.NewReader(content)})
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = length
	return r
}

func TestBodyArrives(t *testing.T) {
	const content = `{"TableName":"accounts"}`
	for _, test := range []struct {
		name    string
		content string
		length  int64
		// oneWrite requires that header and body are sent in one write. In separate
		// writes, the response could arrive before the end of the body was read.
		oneWrite bool
	}{
		{name: "known length", content: content, length: int64(len(content)), oneWrite: true},
		{name: "one byte", content: "x", length: 1, oneWrite: true},
		{name: "unknown length", content: content, length: -1},
		{name: "length not set", content: content, length: 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				io.Copy(w, r.Body)
			}))
			defer server.Close()
			var writes atomic.Int32
			client := http.Client{Transport: bufferedTransport{&http.Transport{
				DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
					conn, err := new(net.Dialer).DialContext(ctx, network, address)
					return countingConn{conn, &writes}, err
				},
			}}}
			response, err := client.Do(newRequest(t, server.URL, test.content, test.length))
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if got, err := io.ReadAll(response.Body); string(got) != test.content || err != nil {
				t.Errorf("%q arrived, error %v", got, err)
			}
			if n := writes.Load(); test.oneWrite && n != 1 {
				t.Errorf("sent in %d writes, want 1", n)
			}
		})
	}
}

func TestBodyShorterThanItsLength(t *testing.T) {
	r := newRequest(t, "http://127.0.0.1:0", "{}", 3)
	if _, err := (bufferedTransport{&http.Transport{}}).RoundTrip(r); err != io.ErrUnexpectedEOF {
		t.Errorf("got error %v, want %v", err, io.ErrUnexpectedEOF)
	}
}

func TestLengthWithoutBody(t *testing.T) {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = 3
	for name, body := range map[string]io.ReadCloser{"nil": nil, "http.NoBody": http.NoBody} {
		t.Run(name, func(t *testing.T) {
			r.Body = body
			_, err := (bufferedTransport{&http.Transport{}}).RoundTrip(r)
			if dial := (*net.OpError)(nil); !errors.As(err, &dial) {
				t.Errorf("got error %v, want the one of http.Transport, which cannot connect", err)
			}
		})
	}
}
