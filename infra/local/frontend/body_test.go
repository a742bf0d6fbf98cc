package frontend

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// reader returns a server that reads each body with b, and responds after release.
func reader(t *testing.T, b *Bodies, serve func()) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, release, refusal, _ := b.Read(w, r)
		defer release()
		if refusal != nil {
			refusal.Write(w)
			return
		}
		serve()
		fmt.Fprint(w, len(body))
	}))
	t.Cleanup(func() { _ = server.Close() })
	return "http://" + l.Addr().String()
}

// TestStalledBodyIsRefused checks that a body that stops, or arrives a byte at a time,
// does not keep its request for longer than the time for a body.
func TestStalledBodyIsRefused(t *testing.T) {
	b := NewBodies()
	b.timeout = 100 * time.Millisecond
	address := strings.TrimPrefix(reader(t, b, func() {}), "http://")
	for name, test := range map[string]struct {
		pause  time.Duration
		length int
	}{
		"stops": {pause: time.Minute, length: 1_000_000}, "drips": {pause: 10 * time.Millisecond, length: 1_000_000},
		"small stops": {pause: time.Minute, length: 1000}, "small drips": {pause: 10 * time.Millisecond, length: 1000},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			done := make(chan struct{})
			defer close(done)
			go func() {
				_, _ = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", test.length)
				for {
					select {
					case <-done:
						return
					case <-time.After(test.pause):
						_, _ = conn.Write([]byte("x"))
					}
				}
			}()
			response, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != http.StatusRequestTimeout {
				t.Errorf("status %d, want 408", response.StatusCode)
			}
		})
	}
}

// dialForbidden connects to a server that responds with 403 without reading the body.
func dialForbidden(t *testing.T) net.Conn {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(func() { _ = server.Close() })
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// TestResponseBeforeTheBody checks that a client that has stalled gets a response that
// does not need its body, and that a client whose body arrives keeps its connection.
func TestResponseBeforeTheBody(t *testing.T) {
	conn := dialForbidden(t)
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(conn)
	for _, body := range []string{"body", "body", ""} {
		_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"+body)
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			t.Fatal(err)
		}
		if response.StatusCode != http.StatusForbidden || response.Close != (body == "") {
			t.Errorf("body %q: status %d, connection closed %v", body, response.StatusCode, response.Close)
		}
	}
}

// TestExpectedBodyIsNotSent checks that a client that waits for 100 Continue gets a
// response that does not need its body instead.
func TestExpectedBodyIsNotSent(t *testing.T) {
	conn := dialForbidden(t)
	_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("status %d, want 403", response.StatusCode)
	}
}

// TestInvocationIsNotTimed checks that the time for a body does not end a request whose
// body has arrived.
func TestInvocationIsNotTimed(t *testing.T) {
	b := NewBodies()
	b.timeout = 50 * time.Millisecond
	url := reader(t, b, func() { time.Sleep(150 * time.Millisecond) })
	response, err := http.Post(url, "text/plain", strings.NewReader("text"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != "4" {
		t.Errorf("%s, %v", body, err)
	}
}

// TestLargeBodiesWait sends many large bodies at once. Only some of them may be in
// memory at the same time, and a small one does not wait for them.
func TestLargeBodiesWait(t *testing.T) {
	const clients, size = 40, MaxBody - 1
	var inside, most atomic.Int64
	resume := make(chan struct{})
	b := NewBodies()
	b.timeout = 10 * time.Minute // a busy machine needs longer for so many bytes
	url := reader(t, b, func() {
		most.Store(max(most.Load(), inside.Add(1)))
		<-resume
		inside.Add(-1)
	})
	var requests sync.WaitGroup
	for range clients {
		requests.Go(func() {
			response, err := http.Post(url, "text/plain", io.LimitReader(zeros{}, size))
			if err != nil {
				t.Error(err)
				return
			}
			defer response.Body.Close()
			if body, err := io.ReadAll(response.Body); err != nil || string(body) != fmt.Sprint(size) {
				t.Errorf("%d %s, %v", response.StatusCode, body, err)
			}
		})
	}
	for deadline := time.Now().Add(time.Minute); inside.Load() < maxMemory/(memoryPerByte*MaxBody); {
		if time.Now().After(deadline) {
			t.Fatal("the large bodies do not arrive")
		}
		time.Sleep(time.Millisecond)
	}
	small := make(chan struct{})
	go func() {
		defer close(small)
		if response, err := http.Post(url, "text/plain", strings.NewReader("small")); err == nil {
			response.Body.Close()
		}
	}()
	for deadline := time.Now().Add(time.Minute); inside.Load() <= maxMemory/(memoryPerByte*MaxBody); {
		if time.Now().After(deadline) {
			t.Fatal("a small body waits for large ones")
		}
		time.Sleep(time.Millisecond)
	}
	close(resume)
	requests.Wait()
	<-small
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	t.Logf("%d requests at once, %d MB from the system", most.Load(), stats.Sys>>20)
	if got := most.Load(); got > maxMemory/(memoryPerByte*MaxBody)+1 {
		t.Errorf("%d bodies in memory at once", got)
	}
}

// TestNoMemoryIsBusy checks that a request that waits too long is refused.
func TestNoMemoryIsBusy(t *testing.T) {
	b := NewBodies()
	b.timeout = time.Millisecond
	if err := b.memory.Acquire(context.Background(), maxMemory); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("x", smallBody+1)))
	if _, _, refusal, err := b.Read(httptest.NewRecorder(), r); refusal != Busy || err == nil {
		t.Errorf("refusal %v, error %v, want %v", refusal, err, Busy)
	}
}

// zeros is an endless reader, whose length http.Post does not know.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
