// Package xray implements the X-Ray daemon of the embedded cloud: it receives the
// segments that functions send over UDP, and passes each document on. Source:
// "Sending trace data to X-Ray",
// https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html
package xray

import (
	"bytes"
	"encoding/json"
	"net"
	"strings"
)

// Daemon receives segments until it is closed.
type Daemon struct {
	conn net.PacketConn
	done chan struct{}
}

// header is the line that precedes each document.
const header = `{"format":"json","version":1}`

// Listen starts a daemon on a free loopback port. It calls handle for every valid
// document, in the order of arrival, from one goroutine. Like the real daemon it
// drops other datagrams.
func Listen(handle func(document []byte)) (*Daemon, error) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &Daemon{conn, make(chan struct{})}
	go d.read(handle)
	return d, nil
}

func (d *Daemon) read(handle func([]byte)) {
	defer close(d.done)
	buf := make([]byte, 64<<10)
	for {
		n, _, err := d.conn.ReadFrom(buf)
		if err != nil {
			return // closed
		}
		first, document, _ := bytes.Cut(buf[:n], []byte("\n"))
		if strings.ReplaceAll(string(first), " ", "") == header && json.Valid(document) {
			handle(bytes.Clone(document))
		}
	}
}

// Address returns the value of AWS_XRAY_DAEMON_ADDRESS for functions.
func (d *Daemon) Address() string { return d.conn.LocalAddr().String() }

// Close stops the daemon and waits until handle has returned for the last document.
func (d *Daemon) Close() error {
	err := d.conn.Close()
	<-d.done
	return err
}
