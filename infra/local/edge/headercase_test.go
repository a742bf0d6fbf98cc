package edge

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/infra/local/headercase"
)

// TestHeaderNamesAreKept checks that a Region receives header names as an HTTP/1.1 client
// spelled them.
func TestHeaderNamesAreKept(t *testing.T) {
	region, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer region.Close()
	e, _ := start(t, func(cfg *Config) {
		cfg.Targets = []Target{{Region: "us-east-1", URL: &url.URL{Scheme: "http", Host: region.Addr().String()}}}
	})
	seen := make(chan string, 1)
	go func() {
		conn, err := region.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		var head strings.Builder
		for reader := bufio.NewReader(conn); ; {
			line, err := reader.ReadString('\n')
			if err != nil || line == "\r\n" {
				break
			}
			head.WriteString(line)
		}
		io.WriteString(conn, "HTTP/1.1 204 No Content\r\n\r\n")
		seen <- head.String()
	}()

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: e.Handler()}
	defer server.Close()
	go server.Serve(headercase.Keep(server, l))
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "POST /a HTTP/1.1\r\nhost: api.example.com\r\nauthorization: x\r\nIF-MATCH: y\r\n"+
		"user-agent: app\r\ncontent-length: 2\r\nX-Plain: z\r\nx-client-location: 1,2\r\n\r\n{}")
	if _, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil {
		t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(<-seen) {
		name, _, _ := strings.Cut(line, ":")
		names = append(names, strings.TrimSpace(name))
	}
	for _, name := range []string{"authorization", "IF-MATCH", "user-agent", "X-Plain", "Content-Length"} {
		if !slices.Contains(names, name) {
			t.Errorf("%s is not among %q", name, names)
		}
	}
	for _, name := range []string{"Authorization", "If-Match", "User-Agent", "x-client-location", "X-Client-Location"} {
		if slices.Contains(names, name) {
			t.Errorf("%s is among %q", name, names)
		}
	}
}
