package headercase

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPipelinedRequestsKeepTheirNames sends more requests at once than net/http reads
// ahead, all with the same request line. Some of them are served by a handler that does
// not ask for the names.
func TestPipelinedRequestsKeepTheirNames(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if count++; count%3 == 0 {
			return
		}
		for key := range r.Header {
			fmt.Fprint(w, Names(r).Name(key))
		}
	})}
	l = Keep(server, l)
	defer server.Close()
	go server.Serve(l)
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const requests = 700
	var raw strings.Builder
	var want, got []string
	for i := range requests {
		name := fmt.Sprintf("x-n%d", i)
		if i%2 == 0 {
			name = strings.ToUpper(name)
		}
		fmt.Fprintf(&raw, "GET / HTTP/1.1\r\nHost:\r\n%s:\r\n\r\n", name)
		if (i+1)%3 == 0 {
			name = ""
		}
		want = append(want, name)
	}
	go io.WriteString(conn, raw.String())
	reader := bufio.NewReader(conn)
	for range requests {
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(body))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names of pipelined requests (-want +got):\n%s", diff)
	}
}

// TestMisreadRequestHasNoNames checks that a request never gets the names of another
// one, even if the tap and net/http disagree about where a request begins.
func TestMisreadRequestHasNoNames(t *testing.T) {
	var misread tap
	misread.write([]byte("GET /1 HTTP/1.1\r\nx-a: 1\r\n\r\nGET /3 HTTP/1.1\r\nx-c: 1\r\n\r\n"))
	misread.next("GET /1 HTTP/1.1")
	if got := misread.names().Name("X-A"); got != "x-a" {
		t.Errorf("first request: %s", got)
	}
	for _, line := range []string{"GET /2 HTTP/1.1", "GET /3 HTTP/1.1"} {
		misread.next(line)
		if got := misread.names(); got != nil {
			t.Errorf("%s: %v, want no names", line, got)
		}
	}
}
