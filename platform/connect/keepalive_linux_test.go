package connect

import (
	"net"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
)

func TestKeepAlive(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	u := parseURL(t, server.URL)
	conn, err := New(nil).take(t.Context(), u.Scheme, u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var seconds int
	var optErr error
	if err := raw.Control(func(fd uintptr) {
		seconds, optErr = syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE)
	}); err != nil || optErr != nil {
		t.Fatal(err, optErr)
	}
	if seconds != 30 {
		t.Errorf("keep-alive probes start after %d s, want 30", seconds)
	}
}
