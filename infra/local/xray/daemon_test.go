package xray

import (
	"net"
	"testing"
	"time"
)

func TestDaemon(t *testing.T) {
	documents := make(chan string, 10)
	d, err := Listen(func(document []byte) { documents <- string(document) })
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("udp", d.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, datagram := range []string{
		"",
		"nonsense",
		`{"format":"json","version":1}`,
		`{"format":"json","version":2}` + "\n{}",
		`{"format":"json","version":1}` + "\n{",
		`{"format": "json", "version": 1}` + "\n" + `{"name":"x"}`,
	} {
		if _, err := conn.Write([]byte(datagram)); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case got := <-documents:
		if got != `{"name":"x"}` {
			t.Errorf("got %s", got)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the valid document was not handled")
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if len(documents) != 0 {
		t.Errorf("an invalid document was handled: %s", <-documents)
	}
}
