package lambdaenv

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// writes counts what a connection is given to send.
type writes struct {
	net.Conn
	n *atomic.Int32
}

func (w writes) Write(b []byte) (int, error) { w.n.Add(1); return w.Conn.Write(b) }

// hidden is a body of a type that http.Transport does not know, as the SDK's is.
type hidden struct{ io.Reader }

func (hidden) Close() error { return nil }

// TestOneWrite holds that a request's head and body leave together: in writes
// of their own, an answer could be there before the body is at its end.
func TestOneWrite(t *testing.T) {
	const content = `{"TableName":"accounts"}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(w, r.Body)
	}))
	defer server.Close()
	var sent atomic.Int32
	client := http.Client{Transport: whole{&http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, address)
			return writes{conn, &sent}, err
		},
	}}}
	r, err := http.NewRequest(http.MethodPost, server.URL, hidden{strings.NewReader(content)})
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = int64(len(content))
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if got, err := io.ReadAll(answer.Body); string(got) != content || err != nil {
		t.Errorf("%q arrived, %v", got, err)
	}
	if n := sent.Load(); n != 1 {
		t.Errorf("sent in %d writes, want 1", n)
	}
}

// TestShortBody holds that a body which ends before its length is an error and
// not a request.
func TestShortBody(t *testing.T) {
	r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1:0", hidden{strings.NewReader("{}")})
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = 3
	if _, err := (whole{&http.Transport{}}).RoundTrip(r); err != io.ErrUnexpectedEOF {
		t.Errorf("%v, want %v", err, io.ErrUnexpectedEOF)
	}
}
